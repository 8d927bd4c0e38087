/** What the controllers of Jobs, CronJobs, disruption budgets and autoscalers decide, as sentences of the story. */

type Detail = Readonly<Record<string, unknown>>;

/** What a sentence here is made of. */
interface Facts {
  readonly name: string;
  readonly d: (field: string) => string;
  readonly n: (field: string) => number;
  readonly detail: Detail;
}

interface Sentence {
  readonly en: (facts: Facts) => string;
  readonly ko: (facts: Facts) => string;
}

const say = (en: Sentence['en'], ko: Sentence['ko']): Sentence => ({ en, ko });

const seconds = (ms: number): string => String(Number((ms / 1000).toFixed(1)));

/** The time of day in a timestamp. */
const clock = (timestamp: string): string => timestamp.slice(11, 19);

const endEn: Readonly<Record<string, string>> = {
  SuccessCriteriaMet: 'has what Job NAME needs and lets it end',
  FailureTarget: 'gives Job NAME up',
};

const endKo: Readonly<Record<string, string>> = {
  SuccessCriteriaMet: 'Job NAME에 필요한 것이 갖춰져 끝내기로 함',
  FailureTarget: 'Job NAME을(를) 포기함',
};

/** By verb. */
export const batchSentences: Readonly<Record<string, Sentence>> = {
  'back-off': say(
    ({ name, n, d }) =>
      n('failures') > 0
        ? `waits ${seconds(n('waitMs'))} s before Job ${name} gets another pod: ${d('failures')} failed in a row`
        : `waits ${seconds(n('waitMs'))} s before an index of Job ${name} gets another pod`,
    ({ name, n, d }) =>
      n('failures') > 0
        ? `연속 ${d('failures')}회 실패해 Job ${name}의 다음 파드까지 ${seconds(n('waitMs'))}초 기다림`
        : `Job ${name}의 인덱스가 다음 파드를 받을 때까지 ${seconds(n('waitMs'))}초 기다림`,
  ),
  'end-job': say(
    ({ name, d }) =>
      `${(endEn[d('condition')] ?? 'ends Job NAME').replace('NAME', name)} (${d('reason')}): ${d('succeeded')} succeeded, ${d('failed')} failed`,
    ({ name, d }) =>
      `${(endKo[d('condition')] ?? 'Job NAME을(를) 끝냄').replace('NAME', name)} (${d('reason')}): 성공 ${d('succeeded')}, 실패 ${d('failed')}`,
  ),
  'finish-job': say(
    ({ name, d }) =>
      `calls Job ${name} ${d('condition')}: every pod is counted and none is still terminating`,
    ({ name, d }) =>
      `모든 파드를 세었고 종료 중인 파드가 없어 Job ${name}을(를) ${d('condition')}(으)로 표시`,
  ),
  'suspend-job': say(
    ({ name }) => `suspends Job ${name}: it has no pods until it is resumed`,
    ({ name }) => `Job ${name} 일시 중지: 재개할 때까지 파드가 없음`,
  ),
  'resume-job': say(
    ({ name }) => `resumes Job ${name}; its deadline counts from now`,
    ({ name }) => `Job ${name} 재개, 기한은 지금부터 셈`,
  ),
  'expire-job': say(
    ({ name, d }) =>
      `deletes Job ${name}: it ended ${d('ttlSeconds')} s ago, as long as it may stay`,
    ({ name, d }) => `끝난 지 ${d('ttlSeconds')}초가 지나 Job ${name} 삭제`,
  ),
  'count-budget': say(
    ({ name, d }) =>
      `counts for budget ${name}: ${d('currentHealthy')} healthy, ${d('desiredHealthy')} must stay, so ${d('allowed')} may be disrupted`,
    ({ name, d }) =>
      `예산 ${name} 계산: 정상 ${d('currentHealthy')}개, 유지할 수 ${d('desiredHealthy')}개이므로 ${d('allowed')}개까지 중단 가능`,
  ),
  'budget-unknown': say(
    ({ name, d }) => `cannot count for budget ${name}, so it allows nothing: ${d('message')}`,
    ({ name, d }) => `예산 ${name}을(를) 계산할 수 없어 아무것도 허용하지 않음: ${d('message')}`,
  ),
  'disruption-stale': say(
    ({ name }) => `takes the mark of disruption off ${name}: it was not deleted within two minutes`,
    ({ name }) => `2분 안에 삭제되지 않아 ${name}의 중단 표시를 지움`,
  ),
  'start-run': say(
    ({ name, d }) =>
      `starts Job ${d('job')} for the run of CronJob ${name} at ${clock(d('scheduled'))}`,
    ({ name, d }) => `CronJob ${name}의 ${clock(d('scheduled'))} 실행으로 Job ${d('job')} 시작`,
  ),
  'skip-run': say(
    ({ name, d }) =>
      `skips the run of CronJob ${name} at ${clock(d('scheduled'))} for now: ${d('active')} is still active, and Forbid lets only one be`,
    ({ name, d }) =>
      `${d('active')}이(가) 아직 실행 중이고 Forbid이므로 CronJob ${name}의 ${clock(d('scheduled'))} 실행을 미룸`,
  ),
  'miss-run': say(
    ({ name, d }) =>
      `misses the run of CronJob ${name} at ${clock(d('scheduled'))}: its starting deadline is over`,
    ({ name, d }) => `시작 기한이 지나 CronJob ${name}의 ${clock(d('scheduled'))} 실행을 놓침`,
  ),
  'delete-job': say(
    ({ name, d }) =>
      d('why') === 'replaced'
        ? `deletes Job ${name}: the next run replaces it`
        : `deletes old Job ${name}: more are kept than the history limit allows`,
    ({ name, d }) =>
      d('why') === 'replaced'
        ? `다음 실행이 대신하므로 Job ${name} 삭제`
        : `기록 한도를 넘어 오래된 Job ${name} 삭제`,
  ),
  recommend: say(
    ({ name, d, detail }) =>
      `sees ${d('metric')}${detail['percent'] === undefined ? '' : ` at ${d('percent')}%`}: autoscaler ${name} wants ${d('desired')} of ${d('current')} now${heldEn(d)}`,
    ({ name, d, detail }) =>
      `${d('metric')}${detail['percent'] === undefined ? '' : ` ${d('percent')}%`}: 오토스케일러 ${name}이(가) 현재 ${d('current')}개에서 ${d('desired')}개를 원함${heldKo(d)}`,
  ),
  rescale: say(
    ({ name, d }) =>
      `scales the target of autoscaler ${name} from ${d('from')} to ${d('to')}: ${d('reason')}`,
    ({ name, d }) =>
      `오토스케일러 ${name}의 대상을 ${d('from')}에서 ${d('to')}(으)로 조정: ${d('reason')}`,
  ),
};

type Read = (field: string) => string;

function heldEn(d: Read): string {
  const [replicas, desired] = [d('replicas'), d('desired')];
  return replicas === desired ? '' : `, and gets ${replicas} (${whyHeld(d)})`;
}

function heldKo(d: Read): string {
  const [replicas, desired] = [d('replicas'), d('desired')];
  return replicas === desired ? '' : `, ${replicas}개로 제한 (${whyHeld(d)})`;
}

function whyHeld(d: Read): string {
  return d('limit') === 'DesiredWithinRange' ? d('able') : d('limit');
}
