/**
 * Compares a recording with the simulated outcomes of several seeds.
 *
 * What is random by nature is judged against the seeds: the recording must lie among them. The rules, by aspect:
 *
 * - `lives`: every recorded life must be the life of some object of the same group in some seed, or begin and end as some
 *   do and consist of steps that were all taken in some seed: which of two components wrote first is drawn anew at each
 *   step. The numbers of a workload's status may be combined as no seed did: see tracks.ts. A group must have as many objects as in some seed. Merged writes are dropped on both sides (see projection.ts).
 * - `events`: the recorded set of (type, reason, object, message) must be the set of some seed, or lie between what all
 *   seeds have and what any seed has; counts must lie within the seeds' range, stretched by one for periods cut by the end.
 *   Of ten similar messages, the recorder of events goes on counting all but one drawn at random: where some were combined,
 *   the sum over all messages is compared, and each message must be known.
 *   A server that is probed in the moment of its start may not listen yet: up to two probes may be refused on one side alone.
 * - `output`: a command's lines, made canonical, must be those of some seed. Rows of tables are ordered by name and names
 *   are random, so lines are compared as a multiset; what `-w` printed on its way depends on what it saw, so its lines are
 *   compared as in `events`, and so are those of commands that only read, over the looks taken with the same command up
 *   to 3 s earlier and later. Of `rollout status` the last line, the exit code and the words of the others count, without
 *   their numbers: each of its lines shows one status write, and those may be merged. Of logs under load the forms of lines
 *   are compared: see log-forms.ts.
 * - `requests`: outcomes of the requests of load, by class, number and window: see requests.ts.
 * - `times`: each state must begin, counted from the object's birth, within the seeds' range stretched by 3 s or a quarter:
 *   the recorded machine shared two cores, and a delay there was seen to reach that.
 */
import { canonicalJson, canonicalText, isLoadNoise } from './canonical.ts';
import type { Life, Lives, RecordedEvent } from './lives.ts';
import { readLives } from './lives.ts';
import type { Difference } from './difference.ts';
import { strangeLines } from './log-forms.ts';
import { isReading } from './looker.ts';
import type { Replay } from './replay.ts';
import { compareRequests } from './requests.ts';
import type { Scenario, Step } from './scenario.ts';
import { isWoven } from './tracks.ts';
import { outputOf } from '#sim/lab/transcript.ts';

/** Time that a busy machine may add, in ms, and as a part of the time itself. */
const timeSlackMs = 3_000;
const timeSlackPart = 0.25;

/** Compares a scenario with its replays; nothing is returned when the recording lies among them. */
export function compareScenario(scenario: Scenario, replays: readonly Replay[]): Difference[] {
  const recorded = readLives(scenario.rows);
  const simulated = replays.map(({ rows }) => readLives(rows));
  const problems = replays
    .filter(({ problem }) => problem !== '')
    .map(({ problem }): Difference => ({
      aspect: 'replay',
      what: 'run',
      recorded: '',
      simulated: problem,
    }));
  return [
    ...problems,
    ...compareWaits(replays),
    ...compareLives(recorded, simulated),
    ...compareEvents(recorded, simulated),
    ...compareOutputs(scenario, recorded, replays, simulated),
    ...compareRequests(scenario, replays),
  ];
}

function compareWaits(replays: readonly Replay[]): Difference[] {
  const [first] = replays;
  if (first === undefined) return [];
  return first.steps
    .filter(({ step, isMet }) => step.until !== undefined && step.met === true && !isMet)
    .filter(({ step }) => replays.every((other) => !isMetIn(other, step)))
    .map(({ step }) => ({
      aspect: 'replay',
      what: `wait ${step.until ?? ''}`,
      recorded: `met at ${step.atMs} ms`,
      simulated: 'never met',
    }));
}

function isMetIn(replay: Replay, step: Step): boolean {
  return replay.steps.find((played) => played.step === step)?.isMet === true;
}

function byGroup(lives: readonly Life[]): Map<string, Life[]> {
  const groups = new Map<string, Life[]>();
  for (const life of lives) {
    const group = groups.get(life.group);
    if (group === undefined) groups.set(life.group, [life]);
    else group.push(life);
  }
  return groups;
}

function compareLives(recorded: Lives, simulated: readonly Lives[]): Difference[] {
  const differences: Difference[] = [];
  const groups = byGroup(recorded.lives);
  const outcomes = simulated.map(({ lives }) => byGroup(lives));
  const names = new Set([...groups.keys(), ...outcomes.flatMap((outcome) => [...outcome.keys()])]);
  for (const name of names) {
    const own = groups.get(name) ?? [];
    const counts = outcomes.map((outcome) => outcome.get(name)?.length ?? 0);
    if (!counts.includes(own.length)) {
      const what = `${name}: how many`;
      differences.push(difference('lives', what, String(own.length), counts.join(', ')));
      continue;
    }
    const others = outcomes.flatMap((outcome) => outcome.get(name) ?? []);
    for (const life of own) differences.push(...compareLife(name, life, others));
  }
  return differences;
}

function compareLife(name: string, life: Life, others: readonly Life[]): Difference[] {
  const text = life.states.join('\n');
  const equals = others.filter((other) => other.states.join('\n') === text);
  if (equals.length === 0 && (isPath(life, others) || isWoven(life, others))) return [];
  if (equals.length === 0) return [strangeStep(name, life, others)];
  return compareTimes(name, life, equals);
}

/** Whether a life begins and ends as others do and takes only steps that others took. */
function isPath(life: Life, others: readonly Life[]): boolean {
  return firstStrange(life, others) === undefined;
}

/** Returns the index of the first state that no other life came to from the one before; the end counts as a state. */
function firstStrange({ states }: Life, others: readonly Life[]): number | undefined {
  const steps = new Set<string>();
  for (const other of others) {
    for (let index = 0; index <= other.states.length; index += 1) steps.add(stepTo(other, index));
  }
  for (let index = 0; index <= states.length; index += 1) {
    if (!steps.has(stepTo({ states }, index))) return index;
  }
  return undefined;
}

function stepTo({ states }: Pick<Life, 'states'>, index: number): string {
  return `${states[index - 1] ?? '(begin)'}\n${states[index] ?? '(end)'}`;
}

/** Tells the step that no seed took, and which steps they took from there. */
function strangeStep(name: string, life: Life, others: readonly Life[]): Difference {
  const index = firstStrange(life, others) ?? 0;
  const [from = ''] = stepTo(life, index).split('\n');
  const known = new Set<string>();
  for (const other of others) {
    for (let at = 0; at <= other.states.length; at += 1) {
      const [before, after = ''] = stepTo(other, at).split('\n');
      if (before === from) known.add(after);
    }
  }
  const what = `${name}: step ${index} of ${life.states.length}`;
  const simulated = known.size === 0 ? 'never in that state' : [...known].sort().join('\n');
  return difference('lives', what, stepTo(life, index), simulated);
}

function compareTimes(name: string, life: Life, equals: readonly Life[]): Difference[] {
  if (life.bornMs === null) return [];
  for (const [index, timeMs] of life.timesMs.entries()) {
    const ownMs = timeMs - life.bornMs;
    const othersMs = equals.map((other) => (other.timesMs[index] ?? 0) - (other.bornMs ?? 0));
    const lowMs = Math.min(...othersMs);
    const highMs = Math.max(...othersMs);
    const slackMs = Math.max(timeSlackMs, ownMs * timeSlackPart);
    if (ownMs >= lowMs - slackMs && ownMs <= highMs + slackMs) continue;
    const what = `${name}: ${life.states[index] ?? ''}`;
    return [difference('times', what, `${ownMs} ms`, `${lowMs} to ${highMs} ms`)];
  }
  return [];
}

/** Of a probe that came before its server listened. */
const isRefused = /(?:Readiness|Liveness|Startup) probe failed: .*: connect: connection refused/;
/** How many probes of one container may come that early: one that the start asks for, and one of the period. */
const earlyProbesMax = 2;

/** Whether an event tells only that a probe came a few milliseconds before or after its server listened. */
function isPortRace(text: string, counts: readonly number[]): boolean {
  return isRefused.test(text) && counts.every((count) => count <= earlyProbesMax);
}

/** The same for a line of a command that prints events. */
function isPortRaceLine(line: string): boolean {
  const [, count = '1'] = /\(x(\d+) over/.exec(line) ?? [];
  return isPortRace(line, [Number(count)]);
}

/** What an event begins with whose message stands for several. */
const combinedMark = '(combined from similar events): ';

function compareEvents(recorded: Lives, simulated: readonly Lives[]): Difference[] {
  const all = [recorded, ...simulated].flatMap(({ events }) => events);
  const combined = new Set(
    all.filter(({ text }) => text.includes(combinedMark)).map(({ about }) => about),
  );
  const own = countsOf(recorded.events, combined);
  const others = simulated.map(({ events }) => countsOf(events, combined));
  const differences: Difference[] = [];
  for (const [text, counts] of own) {
    const ranges = others.flatMap((other) => other.get(text) ?? []);
    if (ranges.length === 0 && isPortRace(text, counts)) continue;
    if (ranges.length === 0) {
      differences.push(difference('events', text, `count ${counts.join(', ')}`, 'never'));
      continue;
    }
    const [low, high] = [Math.min(...ranges) - 1, Math.max(...ranges) + 1];
    if (counts.every((count) => count >= low && count <= high)) continue;
    const seen = `count ${Math.min(...ranges)} to ${Math.max(...ranges)}`;
    differences.push(difference('events', text, `count ${counts.join(', ')}`, seen));
  }
  const everywhere = [...(others[0]?.keys() ?? [])].filter((text) =>
    others.every((other) => other.has(text)),
  );
  for (const text of everywhere) {
    if (own.has(text) || others.some((other) => isPortRace(text, other.get(text) ?? []))) continue;
    differences.push(difference('events', text, 'never', 'in every seed'));
  }
  return differences;
}

/** Counts by text; of what was combined, each message once and the sum of all counts. */
function countsOf(
  events: readonly RecordedEvent[],
  combined: ReadonlySet<string>,
): Map<string, number[]> {
  const counts = new Map<string, number[]>();
  for (const { text, about, count } of events) {
    if (!combined.has(about)) {
      counts.set(text, [...(counts.get(text) ?? []), count]);
      continue;
    }
    counts.set(text.replace(combinedMark, ''), [1]);
    const sum = `${about} | all messages together`;
    counts.set(sum, [(counts.get(sum)?.[0] ?? 0) + count]);
  }
  return counts;
}

/** Waits for a rollout and tells each status on the way. */
const isRolloutStatus = /^kubectl rollout status/;

/** Commands that go on printing what they see. */
const watching = /\s-w\b|--watch|\blogs\b.*\s-f\b|kubectl wait/;

function compareOutputs(
  scenario: Scenario,
  recorded: Lives,
  replays: readonly Replay[],
  simulated: readonly Lives[],
): Difference[] {
  const differences: Difference[] = [];
  const logs: string[] = [];
  for (const [index, step] of scenario.steps.entries()) {
    if (step.cmd === undefined) continue;
    const own = printed(step.stdout ?? '', step.stderr ?? '', recorded, step.exit);
    const others = replays.map((replay, seed) => {
      const { command } = replay.steps[index] ?? {};
      const lives = simulated[seed];
      if (command === undefined || lives === undefined) return undefined;
      const killed = step.exit ?? null;
      const exit = command.exitCode ?? killed;
      return printed(outputOf(command, 'stdout'), outputOf(command, 'stderr'), lives, exit);
    });
    if (isRolloutStatus.test(step.cmd) ? hasSameForms(own, others) : false) continue;
    const isEqual = watching.test(step.cmd) ? isAmong : isOneOf;
    if (isEqual(own, others)) continue;
    if (isLogOfLoad(scenario, step)) {
      logs.push(...own);
      continue;
    }
    if (isReading(step.cmd) && isAmong(own, looksAt(index, replays, simulated))) continue;
    const nearest = others[0] ?? [];
    differences.push(difference('output', `$ ${step.cmd}`, own.join('\n'), nearest.join('\n')));
  }
  return [...differences, ...compareLogs(logs, scenario, replays, simulated)];
}

/** Whether a command prints what servers have logged of requests that a client made. */
function isLogOfLoad({ requests = [] }: Scenario, { cmd = '' }: Step): boolean {
  return requests.length > 0 && /^kubectl logs\b/.test(cmd);
}

function compareLogs(
  own: readonly string[],
  scenario: Scenario,
  replays: readonly Replay[],
  simulated: readonly Lives[],
): Difference[] {
  if (own.length === 0) return [];
  const others = replays.flatMap(({ steps }, seed) =>
    steps.flatMap(({ step, command }) => {
      const lives = simulated[seed];
      if (command === undefined || lives === undefined || !isLogOfLoad(scenario, step)) return [];
      const { exitCode } = command;
      return printed(outputOf(command, 'stdout'), outputOf(command, 'stderr'), lives, exitCode);
    }),
  );
  const [strange] = strangeLines(own, others);
  if (strange === undefined) return [];
  const forms = [...new Set(others)].slice(0, 3).join('\n');
  return [difference('output', 'kubectl logs: the form of a line', strange, forms)];
}

/** What a reading command printed a little earlier or later, in all seeds. */
function looksAt(
  index: number,
  replays: readonly Replay[],
  simulated: readonly Lives[],
): (readonly string[] | undefined)[] {
  return replays.flatMap((replay, seed) => {
    const step = replay.steps[index];
    const lives = simulated[seed];
    if (step === undefined || lives === undefined) return [];
    return replay
      .looks(step)
      .map((look) =>
        printed(outputOf(look, 'stdout'), outputOf(look, 'stderr'), lives, look.exitCode),
      );
  });
}

/** Output as sorted canonical lines, with the exit code as the first. */
function printed(
  stdout: string,
  stderr: string,
  lives: Lives,
  exit: number | null | undefined,
): string[] {
  const lines = (text: string, mark: string): string[] =>
    canonicalText(canonicalJson(text), lives.generated)
      .split('\n')
      .map((line) => `${mark}${line.replaceAll(/\s+/g, ' ').trim()}`)
      .filter((line) => line !== mark && !isLoadNoise(line) && !isPortRaceLine(line));
  const sorted = [...lines(stdout, ''), ...lines(stderr, '! ')].sort();
  return [`exit ${exit ?? 'none'}`, ...sorted];
}

/** Whether the outcome is that of some seed, and everything printed before are the words that such a wait prints. */
function hasSameForms(
  own: readonly string[],
  others: readonly (readonly string[] | undefined)[],
): boolean {
  const isProgress = (line: string): boolean => line.startsWith('Waiting for ');
  const outcome = (lines: readonly string[]): string =>
    lines.filter((line) => !isProgress(line)).join('\n');
  const isKnown = (line: string): boolean =>
    /^Waiting for (deployment|daemon set|\d+ pods|partitioned|statefulset)\b/.test(line);
  return (
    others.some((other) => other !== undefined && outcome(other) === outcome(own)) &&
    own.filter(isProgress).every(isKnown)
  );
}

function isOneOf(
  own: readonly string[],
  others: readonly (readonly string[] | undefined)[],
): boolean {
  const text = own.join('\n');
  return others.some((other) => other?.join('\n') === text);
}

/** Whether each recorded line was printed in some seed, and each line of all seeds was recorded. */
function isAmong(
  own: readonly string[],
  others: readonly (readonly string[] | undefined)[],
): boolean {
  const known = others.filter((other) => other !== undefined);
  const any = new Set(known.flat());
  const all = (known[0] ?? []).filter((line) => known.every((other) => other.includes(line)));
  return own.every((line) => any.has(line)) && all.every((line) => own.includes(line));
}

function difference(
  aspect: Difference['aspect'],
  what: string,
  recorded: string,
  simulated: string,
): Difference {
  return { aspect, what, recorded, simulated };
}
