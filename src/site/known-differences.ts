/** Recorded scenarios that the simulator does not match, with the reason. Shown on the accuracy page too. */
export const missingRollouts: Readonly<Record<string, string>> = {
  'scale-during-rollout':
    'when ten pods start at once, the recorded machine had them ready in other numbers per status write than any seed',
};
