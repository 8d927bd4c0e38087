/** What people and labs do, as sentences of the story. */
import { say } from './story-sentence.ts';
import type { Sentence } from './story-sentence.ts';

/** By verb. */
export const labSentences: Readonly<Record<string, Sentence>> = {
  command: say(
    ({ d }) => `\`${d('text')}\``,
    ({ d }) => `\`${d('text')}\``,
  ),
  fault: say(
    ({ d, detail }) =>
      detail['isKnown'] === false
        ? `${d('fault')} ${d('target')}: there is no such component, so nothing happens`
        : `${faultEn[d('fault')] ?? d('fault')} ${d('target')}`,
    ({ d, detail }) =>
      detail['isKnown'] === false
        ? `${d('target')}: 그런 컴포넌트가 없어 아무 일도 일어나지 않음 (${d('fault')})`
        : `${d('target')} ${faultKo[d('fault')] ?? d('fault')}`,
  ),
};

const faultEn: Readonly<Record<string, string>> = {
  stop: 'someone stops',
  start: 'someone starts',
  crash: 'a crash ends',
  cut: 'the network cuts off',
  join: 'the network reaches again',
  slow: 'the network becomes slower for',
  disconnect: 'the watch connections break of',
  'drop-watch': 'watch events are lost on their way to',
};

const faultKo: Readonly<Record<string, string>> = {
  stop: '정지',
  start: '시작',
  crash: '비정상 종료',
  cut: '네트워크 단절',
  join: '네트워크 복구',
  slow: '네트워크 지연',
  disconnect: '감시(watch) 연결 끊김',
  'drop-watch': '감시(watch) 이벤트 유실',
};
