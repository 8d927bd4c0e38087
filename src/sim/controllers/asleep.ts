/**
 * Controllers that have nothing to do until there is an object of their own kind: their caches are filled from the start, their
 * code comes with a part.
 *
 * With the part the controller itself is made. Without it only its caches are there, asked for in the same order, and the first
 * object that concerns it asks for the part. Both make the same history.
 *
 * Ours: pages load only the controllers that a lab needs.
 */
import type { KubeObject } from '../api/object.ts';
import type { Kinds } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import { Seam } from '../part.ts';

/** Makes a controller of what it is given. */
export type MakeController = (context: ComponentContext) => { start(): void };

/** Controllers by name. */
export type Controllers = Readonly<Record<string, MakeController>>;

/** Where parts put their controllers. */
export const autoscalingSeam = new Seam<Controllers>('autoscaling');
export const daemonSetsSeam = new Seam<Controllers>('daemonsets');
export const endpointsSeam = new Seam<Controllers>('endpoints');
export const jobsSeam = new Seam<Controllers>('jobs');
export const otherControllersSeam = new Seam<Controllers>('other-kinds');
export const statefulSetsSeam = new Seam<Controllers>('statefulsets');
export const storageSeam = new Seam<Controllers>('storage');

/** Whether an object of a kind concerns a controller. */
type Concerns = { readonly [K in keyof Kinds]?: (object: Kinds[K]) => boolean };

/** How a controller sleeps. */
export interface Sleep {
  readonly seam: Seam<Controllers>;
  /** The kinds whose caches it asks for, in its order. */
  readonly caches: readonly (keyof Kinds & string)[];
  /** What wakes it. */
  readonly concerns: Concerns;
}

/** Every object of a kind is of concern. */
export const any = (): boolean => true;

/** Makes the controller of a name, or what stands in for it. */
export function asleep(name: string, { seam, caches, concerns }: Sleep): MakeController {
  return (context) => {
    const informers = caches.map((kind) => context.informers.of(kind));
    const controller = seam.peek()?.[name]?.(context);
    return {
      start() {
        controller?.start();
        for (const [index, kind] of caches.entries()) {
          const isOfConcern = concerns[kind] as ((object: KubeObject) => boolean) | undefined;
          if (isOfConcern === undefined) continue;
          const look = (object: KubeObject): void => {
            if (isOfConcern(object)) seam.get();
          };
          informers[index]?.addHandlers({ onAdd: look, onUpdate: (_before, after) => look(after) });
        }
      },
    };
  };
}
