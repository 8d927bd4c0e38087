/** What the API server stores and refuses where nothing shorter can be said, as sentences of the story. */
import { say } from './story-sentence.ts';
import type { Sentence } from './story-sentence.ts';

/** By verb. */
export const apiserverSentences: Readonly<Record<string, Sentence>> = {
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
