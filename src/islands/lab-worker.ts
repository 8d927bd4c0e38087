/**
 * The simulation worker of a page: holds the labs, runs them in slices, answers questions about their last runs.
 *
 * - The latest edit wins: a run is dropped between two slices when a newer one was asked for.
 * - Labs take turns by their questions; a lab that nobody touches costs nothing.
 */
import { LabDesk } from './lab-desk.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

const post = (message: FromWorker, transfer: Transferable[] = []): void =>
  self.postMessage(message, { transfer });

const desks = new Map<string, LabDesk>();

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'open') {
    desks.set(data.lab.id, new LabDesk(data, post));
    return;
  }
  const desk = desks.get(data.lab);
  if (desk === undefined) return;
  if (data.type === 'run') desk.run(data.generation, data.request);
  else desk.ask(data.id, data.question);
});
