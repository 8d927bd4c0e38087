/** What a kubelet and its containers do, from the first pull to the last signal, as sentences of the story. */
import { say, storyDuration } from './story-sentence.ts';
import type { Sentence, StoryLocale } from './story-sentence.ts';

/** By verb. */
export const podStartSentences: Readonly<Record<string, Sentence>> = {
  rejected: say(
    ({ name, d }) => `turns ${name} away: ${d('reason')}, ${d('message')}`,
    ({ name, d }) => `${name} 거부: ${d('reason')}, ${d('message')}`,
  ),
  'sandbox-created': say(
    ({ name, d }) => `makes the sandbox of ${name}: its address is ${d('ip')}`,
    ({ name, d }) => `${name}의 샌드박스 생성: 주소는 ${d('ip')}`,
  ),
  'sandbox-removed': say(
    ({ name, d }) => `removes the sandbox of ${name}: ${d('ip')} answers no more`,
    ({ name, d }) => `${name}의 샌드박스 제거: ${d('ip')}은(는) 더는 응답하지 않음`,
  ),
  pulling: say(
    ({ d }) => `pulls the image ${d('image')}`,
    ({ d }) => `이미지 ${d('image')} 내려받기 시작`,
  ),
  pulled: say(
    ({ d, n }) => `has the image ${d('image')} after ${storyDuration(n('totalMs'))}`,
    ({ d, n }) => `${storyDuration(n('totalMs'))} 만에 이미지 ${d('image')} 확보`,
  ),
  'pull-failed': say(
    ({ d }) => `cannot pull ${d('image')}: ${d('message')}`,
    ({ d }) => `${d('image')}을(를) 내려받지 못함: ${d('message')}`,
  ),
  'container-created': say(
    ({ d }) => `creates container ${d('container')}${attempt(d('attempt'), 'en')}`,
    ({ d }) => `컨테이너 ${d('container')} 생성${attempt(d('attempt'), 'ko')}`,
  ),
  'container-started': say(
    ({ d, name }) => `starts container ${d('container')} of ${name}${attempt(d('attempt'), 'en')}`,
    ({ d, name }) => `${name}의 컨테이너 ${d('container')} 시작${attempt(d('attempt'), 'ko')}`,
  ),
  'start-failed': say(
    ({ d }) => `cannot start container ${d('container')}: ${d('message')}`,
    ({ d }) => `컨테이너 ${d('container')}을(를) 시작하지 못함: ${d('message')}`,
  ),
  backoff: say(
    ({ d, n }) => `waits ${storyDuration(n('waitMs'))} before it starts ${d('container')} again`,
    ({ d, n }) => `${d('container')}을(를) 다시 시작하기 전에 ${storyDuration(n('waitMs'))} 기다림`,
  ),
  poststart: say(
    ({ d }) => `runs the postStart hook of ${d('container')}`,
    ({ d }) => `${d('container')}의 postStart 훅 실행`,
  ),
  'poststart-done': say(
    ({ d }) => `sees the postStart hook of ${d('container')} end well`,
    ({ d }) => `${d('container')}의 postStart 훅이 잘 끝남`,
  ),
  'poststart-failed': say(
    ({ d }) => `sees the postStart hook of ${d('container')} fail, and stops the container`,
    ({ d }) => `${d('container')}의 postStart 훅이 실패해 컨테이너를 멈춤`,
  ),
  probe: say(
    ({ d, name, n }) =>
      `${d('probe')} probe of ${name}: ${d('result')}${n('threshold') > 1 ? `, ${d('run')} of ${d('threshold')} in a row` : ''}`,
    ({ d, name, n }) =>
      `${name}의 ${d('probe')} 프로브: ${d('result') === 'success' ? '성공' : '실패'}${n('threshold') > 1 ? `, 연속 ${d('threshold')}회 중 ${d('run')}회` : ''}`,
  ),
  'probe-threshold': say(
    ({ d, name }) =>
      d('result') === 'success'
        ? `counts ${name} as ${probeWordEn(d('probe'), true)}: its ${d('probe')} probe succeeded`
        : `counts ${name} as ${probeWordEn(d('probe'), false)}: its ${d('probe')} probe failed as often as it may`,
    ({ d, name }) =>
      d('result') === 'success'
        ? `${d('probe')} 프로브가 성공해 ${name}을(를) ${probeWordKo(d('probe'), true)} 것으로 봄`
        : `${d('probe')} 프로브가 허용 횟수만큼 실패해 ${name}을(를) ${probeWordKo(d('probe'), false)} 것으로 봄`,
  ),
};

/** By verb. */
export const podEndSentences: Readonly<Record<string, Sentence>> = {
  killing: say(
    ({ d, name }) =>
      `begins to stop ${d('container')} of ${name}, with ${d('graceSeconds')} s of grace`,
    ({ d, name }) => `${name}의 ${d('container')} 종료 시작, 유예 시간 ${d('graceSeconds')}초`,
  ),
  prestop: say(
    ({ d }) => `runs the preStop hook of ${d('container')}; the grace period is running`,
    ({ d }) => `${d('container')}의 preStop 훅 실행; 유예 시간은 이미 흐르고 있음`,
  ),
  'prestop-done': say(
    ({ d, n }) =>
      `sees the preStop hook of ${d('container')} end after ${storyDuration(n('tookMs'))}`,
    ({ d, n }) => `${d('container')}의 preStop 훅이 ${storyDuration(n('tookMs'))} 만에 끝남`,
  ),
  'prestop-overrun': say(
    ({ d }) => `stops waiting for the preStop hook of ${d('container')}: the grace period is over`,
    ({ d }) => `유예 시간이 끝나 ${d('container')}의 preStop 훅을 더 기다리지 않음`,
  ),
  'prestop-failed': say(
    ({ d }) => `sees the preStop hook of ${d('container')} fail: ${d('message')}`,
    ({ d }) => `${d('container')}의 preStop 훅 실패: ${d('message')}`,
  ),
  sigterm: say(
    ({ d, name }) => `sends ${d('signal') || 'SIGTERM'} to ${d('container')} of ${name}`,
    ({ d, name }) => `${name}의 ${d('container')}에 ${d('signal') || 'SIGTERM'} 보냄`,
  ),
  sigkill: say(
    ({ d, name }) => `sends SIGKILL to ${d('container')} of ${name}: its time is over`,
    ({ d, name }) => `시간이 다 되어 ${name}의 ${d('container')}에 SIGKILL 보냄`,
  ),
  'container-exited': say(
    ({ d, name }) =>
      `${d('container')} of ${name} ends with exit code ${d('exitCode')}${d('signal') === '' || d('signal') === '0' ? '' : ` (signal ${d('signal')})`}`,
    ({ d, name }) =>
      `${name}의 ${d('container')}이(가) 종료 코드 ${d('exitCode')}(으)로 끝남${d('signal') === '' || d('signal') === '0' ? '' : ` (시그널 ${d('signal')})`}`,
  ),
  'oom-killed': say(
    ({ d }) => `${d('container')} uses more memory than its limit and is killed`,
    ({ d }) => `${d('container')}이(가) 메모리 한도를 넘어 강제 종료됨`,
  ),
};

function probeWordEn(probe: string, isGood: boolean): string {
  if (probe === 'readiness') return isGood ? 'ready' : 'not ready';
  if (probe === 'startup') return isGood ? 'started' : 'not started';
  return isGood ? 'alive' : 'dead';
}

function probeWordKo(probe: string, isGood: boolean): string {
  if (probe === 'readiness') return isGood ? '준비된' : '준비되지 않은';
  if (probe === 'startup') return isGood ? '시작된' : '시작되지 않은';
  return isGood ? '살아 있는' : '죽은';
}

function attempt(text: string, locale: StoryLocale): string {
  const count = Number(text);
  if (!(count > 0)) return '';
  return locale === 'ko' ? `, 재시작 ${count}번째` : `, restart ${count}`;
}
