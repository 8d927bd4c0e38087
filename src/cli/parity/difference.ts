/** What a comparison finds. */

/** One thing in which the recording is not among the simulated outcomes. */
export interface Difference {
  readonly aspect: 'lives' | 'events' | 'output' | 'times' | 'requests' | 'replay';
  readonly what: string;
  readonly recorded: string;
  readonly simulated: string;
}
