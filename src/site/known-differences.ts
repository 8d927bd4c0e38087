/** Recorded scenarios that the simulator does not match, with the reason. Shown on the accuracy page too. */
export const missingRollouts: Readonly<Record<string, string>> = {
  'scale-during-rollout':
    'the numbers of unavailableReplicas follow each other as in no seed; every other number does as in some seed',
};

/** The same for Jobs. */
export const missingJobs: Readonly<Record<string, string>> = {
  'job-parallelism-change':
    'a second change came just after the first of the pods that were going had ended, and here comes just before',
  'job-pfp-failjob':
    'one of three pods started late, because the cache of its kubelet was; here all three are ready together',
};

/** The same for StatefulSets and DaemonSets. */
export const missingSets: Readonly<Record<string, string>> = {
  'ds-cordon':
    '`kubectl describe node` names the real machine: its kernel, its identity, the version of its runtime',
};
