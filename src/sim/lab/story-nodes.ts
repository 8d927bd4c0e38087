/** What becomes of nodes and of the pods on them, as sentences of the story. */
import { say, lengthOf } from './story-sentence.ts';
import type { Detail, Sentence, StoryLocale } from './story-sentence.ts';

/** By verb. */
export const nodeSentences: Readonly<Record<string, Sentence>> = {
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
};

function changed(detail: Detail, locale: StoryLocale): string {
  const words = (list: unknown, word: string) =>
    lengthOf(list) === 0 ? [] : [`${word} ${(list as unknown[]).map(String).join(', ')}`];
  const [plus, minus] = locale === 'ko' ? ['추가', '제거'] : ['adds', 'removes'];
  return [...words(detail['added'], plus), ...words(detail['removed'], minus)].join('; ');
}
