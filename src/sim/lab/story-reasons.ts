/** Why a Deployment's controller chose a number: the arithmetic of its rules, said as one would say it at a blackboard. */

type Detail = Readonly<Record<string, unknown>>;
type Locale = 'en' | 'ko';

/** Returns the reason as the end of a sentence, with its separator; '' where none is given. */
export function becauseOf(detail: Detail, locale: Locale): string {
  const because = detail['because'];
  if (typeof because !== 'object' || because === null) return '';
  const facts = because as Detail;
  const text = (locale === 'ko' ? reasonKo : reasonEn)(facts, (field) => Number(facts[field] ?? 0));
  return text === '' ? '' : `: ${text}`;
}

type Read = (field: string) => number;

function reasonEn(facts: Detail, n: Read): string {
  const rule = String(facts['rule'] ?? 'surge');
  if (facts['strategy'] === 'Recreate' || rule === 'recreate-new') {
    return `the old pods are gone, all ${n('replicas')} may come`;
  }
  switch (rule) {
    case 'surge': {
      const room = Math.max(0, n('limit') - n('current'));
      return `at most ${n('replicas')} + ${n('maxSurge')} pods, ${n('current')} exist, so ${room} more may come`;
    }
    case 'enough-available':
      return `at least ${n('replicas')} − ${n('maxUnavailable')} must stay available, ${n('available')} are, so ${n('allowed')} may go`;
    case 'unhealthy':
      return `only ${n('available')} of its pods are available, and ${n('total')} − ${n('minAvailable')} − ${n('newUnavailable')} = ${n('maxScaledDown')} may go`;
    case 'only-active':
      return `it is the only ReplicaSet with pods, and ${n('replicas')} are wanted`;
    case 'new-too-large':
      return `no more than ${n('replicas')} are wanted`;
    case 'new-is-saturated':
      return `the new ReplicaSet has all ${n('replicas')} pods`;
    case 'proportional':
      return `a rollout is under way, so each ReplicaSet takes its share of ${n('replicas')} + ${n('maxSurge')}`;
    case 'recreate-old':
      return 'Recreate lets every old pod go before a new one comes';
    default:
      return rule.replaceAll('-', ' ');
  }
}

function reasonKo(facts: Detail, n: Read): string {
  const rule = String(facts['rule'] ?? 'surge');
  if (facts['strategy'] === 'Recreate' || rule === 'recreate-new') {
    return `이전 파드가 모두 사라져 ${n('replicas')}개 전부 만들 수 있음`;
  }
  switch (rule) {
    case 'surge': {
      const room = Math.max(0, n('limit') - n('current'));
      return `최대 ${n('replicas')} + ${n('maxSurge')}개, 현재 ${n('current')}개이므로 ${room}개 더 가능`;
    }
    case 'enough-available':
      return `최소 ${n('replicas')} − ${n('maxUnavailable')}개는 가용해야 하고 ${n('available')}개가 가용하므로 ${n('allowed')}개까지 줄일 수 있음`;
    case 'unhealthy':
      return `가용한 파드가 ${n('available')}개뿐이고 ${n('total')} − ${n('minAvailable')} − ${n('newUnavailable')} = ${n('maxScaledDown')}개까지 줄일 수 있음`;
    case 'only-active':
      return `파드가 있는 유일한 ReplicaSet이고 원하는 수는 ${n('replicas')}개`;
    case 'new-too-large':
      return `원하는 수는 ${n('replicas')}개까지`;
    case 'new-is-saturated':
      return `새 ReplicaSet이 ${n('replicas')}개를 모두 갖춤`;
    case 'proportional':
      return `롤아웃 중이므로 ${n('replicas')} + ${n('maxSurge')}을 비율대로 나눔`;
    case 'recreate-old':
      return 'Recreate는 새 파드를 만들기 전에 이전 파드를 모두 없앰';
    default:
      return rule.replaceAll('-', ' ');
  }
}
