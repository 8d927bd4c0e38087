/** The line of a manifest that a chain of causes leads to: the field that, written otherwise, would have changed the outcome. */
import type { TraceEntry } from '#sim/engine/trace.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import { hasGoneWrong } from './gone-wrong.ts';

/** The fields by which an author governs what a verb does, most telling first. */
const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  'create-pods': ['replicas'],
  'create-replicaset': ['template', 'replicas'],
  'scale-up': ['maxSurge', 'strategy', 'replicas'],
  'scale-down': ['maxUnavailable', 'strategy', 'replicas'],
  'delete-pods': ['replicas'],
  scheduled: ['nodeName', 'nodeSelector', 'affinity', 'resources'],
  unschedulable: ['nodeSelector', 'affinity', 'requests', 'resources'],
  'pull-failed': ['image'],
  'container-exited': ['command', 'args', 'image'],
  backoff: ['restartPolicy', 'command', 'args'],
  sigterm: ['preStop', 'lifecycle', 'terminationGracePeriodSeconds', 'args'],
  sigkill: ['terminationGracePeriodSeconds'],
  prestop: ['preStop', 'lifecycle'],
  'prestop-overrun': ['terminationGracePeriodSeconds', 'preStop'],
  'oom-killed': ['memory', 'limits'],
  'update-slices': ['selector'],
  'progress-deadline-exceeded': ['progressDeadlineSeconds'],
  'request-failed': ['preStop', 'lifecycle', 'readinessProbe'],
};

/** Fields that govern what goes well and is passed through: they matter to who asks of just that. */
const fieldsOfItself: Readonly<Record<string, readonly string[]>> = {
  pulling: ['image'],
  pulled: ['image'],
  'container-created': ['image'],
  'container-started': ['command', 'args', 'image'],
};

/** A line that governs an outcome; `isBad` where the outcome is one that went wrong. */
export interface GoverningLine {
  readonly file: string;
  readonly line: number;
  readonly isBad: boolean;
}

/** Returns the place, from the effect on back; undefined where no line governs any of it. */
export function lineOf(
  chain: readonly TraceEntry[],
  lab: Lab,
  texts: Readonly<Record<string, string>>,
): GoverningLine | undefined {
  const [effect] = chain;
  const isBad = effect !== undefined && hasGoneWrong(effect);
  for (const step of chain) {
    const { verb, detail } = step;
    const itself = step === effect ? (fieldsOfItself[verb] ?? []) : [];
    const probe = verb.startsWith('probe') ? [`${String(detail?.['probe'] ?? '')}Probe`] : [];
    for (const field of [...probe, ...itself, ...(fieldsOf[verb] ?? [])]) {
      const found = find(field, lab.files, texts);
      if (found !== undefined) return { ...found, isBad };
    }
  }
  return undefined;
}

/** Finds a field, also as a comment that offers it. */
function find(
  field: string,
  files: readonly string[],
  texts: Readonly<Record<string, string>>,
): { file: string; line: number } | undefined {
  const pattern = new RegExp(`^[\\s#{-]*(?:.*[{,]\\s*)?["']?${field}["']?\\s*:`);
  for (const file of files) {
    const lines = (texts[file] ?? '').split('\n');
    const index = lines.findIndex((line) => pattern.test(line));
    if (index >= 0) return { file, line: index + 1 };
  }
  return undefined;
}
