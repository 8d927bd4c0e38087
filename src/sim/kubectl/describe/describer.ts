/**
 * What describes an object of one kind.
 */
import type { KubeObject } from '../../api/object.ts';
import type { Process } from '../../engine/process.ts';
import type { Invocation } from '../verb.ts';
import type { Description } from './text.ts';

/** Writes all but the events, which every description ends with unless `hasEvents` is false. */
export interface Describer<T = KubeObject> {
  readonly hasEvents?: boolean;
  write(out: Description, object: T, invocation: Invocation): Process;
}
