/** What the controllers of StatefulSets and DaemonSets decide, as sentences of the story. */
import { say } from './story-sentence.ts';
import type { Detail, Sentence } from './story-sentence.ts';

const holdEn: Readonly<Record<string, string>> = {
  ended: ', which has ended, is gone',
  terminating: ', which is being deleted, is gone',
  'not-ready': ' is running and ready',
  'not-available': ' has been ready for long enough',
  'stale-claim': ' no longer has the claim of its predecessor',
  update: ' is available: only then the next pod is replaced',
};

const holdKo: Readonly<Record<string, string>> = {
  ended: '종료된 파드가 사라질',
  terminating: '삭제 중인 파드가 사라질',
  'not-ready': '실행되고 준비될',
  'not-available': '충분히 오래 준비 상태일',
  'stale-claim': '이전 파드의 클레임이 없어질',
  update: '가용해질(그래야 다음 파드를 교체)',
};

/** By verb. */
export const setSentences: Readonly<Record<string, Sentence>> = {
  'new-revision': say(
    ({ name, d }) =>
      `keeps the pod template of ${name} as revision ${d('revision')}: no revision has this template`,
    ({ name, d }) => `이 파드 템플릿의 리비전이 없어 ${name}의 리비전 ${d('revision')}(으)로 보관`,
  ),
  'take-revision-again': say(
    ({ name, d }) =>
      `takes revision ${d('from')} of ${name} again, which has this template, and numbers it ${d('to')}`,
    ({ name, d }) =>
      `같은 템플릿인 ${name}의 리비전 ${d('from')}을(를) 다시 쓰고 번호를 ${d('to')}(으)로 바꿈`,
  ),
  'forget-revision': say(
    ({ name, d }) =>
      `deletes revision ${d('revision')} of ${name}: no pod has it, and ${d('limit')} old ones are kept`,
    ({ name, d }) =>
      `파드가 쓰지 않고 오래된 리비전은 ${d('limit')}개만 두므로 ${name}의 리비전 ${d('revision')} 삭제`,
  ),
  'create-ordinal': say(
    ({ d, detail }) =>
      `creates ${d('pod')}${detail['isOrdered'] === true ? ': every pod before it is ready' : ''}${detail['isOld'] === true ? ', at the old revision, because the partition keeps it there' : ''}`,
    ({ d, detail }) =>
      `${detail['isOrdered'] === true ? '앞의 파드가 모두 준비되어 ' : ''}${d('pod')} 생성${detail['isOld'] === true ? ' (파티션 때문에 이전 리비전)' : ''}`,
  ),
  'delete-ordinal': say(
    ({ d }) => {
      if (d('because') === 'ended') {
        return `deletes ${d('pod')}, which has ended (${d('phase')}): its successor needs the name`;
      }
      return d('because') === 'surplus'
        ? `deletes ${d('pod')}: the highest number of those that are too many for ${d('replicas')}`
        : `deletes ${d('pod')}: the highest number that is not at revision ${d('revision')} yet`;
    },
    ({ d }) => {
      if (d('because') === 'ended') {
        return `종료된(${d('phase')}) ${d('pod')} 삭제: 후속 파드가 그 이름을 씀`;
      }
      return d('because') === 'surplus'
        ? `${d('replicas')}개를 넘는 번호 중 가장 높은 ${d('pod')} 삭제`
        : `아직 리비전 ${d('revision')}이(가) 아닌 가장 높은 번호 ${d('pod')} 삭제`;
    },
  ),
  'hold-back': say(
    ({ name, d }) => `waits with ${name} until ${d('pod')}${holdEn[d('reason')] ?? ' is done'}`,
    ({ name, d }) => `${name}: ${d('pod')}이(가) ${holdKo[d('reason')] ?? '끝날'} 때까지 기다림`,
  ),
  'complete-rollout': say(
    ({ name, d }) =>
      `ends the rollout of ${name}: all ${d('replicas')} pods are ready at revision ${d('revision')}`,
    ({ name, d }) =>
      `${name}의 롤아웃 완료: 파드 ${d('replicas')}개가 모두 리비전 ${d('revision')}에서 준비됨`,
  ),
  'create-on-nodes': say(
    ({ detail }) =>
      becauseOf(detail) === 'rollout'
        ? `creates new pods beside the old ones on ${listed(detail['nodes'])}: at most ${factOf(detail, 'maxSurge')} nodes may have two`
        : `creates a pod on each of ${listed(detail['nodes'])}: they fit and have none`,
    ({ detail }) =>
      becauseOf(detail) === 'rollout'
        ? `두 파드를 가질 수 있는 노드는 최대 ${factOf(detail, 'maxSurge')}개이므로 ${listed(detail['nodes'])}에 새 파드를 이전 파드 옆에 생성`
        : `조건에 맞지만 파드가 없는 ${listed(detail['nodes'])}에 파드를 하나씩 생성`,
  ),
  'delete-on-nodes': say(
    ({ detail }) =>
      becauseOf(detail) === 'rollout'
        ? `deletes the old ${listed(detail['pods'])} on ${listed(detail['nodes'])}${roomEn(detail)}`
        : `deletes ${listed(detail['pods'])} on ${listed(detail['nodes'])}: ended, too many there, or no longer wanted there`,
    ({ detail }) =>
      becauseOf(detail) === 'rollout'
        ? `${listed(detail['nodes'])}의 이전 파드 ${listed(detail['pods'])} 삭제${roomKo(detail)}`
        : `${listed(detail['nodes'])}의 ${listed(detail['pods'])} 삭제: 종료되었거나, 너무 많거나, 그 노드에 더는 필요 없음`,
  ),
  'revision-collision': say(
    ({ d }) =>
      `finds another template under the name ${d('name')} and counts collision ${d('collisionCount')}`,
    ({ d }) => `${d('name')} 이름의 다른 템플릿을 발견해 충돌 ${d('collisionCount')}(으)로 셈`,
  ),
};

function becauseOf(detail: Detail): string {
  return String(detail['because'] ?? '');
}

function factOf(detail: Detail, field: string): number | undefined {
  const value = (detail['facts'] as Detail | undefined)?.[field];
  return typeof value === 'number' ? value : undefined;
}

/** Writes a list of names, which begins with the first few when it is long. */
function listed(value: unknown): string {
  const names = Array.isArray(value) ? value.map(String) : [];
  const shown = names.slice(0, 4).join(', ');
  return names.length > 4 ? `${shown} (+${names.length - 4})` : shown;
}

function roomEn(detail: Detail): string {
  const max = factOf(detail, 'maxUnavailable');
  if (max === undefined) return ': their successors are available';
  return `: ${max} may be unavailable, ${factOf(detail, 'unavailable') ?? 0} were`;
}

function roomKo(detail: Detail): string {
  const max = factOf(detail, 'maxUnavailable');
  if (max === undefined) return ': 후속 파드가 가용함';
  return `: ${max}개까지 비가용일 수 있고 ${factOf(detail, 'unavailable') ?? 0}개가 비가용`;
}
