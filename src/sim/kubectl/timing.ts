/**
 * How long kubectl takes by itself, apart from its requests.
 *
 * Measured on the recorded cluster: a command that fails before its first request ends after 35 to 50 ms in most
 * cases, `kubectl get` of one object after 75 ms in the median.
 *
 * Simplified: discovery documents and the OpenAPI schema are taken as cached, as on a machine that has used the
 * cluster before.
 */

/** Milliseconds; ranges are drawn evenly from both ends included. */
export interface KubectlTiming {
  /** From the start of the process to its first request. */
  readonly startMs: { readonly lowMs: number; readonly highMs: number };
}

/** The figures used unless the context says otherwise. */
export const defaultTiming: KubectlTiming = {
  startMs: { lowMs: 35, highMs: 65 },
};
