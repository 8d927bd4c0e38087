/**
 * Pod failure policies: what a failed pod means for its Job. Rules are asked in order and the first that matches decides.
 *
 * Upstream: pkg/controller/job/pod_failure_policy.go matchPodFailurePolicy
 * Docs: /docs/concepts/workloads/controllers/job/#pod-failure-policy
 */
import { nameOf, namespaceOf } from '../api/object.ts';
import type {
  ContainerStatus,
  Job,
  Pod,
  PodCondition,
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
} from '../api/types.gen.ts';
import { isPodFailed } from './job-util.ts';

/** What a policy says about one failed pod. */
export interface PolicyMatch {
  /** Why the whole Job fails, when it does. */
  readonly failJobMessage: string | undefined;
  /** Whether the failure counts towards the back-off limits. */
  readonly isCounted: boolean;
  /** The action of the rule that matched. */
  readonly action: string | undefined;
}

const noMatch: PolicyMatch = { failJobMessage: undefined, isCounted: true, action: undefined };

/** Asks a policy about a failed pod. Without a policy, or where no rule matches, the failure counts. */
export function matchPodFailurePolicy(policy: PodFailurePolicy | undefined, pod: Pod): PolicyMatch {
  for (const [index, rule] of (policy?.rules ?? []).entries()) {
    const failure = failureOf(rule, pod);
    if (failure === undefined) continue;
    const { action } = rule;
    if (action === 'FailJob') {
      const failJobMessage = `${failure} matching ${action} rule at index ${index}`;
      return { failJobMessage, isCounted: true, action };
    }
    if (action === 'Ignore' || action === 'Count' || action === 'FailIndex') {
      return { failJobMessage: undefined, isCounted: action !== 'Ignore', action };
    }
  }
  return noMatch;
}

/** Returns the message with which some failed pod makes the Job fail, if one does. */
export function getFailJobMessage(job: Job, pods: readonly Pod[]): string | undefined {
  const policy = job.spec.podFailurePolicy;
  if (policy === undefined) return undefined;
  for (const pod of pods) {
    if (!isPodFailed(pod, job)) continue;
    const { failJobMessage } = matchPodFailurePolicy(policy, pod);
    if (failJobMessage !== undefined) return failJobMessage;
  }
  return undefined;
}

/** Tells how the pod meets the rule, as the beginning of a message; undefined when it does not. */
function failureOf(rule: PodFailurePolicyRule, pod: Pod): string | undefined {
  const where = `${namespaceOf(pod)}/${nameOf(pod)}`;
  if (rule.onExitCodes !== undefined) {
    const status = containerMatching(pod, rule.onExitCodes);
    if (status === undefined) return undefined;
    const code = status.state?.terminated?.exitCode ?? 0;
    return `Container ${status.name} for pod ${where} failed with exit code ${code}`;
  }
  const condition = conditionMatching(pod, rule);
  return condition && `Pod ${where} has condition ${condition.type}`;
}

/** Main containers are looked at before init containers; one that ended well never matches. */
function containerMatching(
  { status }: Pod,
  requirement: PodFailurePolicyOnExitCodesRequirement,
): ContainerStatus | undefined {
  const { containerName, operator, values } = requirement;
  const isMatch = ({ name, state }: ContainerStatus): boolean => {
    const code = state?.terminated?.exitCode ?? 0;
    if (code === 0 || (containerName !== undefined && containerName !== name)) return false;
    if (operator === 'In') return values.includes(code);
    return operator === 'NotIn' && !values.includes(code);
  };
  return status?.containerStatuses?.find(isMatch) ?? status?.initContainerStatuses?.find(isMatch);
}

function conditionMatching(pod: Pod, rule: PodFailurePolicyRule): PodCondition | undefined {
  return pod.status?.conditions?.find((condition) =>
    rule.onPodConditions?.some(
      ({ type, status }) => type === condition.type && status === condition.status,
    ),
  );
}
