/**
 * The pause program: does nothing until it is told to end, and takes in orphans where it is PID 1 of a pod.
 *
 * Upstream: build/pause/linux/pause.c
 */
import type { Program } from '../os-process.ts';
import { SIGINT, SIGTERM } from '../signals.ts';

/** `/pause`. */
export const pause: Program = (process) => {
  const end = (signal: number): void => {
    const words = signal === SIGINT ? 'Interrupt' : 'Terminated';
    process.print(2, `Shutting down, got signal: ${words}\n`);
    process.exit(0);
  };
  process.handle(SIGINT, end);
  process.handle(SIGTERM, end);
  return undefined;
};
