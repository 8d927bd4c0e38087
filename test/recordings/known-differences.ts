/** Recorded scenarios that the simulator does not match, with the reason. Shown on the accuracy page too. */
export const missingRollouts: Readonly<Record<string, string>> = {};
