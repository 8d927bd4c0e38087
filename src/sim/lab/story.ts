/**
 * The story of a run: each entry of the trace as one plain sentence, in English and in Korean.
 *
 * - Every verb that a component records has a sentence of its own; a verb that is not known here still reads as one.
 * - A sentence carries the numbers that led to a decision, so that a chain of causes explains and does not only name.
 * - What the API server stored is told by what changed in the object, where that can be said in few words.
 *
 * Words of Kubernetes (kinds, reasons, fields) stay as they are in every language. Code is set between backquotes.
 */
import type { TraceEntry } from '../engine/trace.ts';
import { parseObjectKey } from '../api/object-key.ts';
import type { History } from './history.ts';
import { batchSentences } from './story-batch.ts';
import { describeChange } from './story-changes.ts';
import { becauseOf } from './story-reasons.ts';
import { setSentences } from './story-sets.ts';
import { storageSentences } from './story-storage.ts';

/** Languages in which stories are told. */
export type StoryLocale = 'en' | 'ko';

type Detail = Readonly<Record<string, unknown>>;
/** What a sentence is made of: the subject in short, and the entry's details as text or number. */
interface Facts {
  /** `Pod web-x`, or the kind and name of whatever the entry is about. */
  readonly it: string;
  readonly name: string;
  readonly d: (field: string) => string;
  readonly n: (field: string) => number;
  readonly detail: Detail;
  readonly component: string;
}

type Sentence = Readonly<Record<StoryLocale, (facts: Facts) => string>>;

const say = (en: (facts: Facts) => string, ko: (facts: Facts) => string): Sentence => ({ en, ko });

const pods = (count: number): string => (count === 1 ? '1 pod' : `${count} pods`);

/** Writes milliseconds for a sentence: `450 ms`, `1.2 s`, `5 min`. */
export function storyDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Number((ms / 1000).toFixed(ms < 10_000 ? 2 : 1))} s`;
  return `${Number((ms / 60_000).toFixed(1))} min`;
}

const sentences: Readonly<Record<string, Sentence>> = {
  // People and labs.
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

  // Deployment controller.
  'create-replicaset': say(
    ({ name, n, detail }) =>
      `creates ReplicaSet ${name} for ${pods(n('to'))}: this pod template has none yet${becauseOf(detail, 'en')}`,
    ({ name, n, detail }) =>
      `이 파드 템플릿의 ReplicaSet이 아직 없어 ${name}을(를) 파드 ${n('to')}개로 생성${becauseOf(detail, 'ko')}`,
  ),
  'update-replicaset': say(
    ({ name, d }) => `takes ReplicaSet ${name} again, as revision ${d('revision')}`,
    ({ name, d }) => `ReplicaSet ${name}을(를) 리비전 ${d('revision')}(으)로 다시 사용`,
  ),
  'scale-up': say(
    ({ name, d, detail }) =>
      `scales ${name} up from ${d('from')} to ${d('to')}${becauseOf(detail, 'en')}`,
    ({ name, d, detail }) =>
      `${name}을(를) ${d('from')}에서 ${d('to')}(으)로 늘림${becauseOf(detail, 'ko')}`,
  ),
  'scale-down': say(
    ({ name, d, detail }) =>
      `scales ${name} down from ${d('from')} to ${d('to')}${becauseOf(detail, 'en')}`,
    ({ name, d, detail }) =>
      `${name}을(를) ${d('from')}에서 ${d('to')}(으)로 줄임${becauseOf(detail, 'ko')}`,
  ),
  annotate: say(
    ({ name }) => `writes the wanted size into the annotations of ${name}`,
    ({ name }) => `원하는 크기를 ${name}의 어노테이션에 기록`,
  ),
  'hash-collision': say(
    ({ d }) =>
      `finds another ReplicaSet under the name ${d('name')} and counts collision ${d('collisionCount')}`,
    ({ d }) => `${d('name')} 이름의 다른 ReplicaSet을 발견해 충돌 ${d('collisionCount')}(으)로 셈`,
  ),
  'clean-up': say(
    ({ name, d }) =>
      `deletes old ReplicaSet ${name}: ${d('replicaSets')} are kept, the limit is ${d('limit')}`,
    ({ name, d }) =>
      `오래된 ReplicaSet ${name} 삭제: ${d('replicaSets')}개가 있고 한도는 ${d('limit')}개`,
  ),
  'progress-deadline-exceeded': say(
    ({ d }) => `gives up waiting: no progress for ${d('progressDeadlineSeconds')} s`,
    ({ d }) => `${d('progressDeadlineSeconds')}초 동안 진전이 없어 기다림을 그만둠`,
  ),
  rollback: say(
    ({ d }) => `rolls back to revision ${d('revision')}`,
    ({ d }) => `리비전 ${d('revision')}(으)로 되돌림`,
  ),

  // ReplicaSet controller and its kin.
  'create-pods': say(
    ({ n, d }) => `wants ${d('desired')}, counts ${d('active')}: creates ${pods(n('count'))}`,
    ({ d }) => `원하는 수 ${d('desired')}, 현재 ${d('active')}: 파드 ${d('count')}개 생성`,
  ),
  'delete-pods': say(
    ({ n, d, detail }) =>
      `wants ${d('desired')}, counts ${d('active')}: deletes ${pods(n('count'))}${listOf(detail['pods'])}`,
    ({ d, detail }) =>
      `원하는 수 ${d('desired')}, 현재 ${d('active')}: 파드 ${d('count')}개 삭제${listOf(detail['pods'])}`,
  ),
  adopt: say(
    ({ it, d }) => `adopts ${it}, which matches the selector of ${named(d('by'))} and has no owner`,
    ({ it, d }) => `주인이 없고 ${named(d('by'))}의 셀렉터에 맞는 ${it}을(를) 거둠`,
  ),
  release: say(
    ({ it, d }) => `lets ${it} go: its labels no longer match ${named(d('by'))}`,
    ({ it, d }) => `레이블이 ${named(d('by'))}와(과) 더는 맞지 않아 ${it}을(를) 놓아줌`,
  ),

  ...batchSentences,
  ...setSentences,
  ...storageSentences,

  // Lists of endpoints, and who reads them.
  'update-slices': say(
    ({ name, n, d }) =>
      `writes the endpoints of Service ${name}: ${n('endpoints')} in the list, ${d('ready')} ready${n('terminating') > 0 ? `, ${d('terminating')} terminating` : ''}`,
    ({ name, n, d }) =>
      `Service ${name}의 엔드포인트 기록: 목록에 ${n('endpoints')}개, 준비됨 ${d('ready')}개${n('terminating') > 0 ? `, 종료 중 ${d('terminating')}개` : ''}`,
  ),
  rules: say(
    ({ name, d, detail }) =>
      `writes the rules of ${d('node')} for Service ${name}: ${count(detail['endpoints'], 'address', 'addresses')}`,
    ({ name, d, detail }) =>
      `Service ${name}에 대한 ${d('node')}의 규칙 기록: 주소 ${lengthOf(detail['endpoints'])}개`,
  ),
  'request-failed': say(
    ({ d, detail }) =>
      `the request${d('pod') === '' ? '' : ` to ${d('pod')}`} ${outcomeEn[d('outcome')] ?? `ends with ${d('outcome')}`}${detail['node'] === '' ? '' : ` (sent by the rules of ${d('node')})`}`,
    ({ d, detail }) =>
      `${d('pod') === '' ? '' : `${d('pod')}(으)로 보낸 `}요청: ${outcomeKo[d('outcome')] ?? d('outcome')}${detail['node'] === '' ? '' : ` (${d('node')}의 규칙)`}`,
  ),

  // Scheduler.
  scheduled: say(
    ({ name, n, d, detail }) =>
      `picks ${d('node')} for ${name}: ${n('feasible')} of ${n('nodesTotal')} nodes can take it${scoreOf(detail, 'en')}`,
    ({ name, n, d, detail }) =>
      `${name}의 노드로 ${d('node')} 선택: 노드 ${n('nodesTotal')}개 중 ${n('feasible')}개가 가능${scoreOf(detail, 'ko')}`,
  ),
  unschedulable: say(
    ({ name, d }) => `finds no node for ${name}: ${d('message')}`,
    ({ name, d }) => `${name}을(를) 둘 노드가 없음: ${d('message')}`,
  ),
  preempt: say(
    ({ name, d }) =>
      `takes ${name} (priority ${d('priority')}) off ${d('node')} to make room for ${d('by')} (priority ${d('byPriority')})`,
    ({ name, d }) =>
      `${d('by')}(우선순위 ${d('byPriority')})의 자리를 위해 ${d('node')}에서 ${name}(우선순위 ${d('priority')})을(를) 몰아냄`,
  ),

  // Kubelet: a pod comes up.
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

  // Kubelet: a pod goes.
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

  // Nodes.
  taint: say(
    ({ name, detail }) => `taints ${name}: ${changed(detail, 'en')}`,
    ({ name, detail }) => `${name}의 테인트 변경: ${changed(detail, 'ko')}`,
  ),
  'node-unknown': say(
    ({ name, d }) =>
      `has not heard from ${name} for ${d('graceSeconds')} s and calls its state Unknown`,
    ({ name, d }) => `${d('graceSeconds')}초 동안 ${name}의 소식이 없어 상태를 Unknown으로 봄`,
  ),

  'eviction-scheduled': say(
    ({ name, d }) => `lets ${name} stay for ${d('seconds')} s more: so long it tolerates the taint`,
    ({ name, d }) => `${name}이(가) 테인트를 견디는 ${d('seconds')}초 동안 남겨 둠`,
  ),
  evict: say(
    ({ name, d }) => `deletes ${name}: it does not tolerate a taint of ${d('node')}`,
    ({ name, d }) => `${d('node')}의 테인트를 견디지 못하는 ${name} 삭제`,
  ),
  'collect-pod': say(
    ({ name, d }) => `deletes ${name} for good: ${d('why').replaceAll('-', ' ')}`,
    ({ name, d }) => `${name} 완전 삭제: ${d('why').replaceAll('-', ' ')}`,
  ),
  'restart-all': say(
    ({ name }) => `restarts every container of ${name}, as a rule of one of them says`,
    ({ name }) => `컨테이너 하나의 규칙에 따라 ${name}의 모든 컨테이너를 다시 시작`,
  ),

  // Garbage, quotas and namespaces.
  'count-usage': say(
    ({ name }) => `counts what ResourceQuota ${name} limits`,
    ({ name }) => `ResourceQuota ${name}이(가) 제한하는 것을 셈`,
  ),
  collect: say(
    ({ it }) => `deletes ${it}: its owner is gone`,
    ({ it }) => `주인이 사라져 ${it} 삭제`,
  ),
  'drop-owners': say(
    ({ it, d }) => `takes ${d('dropped')} owners that are gone off ${it}`,
    ({ it, d }) => `사라진 주인 ${d('dropped')}개를 ${it}에서 지움`,
  ),
  'dependents-gone': say(
    ({ it }) => `sees that nothing depends on ${it} any more, and lets it go`,
    ({ it }) => `${it}에 딸린 것이 더는 없어 삭제를 허용`,
  ),
  'orphan-dependents': say(
    ({ it, d }) => `leaves ${d('dependents')} dependents of ${it} without an owner`,
    ({ it, d }) => `${it}에 딸린 ${d('dependents')}개를 주인 없이 남김`,
  ),
  'delete-content': say(
    ({ name }) => `deletes everything in namespace ${name}`,
    ({ name }) => `네임스페이스 ${name}의 모든 것을 삭제`,
  ),

  // The API server where nothing shorter can be said.
  created: say(
    ({ it, d }) => `stores the new ${it} for ${d('by')}`,
    ({ it, d }) => `${d('by')}이(가) 보낸 새 ${it} 저장`,
  ),
  updated: say(
    ({ it, d }) =>
      `stores ${it} as ${d('by')} changed it${d('subresource') === '' ? '' : ` (${d('subresource')})`}`,
    ({ it, d }) =>
      `${d('by')}이(가) 고친 ${it} 저장${d('subresource') === '' ? '' : ` (${d('subresource')})`}`,
  ),
  patched: say(
    ({ it, d }) => `stores ${it} as ${d('by')} patched it`,
    ({ it, d }) => `${d('by')}이(가) 패치한 ${it} 저장`,
  ),
  deleting: say(
    ({ it, d }) =>
      `marks ${it} as being deleted, as ${d('by')} asked: it goes once its time is over`,
    ({ it, d }) => `${d('by')}의 요청으로 ${it}에 삭제 표시: 유예가 끝나면 사라짐`,
  ),
  deleted: say(
    ({ it, d }) => `removes ${it}, as ${d('by')} asked`,
    ({ it, d }) => `${d('by')}의 요청으로 ${it} 제거`,
  ),
  refused: say(
    ({ d }) =>
      `refuses to ${d('verb')} for ${d('by')} (${d('code')} ${d('reason')}): ${d('message')}`,
    ({ d }) => `${d('by')}의 ${d('verb')} 요청 거절 (${d('code')} ${d('reason')}): ${d('message')}`,
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

const outcomeEn: Readonly<Record<string, string>> = {
  refused: 'is refused: nothing listens at that port',
  reset: 'is reset: the connection breaks',
  timeout: 'gets no answer in time',
  'connect-timeout': 'gets no answer: nobody is at that address',
  'no-route': 'finds no way to that address',
  eof: 'gets no answer: the connection is closed first',
  'not-sent': 'is not sent: too many are under way',
};

const outcomeKo: Readonly<Record<string, string>> = {
  refused: '거부됨, 그 포트를 듣는 것이 없음',
  reset: '연결이 끊김(reset)',
  timeout: '제때 응답이 없음',
  'connect-timeout': '응답 없음, 그 주소에 아무도 없음',
  'no-route': '그 주소로 가는 길이 없음',
  eof: '응답 전에 연결이 닫힘',
  'not-sent': '진행 중인 요청이 너무 많아 보내지 않음',
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

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

function count(list: unknown, one: string, many: string): string {
  const length = lengthOf(list);
  return length === 1 ? `1 ${one}` : `${length} ${many}`;
}

/** Names in a list, the first three. */
function listOf(list: unknown): string {
  if (!Array.isArray(list) || list.length === 0) return '';
  const shown = list.slice(0, 3).map(String).join(', ');
  return `: ${shown}${list.length > 3 ? ', …' : ''}`;
}

/** `Deployment web` from `Deployment/default/web`. */
function named(key: string): string {
  if (!key.includes('/')) return key;
  const { kind, name } = parseObjectKey(key);
  return `${kind} ${name}`;
}

function scoreOf(detail: Detail, locale: StoryLocale): string {
  const rows = Array.isArray(detail['rows']) ? (detail['rows'] as readonly Detail[]) : [];
  const own = rows.find((row) => row['node'] === detail['node'])?.['total'];
  const others = rows
    .filter((row) => row['node'] !== detail['node'] && typeof row['total'] === 'number')
    .map((row) => Number(row['total']));
  if (typeof own !== 'number' || others.length === 0) return '';
  const next = Math.max(...others);
  return locale === 'ko'
    ? `, 점수 ${own} (다음 ${next})`
    : `, it scores ${own}, the next best ${next === own ? 'the same' : next}`;
}

function changed(detail: Detail, locale: StoryLocale): string {
  const words = (list: unknown, word: string) =>
    lengthOf(list) === 0 ? [] : [`${word} ${(list as unknown[]).map(String).join(', ')}`];
  const [plus, minus] = locale === 'ko' ? ['추가', '제거'] : ['adds', 'removes'];
  return [...words(detail['added'], plus), ...words(detail['removed'], minus)].join('; ');
}

function factsOf(entry: TraceEntry): Facts {
  const { kind, name } = entry.object.includes('/')
    ? parseObjectKey(entry.object)
    : { kind: '', name: entry.object };
  const detail = entry.detail ?? {};
  const d = (field: string) => {
    const value = detail[field];
    return value === undefined || value === null ? '' : String(value);
  };
  return {
    it: kind === '' ? name : `${kind} ${name}`,
    name,
    d,
    n: (field) => Number(detail[field] ?? 0),
    detail,
    component: entry.component,
  };
}

/** Every verb that has a sentence of its own. */
export const storyVerbs: readonly string[] = Object.keys(sentences);

/** Tells an entry in one sentence without its time and its component. Code stands between backquotes. */
export function sentenceOf(entry: TraceEntry, history: History, locale: StoryLocale): string {
  if (entry.component === 'kube-apiserver') {
    const change = describeChange(entry, history, locale);
    if (change !== undefined) return change;
  }
  const known = sentences[entry.verb]?.[locale];
  if (known !== undefined) return known(factsOf(entry));
  const { it } = factsOf(entry);
  return `${entry.verb.replaceAll('-', ' ')}: ${it}`;
}
