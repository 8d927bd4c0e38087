/** What the controllers of claims and volumes decide, as sentences of the story. */
import { say } from './story-sentence.ts';
import type { Sentence } from './story-sentence.ts';

const phaseEn: Readonly<Record<string, string>> = {
  Available: 'is free',
  Bound: 'belongs to claim CLAIM',
  Released: 'is released: claim CLAIM is gone, and its data is still there',
};

const phaseKo: Readonly<Record<string, string>> = {
  Available: '비어 있음',
  Bound: '클레임 CLAIM의 것',
  Released: '해제됨: 클레임 CLAIM이(가) 사라졌고 데이터는 남아 있음',
};

/** By verb. */
export const storageSentences: Readonly<Record<string, Sentence>> = {
  'volume-phase': say(
    ({ name, d }) =>
      `notes that volume ${name} ${(phaseEn[d('to')] ?? `is ${d('to')}`).replace('CLAIM', d('claim'))}`,
    ({ name, d }) => `볼륨 ${name}: ${(phaseKo[d('to')] ?? d('to')).replace('CLAIM', d('claim'))}`,
  ),
  'bind-claim': say(
    ({ name, d }) =>
      `gives claim ${name} the volume ${d('volume')}: ${d('capacity')} for the ${d('request')} it asks for`,
    ({ name, d }) =>
      `클레임 ${name}(요청 ${d('request')})에 볼륨 ${d('volume')}(${d('capacity')})을(를) 줌`,
  ),
  'unbind-volume': say(
    ({ name, d }) => `frees volume ${name}: claim ${d('claim')} has another one`,
    ({ name, d }) => `클레임 ${d('claim')}에 다른 볼륨이 있어 볼륨 ${name}을(를) 풀어줌`,
  ),
  'ask-provisioner': say(
    ({ name, d }) =>
      `asks ${d('provisioner')} for a volume for claim ${name}: its class ${d('storageClass')} makes them on demand`,
    ({ name, d }) =>
      `클래스 ${d('storageClass')}이(가) 필요할 때 만들므로 ${d('provisioner')}에 클레임 ${name}의 볼륨을 부탁`,
  ),
  'provision-volume': say(
    ({ name, d }) =>
      `makes volume ${d('volume')} on ${d('node')} for claim ${name}: the pod was placed there`,
    ({ name, d }) => `파드가 놓인 ${d('node')}에 클레임 ${name}의 볼륨 ${d('volume')}을(를) 만듦`,
  ),
  'remove-volume': say(
    ({ name, d }) =>
      `deletes volume ${name} and its data: claim ${d('claim')} is gone, and the volume is not to be kept`,
    ({ name, d }) =>
      `클레임 ${d('claim')}이(가) 사라졌고 보관 정책이 아니므로 볼륨 ${name}과(와) 데이터를 삭제`,
  ),
  'release-storage': say(
    ({ name }) => `lets ${name} go: nothing uses it any more`,
    ({ name }) => `아무도 쓰지 않으므로 ${name}이(가) 사라지게 함`,
  ),
  'bind-volumes': say(
    ({ name, d }) => `wants the claims of Pod ${name} bound for ${d('node')} before the pod itself`,
    ({ name, d }) => `파드 ${name}보다 먼저 그 클레임을 ${d('node')}에 맞게 바인딩하려 함`,
  ),
};
