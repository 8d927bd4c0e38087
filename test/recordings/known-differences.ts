/** Recorded scenarios that the simulator does not match, with the reason. */
export const missingRollouts: Readonly<Record<string, string>> = {
  'rc-basic':
    'the raw answer of a DELETE has its fields in the order of Go’s struct; here they come in the order of the manifest',
  'scale-during-rollout':
    'of the 23 steps of the Deployment’s status, one was not taken by any of 48 seeds: the order of two status writes',
};
