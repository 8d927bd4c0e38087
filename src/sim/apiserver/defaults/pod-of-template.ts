/**
 * Pods of one template leave admission with the same spec but for the name of their token volume. The first pod of a template is
 * admitted, validated and warned of in full; the others get its spec with another name, and share all the rest.
 *
 * What is remembered is used only for the very same frozen spec, and only while admission finds the very same objects beside it:
 * service account, priority class, runtime class.
 *
 * Ours: upstream admits and validates each pod anew, with the same outcome.
 */
import type { Container, Pod, PodSpec } from '../../api/types.gen.ts';

/** What admission has looked up for a pod. */
export type LookedUp = readonly (object | undefined)[];

interface Template {
  readonly lookedUp: LookedUp;
  /** The spec of the first pod, as admission left it. */
  readonly spec: PodSpec;
  /** The name of its token volume; undefined where it got none. */
  readonly token: string | undefined;
}

const templates = new WeakMap<object, Template>();
/** The first pod's spec, by those of the others. */
const originals = new WeakMap<object, PodSpec>();

/** Returns the spec that stands for this one in all but the name of the token volume: itself, or that of an earlier pod. */
export function originalOf(spec: PodSpec): PodSpec {
  return originals.get(spec) ?? spec;
}

/** Remembers what admission made of a frozen spec. `token` is the name of the volume that it added. */
export function rememberTemplate(
  given: PodSpec,
  lookedUp: LookedUp,
  spec: PodSpec,
  token: string | undefined,
): void {
  if (Object.isFrozen(given)) templates.set(given, { lookedUp, spec, token });
}

/** Returns the pod as admission would leave it, or undefined when no pod with the same spec was admitted alike. */
export function admittedAlike(
  pod: Pod,
  lookedUp: LookedUp,
  newToken: () => string,
): Pod | undefined {
  const template = templates.get(pod.spec);
  if (template === undefined) return undefined;
  if (!template.lookedUp.every((object, at) => object === lookedUp[at])) return undefined;
  const { spec: original, token } = template;
  if (token === undefined) return { ...pod, spec: original };
  const spec = withToken(original, token, newToken());
  originals.set(spec, original);
  return { ...pod, spec };
}

function withToken(spec: PodSpec, token: string, name: string): PodSpec {
  const rename = <T extends { readonly name: string }>(list: readonly T[]): T[] =>
    list.map((item) => (item.name === token ? { ...item, name } : item));
  const remount = (container: Container): Container =>
    container.volumeMounts?.some((mount) => mount.name === token) === true
      ? { ...container, volumeMounts: rename(container.volumeMounts) }
      : container;
  return {
    ...spec,
    containers: spec.containers.map(remount),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(remount) } : {}),
    ...(spec.volumes ? { volumes: rename(spec.volumes) } : {}),
  };
}
