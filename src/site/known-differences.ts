/** Recorded scenarios that the simulator does not match, with the reason. Shown on the accuracy page too. */
export const missingRollouts: Readonly<Record<string, string>> = {
  'scale-during-rollout':
    'the numbers of unavailableReplicas follow each other as in no seed; every other number does as in some seed',
};
