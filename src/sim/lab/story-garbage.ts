/** Garbage, quotas and namespaces, as sentences of the story. */
import { say } from './story-sentence.ts';
import type { Sentence } from './story-sentence.ts';

/** By verb. */
export const garbageSentences: Readonly<Record<string, Sentence>> = {
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
};
