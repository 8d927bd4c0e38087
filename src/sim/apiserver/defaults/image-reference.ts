/**
 * Reads the tag of an image reference, which decides about the default pull policy.
 *
 * Upstream: pkg/util/parsers/parsers.go ParseImageName
 */

/** Returns the tag of an image reference: `latest` where neither tag nor digest is given, '' with a digest alone. */
export function imageTag(reference: string): string {
  const [name = '', digest] = reference.split('@');
  const lastPart = name.slice(name.lastIndexOf('/') + 1);
  const colon = lastPart.indexOf(':');
  if (colon >= 0) return lastPart.slice(colon + 1);
  return digest === undefined ? 'latest' : '';
}

/** Returns the pull policy of an image for which none is given. */
export function defaultPullPolicy(reference: string): 'Always' | 'IfNotPresent' {
  return imageTag(reference) === 'latest' ? 'Always' : 'IfNotPresent';
}
