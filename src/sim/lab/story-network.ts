/** Lists of endpoints, who reads them, and requests that fail, as sentences of the story. */
import { say, lengthOf, count } from './story-sentence.ts';
import type { Sentence } from './story-sentence.ts';

/** By verb. */
export const networkSentences: Readonly<Record<string, Sentence>> = {
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
