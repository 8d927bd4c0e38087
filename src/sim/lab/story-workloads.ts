/** What the controllers of Deployments and ReplicaSets decide, as sentences of the story. */
import { becauseOf } from './story-reasons.ts';
import { say, pods, listOf, named } from './story-sentence.ts';
import type { Sentence } from './story-sentence.ts';

/** By verb. */
export const deploymentSentences: Readonly<Record<string, Sentence>> = {
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
};

/** By verb. */
export const replicaSetSentences: Readonly<Record<string, Sentence>> = {
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
};
