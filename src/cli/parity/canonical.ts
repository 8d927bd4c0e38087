/**
 * Makes text comparable that differs from run to run by nature: names and IDs drawn at random, addresses, times.
 *
 * What is derived from content (pod-template-hash, revision numbers) stays as it is: it must be equal.
 *
 * Of a node, masked are the identity of the machine (machine ID, system UUID, boot ID, the versions of its kernel and of its
 * container runtime) and left out what depends on the cluster's past: the list of images in `-o yaml`. What a kubelet decides
 * (capacity, conditions, taints, addresses, the versions of Kubernetes) stays. Node ports are masked where they are of the
 * range from which they are drawn. Left out as well is the ConfigMap that the recorded cluster added to each namespace.
 */

/** Replacements, in this order. Names of generated objects are known from the rows; the rest is known by its form. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>'],
  [/\b[0-9a-f]{64}\b/g, '<id>'],
  [/sha256:<id>/g, '<digest>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000/g, '<time>'],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC\b/g, '<time>'],
  [/\bkube-api-access-[a-z0-9]{5}\b/g, 'kube-api-access-<5>'],
  [/\b10\.(244|9[6-9]|10\d|11[01])\.\d+\.\d+(\/\d+)?/g, '<ip>'],
  [/\b(in|after|took) \d+(\.\d+)?(ms|s|m)\b( \(\d+(\.\d+)?(ms|s|m)\b[^)]*\))?/g, '$1 <duration>'],
  [/Image size: \d+ bytes/g, 'Image size: <n> bytes'],
  [/\bresourceVersion: "?\d+"?/g, 'resourceVersion: <rv>'],
  [/"resourceVersion":( ?)"\d+"/g, '"resourceVersion":$1"<rv>"'],
  [/\b(Expected resource version to be \d+, was) \d+/g, '$1 <rv>'],
  // Drawn by the API server: from 30000 to 32767.
  [
    /(?<=[:\t ])3(?:[01]\d{3}|2[0-6]\d{2}|27[0-5]\d|276[0-7])(?=\/(?:TCP|UDP|SCTP)\b)/g,
    '<nodePort>',
  ],
  [/\bnodePort("?): ?3(?:[01]\d{3}|2[0-6]\d{2}|27[0-5]\d|276[0-7])\b/g, 'nodePort$1: <nodePort>'],
  // The machine under a node.
  [/\b(Machine ID|System UUID|machineID|systemUUID)("?:\s*"?)[0-9a-f]{32}\b/g, '$1$2<machine>'],
  [/\b(Kernel Version|kernelVersion)("?:\s*"?)[^\s",]+/g, '$1$2<kernel>'],
  [/\b\d+\.\d+\.\d+(?:-[\w.-]+)?(?= \(amd64\))/g, '<kernel>'],
  [/\bcontainerd:\/\/\d+\.\d+\.\d+[\w.+-]*/g, 'containerd://<version>'],
  [/^( *)images:\n(?:\1- names:\n(?:\1 .*\n)+)+/gm, ''],
  [/^Listing labels for \S*service-ca\.crt:\n(?: .*\n)*/gm, ''],
  [/^\S*service-ca\.crt\s.*\n/gm, ''],
  [/\.[0-9a-f]{16}\b/g, '.<nanos>'],
  // A combined event keeps only its last message: which one that was is a matter of order.
  [/\(combined from similar events\): .*/g, '(combined from similar events): <last>'],
  // The recorder read texts: a carriage return became a line end.
  [/\r/g, '\n'],
  // Seconds since 1970, and numbers of processes: a runtime's helpers take some in between.
  [/\b1[78]\d{8}\b/g, '<epoch>'],
  [/^( *)(?!1 )\d+( +(?:root|nginx|nobody|\d+) +)/gm, '$1<pid>$2'],
  [/\b(?!1#)\d+#(?!1:)\d+:/g, '<pid>#<pid>:'],
  // Lengths of what holds an address or a time.
  [/\b\d+( [A-Z][a-z]{2} +\d+ \d\d:\d\d (?:hosts\b|\.\.data -> ))/g, '<n>$1'],
  // What `date`, `ls -l`, nginx and klog write.
  [/\b[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d UTC \d{4}\b/g, '<date>'],
  [/\b[A-Z][a-z]{2} +\d+ \d\d:\d\d(?= )/g, '<date>'],
  [/\b\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\b/g, '<time>'],
  [/\bI\d{4} \d\d:\d\d:\d\d\.\d{6}\b/g, '<time>'],
  [/^[EW]\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ /gm, '<time> <pid> '],
  [/\b[1-9]\d{3}\.\d\d(?= )/g, '<uptime>'],
  [/\.\.\d{4}(_\d\d){5}\.\d+/g, '..<time>'],
  [/\bOS: Linux \S+/g, 'OS: Linux <version>'],
  [/\b(received from|worker process) \d+\b/g, '$1 <pid>'],
];

/** Ages in tables and describe: `5s`, `2m5s`, `3d`, `5s (x2 over 10s)`. */
const ages = /(?<=^|[\s(])\d+(?:s|m\d+s|m|h\d+m|h|d\d+h|d)(?=$|[\s)])/gm;

/**
 * What the recorded machine says only because it was busy: a kubelet whose cache was late, a probe that timed out on a
 * server that answers at once. Lines and events with these words are left out on both sides.
 */
const loadNoise =
  /failed to sync (configmap|secret) cache: timed out waiting for the condition|probe failed: .*context deadline exceeded/;

/** Whether a line says something that only a busy machine says. */
export function isLoadNoise(line: string): boolean {
  return loadNoise.test(line);
}

/** Names that were made at random: known ones with what stands for them, and the bases of names that came to nothing. */
export interface GeneratedNames {
  readonly names: ReadonlyMap<string, string>;
  readonly bases: readonly string[];
}

/** What a node with cgroup v1 reads back as the memory limit of a container that has none. */
const noLimit = '9007199254740988Ki';
const noLimitYaml = new RegExp(
  `resources:\\n +limits:\\n +memory: ${noLimit}\\n( +requests:)?`,
  'g',
);
const noLimitJson = new RegExp(`"limits": ?\\{\\s*"memory": ?"${noLimit}"\\s*\\},?\\s*`, 'g');

/** Leaves that limit out, as the rows of the watch do. */
function withoutNoLimit(text: string): string {
  if (!text.includes(noLimit)) return text;
  return text
    .replaceAll(noLimitYaml, (_match, requests: string | undefined) =>
      requests === undefined ? 'resources: {}\n' : `resources:\n${requests}`,
    )
    .replaceAll(noLimitJson, '')
    .replaceAll(/"resources": \{\s*\}/g, '"resources": {}');
}

const suffix = '[bcdfghjklmnpqrstvwxz2456789]{5}';

/** Replaces what is random, and each generated name by the name of its generator and `<5>`. */
export function canonicalText(text: string, { names, bases }: GeneratedNames): string {
  let result = withoutNoLimit(text);
  for (const [name, canonical] of names) result = result.replaceAll(name, canonical);
  for (const base of bases) {
    if (result.includes(base)) {
      const pattern = new RegExp(`${base.replaceAll('.', '\\.')}${suffix}\\b`, 'g');
      result = result.replaceAll(pattern, canonicalName(base));
    }
  }
  for (const [pattern, replacement] of patterns) result = result.replaceAll(pattern, replacement);
  return result.replaceAll(ages, '<age>').replaceAll(/\bnode-\d\b/g, '<node>');
}

/**
 * Rewrites the lines of a text that are JSON objects as a whole (`--raw`): fields in order of their names, and without
 * `managedFields`, which are not simulated. Other lines stay as they are.
 */
export function canonicalJson(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      if (!line.startsWith('{') || !line.endsWith('}')) return line;
      try {
        return JSON.stringify(sorted(JSON.parse(line)));
      } catch {
        return line;
      }
    })
    .join('\n');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => name !== 'managedFields');
  fields.sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, sorted(field)]));
}

/** A name with a random suffix, as the generator's base and `<5>`. */
export function canonicalName(generateName: string): string {
  return `${generateName}<5>`;
}
