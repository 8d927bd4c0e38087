/** What the scheduler decides, as sentences of the story. */
import { say } from './story-sentence.ts';
import type { Detail, Sentence, StoryLocale } from './story-sentence.ts';

/** By verb. */
export const schedulerSentences: Readonly<Record<string, Sentence>> = {
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
};

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
