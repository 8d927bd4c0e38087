/**
 * Image references: `nginx:1.27` is short for `docker.io/library/nginx:1.27`.
 *
 * Upstream: github.com/distribution/reference normalize.go ParseNormalizedNamed; pkg/util/parsers ParseImageName
 */
import { hashString } from '../engine/random.ts';

/** A reference in full. */
export interface ImageReference {
  /** With the registry: `docker.io/library/nginx`. */
  readonly repository: string;
  readonly tag: string;
  /** `docker.io/library/nginx:1.27`. */
  readonly name: string;
  readonly digest: string | undefined;
}

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const domain =
  '(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?)';
const tagOrDigest = '(?::([\\w][\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?';
const whole = new RegExp(`^((?:${domain}/)?${component}(?:/${component})*)${tagOrDigest}$`);

/** References that were read: nodes ask for the same few again and again. */
const known = new Map<string, ImageReference | string>();
const knownMax = 500;

/** Reads a reference. Returns the words of the parser's complaint when it is none. */
export function parseImageReference(text: string): ImageReference | string {
  let reference = known.get(text);
  if (reference === undefined) {
    reference = parse(text);
    if (known.size >= knownMax) known.clear();
    known.set(text, reference);
  }
  return reference;
}

function parse(text: string): ImageReference | string {
  const match = whole.exec(text);
  if (match === null) {
    const lower = whole.test(text.toLowerCase());
    if (!lower || text === '') return 'invalid reference format';
    const [remote] = splitRegistry(text.replace(/(:[\w.-]*)?(@.*)?$/, '')).slice(1);
    return remote !== undefined && remote !== remote.toLowerCase()
      ? `invalid reference format: repository name (${remote}) must be lowercase`
      : 'invalid reference format';
  }
  const [registry, remote] = splitRegistry(match[1] ?? '');
  const repository = `${registry}/${remote}`;
  const digest = match[3];
  const tag = match[2] ?? 'latest';
  const name = digest === undefined ? `${repository}:${tag}` : `${repository}@${digest}`;
  return { repository, tag, name, digest };
}

function splitRegistry(name: string): [string, string] {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isRegistry =
    first !== '' && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  const remote = isRegistry ? name.slice(slash + 1) : name;
  const registry = isRegistry && first !== 'index.docker.io' ? first : 'docker.io';
  const isOfficial = registry === 'docker.io' && !remote.includes('/');
  return [registry, isOfficial ? `library/${remote}` : remote];
}

/** Returns 64 hexadecimal digits that depend on nothing but the text. */
export function hexDigest(text: string): string {
  let digits = '';
  for (let part = 0; part < 8; part += 1) {
    digits += hashString(`${part}/${text}`).toString(16).padStart(8, '0');
  }
  return digits;
}
