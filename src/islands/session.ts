/**
 * The state of one lab on a page, as signals, and all that can be done to it. Components read signals and call methods;
 * the session alone talks to the worker.
 *
 * - Until the lab is touched nothing runs: the built page's own picture stands, and the session knows only its times.
 * - Texts are never lost: a manifest with mistakes leaves the last picture where it is, dimmed, with a sentence.
 */
import { computed, signal } from '@preact/signals';
import type { Diagnostic } from '#sim/lab/diagnose.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import type { PartName } from '#sim/part.ts';
import type { ReaderAction } from '#sim/lab/run.ts';
import type { TimeWindow } from '#views/lanes/lane.ts';
import type { Scene } from '#views/scene.ts';
import type { Keeping, MarkedLine, Texts } from './editor-slot.ts';
import { LabClient } from './lab-client.ts';
import type { Answer, Look, RunMoments, RunResult } from './protocol.ts';

/** What the built page knows of a lab's own run. */
export interface SceneFacts {
  readonly window: TimeWindow;
  readonly endMs: number;
  readonly entry: number;
  readonly entryMs: number;
  readonly goals: readonly boolean[];
  readonly answers: Readonly<Record<string, string>>;
  /** Parts of the simulator that it needed. */
  readonly parts: readonly PartName[];
}

/** What a session is made with. */
export interface SessionOptions {
  readonly lab: Lab;
  readonly locale: string;
  readonly prefix: string;
  readonly facts: SceneFacts;
}

/** A fork: what the reader did, and when. */
export interface Fork {
  readonly timeMs: number;
  readonly actions: readonly ReaderAction[];
  readonly earlier: readonly ReaderAction[];
  readonly isShown: boolean;
}

const windowLeastMs = 20;

function isSameLook(left: Look, right: Look): boolean {
  const [a, b] = [left.options, right.options];
  return (
    left.view === right.view &&
    a.timeMs === b.timeMs &&
    a.entry === b.entry &&
    a.object === b.object
  );
}

/** One lab on a page. */
export class LabSession {
  readonly lab: Lab;
  readonly locale: string;
  readonly prefix: string;
  readonly texts;
  readonly diagnostics = signal<readonly Diagnostic[]>([]);
  readonly marked = signal<MarkedLine | undefined>(undefined);
  /** The scene of the last run; undefined while the built page's own stands. */
  readonly scene = signal<Scene | undefined>(undefined);
  /** The picture of a window that was chosen by hand. */
  readonly picture = signal<string | undefined>(undefined);
  readonly facts;
  readonly window;
  readonly timeMs;
  readonly entry;
  readonly object = signal('');
  readonly view;
  readonly viewMarkup = signal<string | undefined>(undefined);
  readonly instant = signal('');
  readonly chain = signal<readonly number[]>([]);
  readonly isPlaying = signal(false);
  readonly speed = signal(1);
  /** Whether the picture is that of texts that have mistakes now. */
  readonly isStale = signal(false);
  readonly failure = signal('');
  /** Whether a file of the simulation did not come. */
  readonly isUnloaded = signal(false);
  readonly isRunning = signal(false);
  readonly fork = signal<Fork | undefined>(undefined);
  /** Whether the run is shown: at once, unless the lab asks first. */
  readonly isRevealed;
  /** The reader's texts, kept while a solution is looked at. */
  readonly mine = signal<Texts | undefined>(undefined);
  /** Whether the reader goes on with the solution that is shown: then it is theirs. */
  readonly #isTaken = signal(false);
  /** What the browser keeps of the reader's texts: never a solution that was only looked at. */
  readonly keeping = computed((): Keeping => {
    const mine = this.mine.value;
    if (mine === undefined) return { texts: this.texts.value };
    return this.#isTaken.value ? { texts: this.texts.value, aside: mine } : { texts: mine };
  });
  readonly endMs = computed(() => this.scene.value?.endMs ?? this.facts.endMs);
  readonly goals = computed(() => this.scene.value?.goals ?? this.facts.goals);
  #client: LabClient | undefined;
  #actions: readonly ReaderAction[] = [];
  #steps = new Int32Array();
  #stepTimes = new Float64Array();
  #hasOwnWindow = false;
  #hasRun = false;
  #isLooking = false;
  #mustLook = false;
  #isDrawing = false;
  #mustDraw = false;
  #after: (() => void)[] = [];
  #moments: RunMoments | undefined;
  #receivedMs = 0;

  constructor({ lab, locale, prefix, facts }: SessionOptions) {
    this.lab = lab;
    this.locale = locale;
    this.prefix = prefix;
    this.facts = facts;
    this.texts = signal<Readonly<Record<string, string>>>(
      Object.fromEntries(lab.files.map((name) => [name, lab.texts[name] ?? ''])),
    );
    this.isRevealed = signal((lab.predict ?? []).length === 0);
    this.window = signal(facts.window);
    this.timeMs = signal(facts.entryMs);
    this.entry = signal(facts.entry);
    this.view = signal(lab.show.views[0] ?? 'story');
  }

  /** Starts the simulation, once: someone is near. */
  wake(): void {
    if (this.#client !== undefined) return;
    this.#connect();
    this.#run(false);
  }

  /** Takes an edit in and runs the lab with it. */
  edit(name: string, text: string): void {
    if (this.texts.value[name] === text) return;
    performance.clearMarks('reconcile:edit');
    performance.mark('reconcile:edit');
    this.texts.value = { ...this.texts.value, [name]: text };
    this.#connect();
    this.#run(false);
  }

  /** Takes in what the reader has written; on a solution it makes the solution the reader's. */
  write(name: string, text: string): void {
    if (this.mine.value !== undefined) this.#isTaken.value = true;
    this.edit(name, text);
  }

  /** Brings back the texts from before the reader went on with a solution. */
  setAside(texts: Texts): void {
    this.mine.value = texts;
    this.#isTaken.value = true;
  }

  /** Puts a solution in the place of the reader's texts, or puts the reader's back. */
  toggleSolution(solution: Readonly<Record<string, string>>): void {
    const mine = this.mine.value;
    this.mine.value = mine === undefined ? this.texts.value : undefined;
    this.#isTaken.value = false;
    const texts =
      mine ??
      Object.fromEntries(
        Object.entries(solution).map(([name, file]) => [name, this.lab.texts[file] ?? '']),
      );
    for (const [name, text] of Object.entries(texts)) this.edit(name, text);
  }

  /** Begins to play from the cursor, from the start when it is at the end; or pauses. */
  togglePlay(): void {
    const isPlaying = !this.isPlaying.value;
    if (isPlaying && this.timeMs.value >= this.endMs.value) this.setTime(0);
    this.isPlaying.value = isPlaying;
  }

  /** Notes that a picture stands in the page: the end of the way from a keystroke. */
  isShown(): void {
    if (performance.getEntriesByName('reconcile:edit').length === 0) return;
    performance.clearMeasures('reconcile:edit-to-picture');
    performance.measure('reconcile:edit-to-picture', {
      start: 'reconcile:edit',
      detail: { ...this.#moments, receivedMs: this.#receivedMs },
    });
    performance.clearMarks('reconcile:edit');
  }

  /** Runs whatever the texts are; kubectl says what it thinks of them. */
  runNow(): void {
    this.isRevealed.value = true;
    this.#connect();
    this.#run(true);
  }

  /** Gives a command at the shown time: from there on it is another run. */
  command(text: string): void {
    const timeMs = Math.round(this.timeMs.value);
    const earlier = this.#actions.filter((action) => action.timeMs <= timeMs);
    const actions = [...earlier, { timeMs, run: text }];
    this.fork.value = { timeMs, actions, earlier: this.#actions, isShown: true };
    this.#actions = actions;
    this.#after.push(() => {
      if (this.#commandEndMs >= 0) this.setTime(this.#commandEndMs);
    });
    this.runNow();
  }

  /** Shows the run without the last act, or with it. Both are kept. */
  showFork(isShown: boolean): void {
    const fork = this.fork.value;
    if (fork === undefined) return;
    this.fork.value = { ...fork, isShown };
    this.#actions = isShown ? fork.actions : fork.earlier;
    this.runNow();
  }

  /** Moves the cursor. The window follows when the cursor leaves it. */
  setTime(timeMs: number, isFollowed = true): void {
    this.timeMs.value = Math.round(Math.min(this.endMs.value, Math.max(0, timeMs)) * 100) / 100;
    if (isFollowed) this.#follow();
    this.#look();
  }

  /** Asks why: chooses an entry, and moves the cursor to it. */
  choose(entry: number, isMoved = true): void {
    this.entry.value = entry;
    if (!this.lab.show.views.includes(this.view.value)) this.view.value = 'why';
    this.#whenRun(() => {
      const index = this.#indexOf(entry);
      const known = index < 0 ? undefined : this.#stepTimes[index];
      if (isMoved && known !== undefined) this.setTime(known);
      else this.#look(isMoved);
    });
  }

  /** Chooses an object, to be seen in the inspector and the tree. */
  chooseObject(object: string): void {
    this.object.value = object;
    this.#look();
  }

  /** Finds what befell an object last before a time, and asks why. */
  pick(object: string, timeMs: number): void {
    this.object.value = object;
    this.#whenRun(() => {
      void this.#client?.ask({ kind: 'pick', object, timeMs }).then(({ entry }) => {
        this.entry.value = entry;
        this.#look();
      });
    });
  }

  show(view: string): void {
    this.view.value = view;
    this.#look();
  }

  /** Goes to the next event, or to the one before. */
  step(direction: 1 | -1): void {
    this.#whenRun(() => {
      const times = this.#stepTimes;
      const current = this.#indexOf(this.entry.value);
      const isThere = current >= 0 && times[current] === this.timeMs.value;
      let index: number;
      if (isThere) index = current + direction;
      else if (direction > 0) index = times.findIndex((time) => time > this.timeMs.value);
      else index = times.findLastIndex((time) => time < this.timeMs.value);
      const entry = this.#steps[index];
      if (entry === undefined) return;
      this.choose(entry);
    });
  }

  /** Shows another part of the run. */
  setWindow(fromMs: number, toMs: number): void {
    const lengthMs = Math.min(this.endMs.value, Math.max(windowLeastMs, toMs - fromMs));
    const startMs = Math.min(Math.max(0, fromMs), this.endMs.value - lengthMs);
    this.window.value = { fromMs: startMs, toMs: startMs + lengthMs };
    this.#hasOwnWindow = true;
    this.#draw();
  }

  /** Comes closer to the cursor, or steps back. */
  zoom(factor: number): void {
    const { fromMs, toMs } = this.window.value;
    const part = (this.timeMs.value - fromMs) / (toMs - fromMs);
    const lengthMs = (toMs - fromMs) * factor;
    const startMs = this.timeMs.value - Math.min(1, Math.max(0, part)) * lengthMs;
    this.setWindow(startMs, startMs + lengthMs);
  }

  #commandEndMs = -1;

  #connect(): void {
    const { lab, locale, prefix } = this;
    const { parts } = this.facts;
    this.#client ??= new LabClient({ type: 'open', lab, locale, prefix, parts }, (message) =>
      this.#hear(message),
    );
  }

  #run(isForced: boolean): void {
    this.isRunning.value = true;
    this.#client?.run({
      texts: this.texts.value,
      actions: this.#actions,
      isForced,
      window: this.#hasOwnWindow ? this.window.value : undefined,
      isOwn: !this.#hasRun && this.#isUntouched(),
      look: this.#shownLook(),
    });
  }

  #hear(message: Parameters<ConstructorParameters<typeof LabClient>[1]>[0]): void {
    switch (message.type) {
      case 'diagnosed':
        // None as before: nobody need draw anything anew at a keystroke.
        if (message.diagnostics.length === 0 && this.diagnostics.value.length === 0) return;
        this.diagnostics.value = message.diagnostics;
        return;
      case 'held':
        this.isRunning.value = false;
        this.isStale.value = true;
        return;
      case 'failed':
        this.isRunning.value = false;
        this.isStale.value = true;
        this.failure.value = message.message;
        this.isUnloaded.value = message.isUnloaded;
        return;
      case 'ran':
        this.#take(message.result);
    }
  }

  /** Takes a run in. The lab's own first run leaves the built page's picture as it is. */
  #take(result: RunResult): void {
    const receivedMs = performance.timeOrigin + performance.now();
    this.isRunning.value = false;
    this.isStale.value = false;
    this.failure.value = '';
    this.#steps = result.steps;
    this.#stepTimes = result.stepTimes;
    this.#commandEndMs = result.commandEndMs;
    this.#hasRun = true;
    this.#moments = result.moments;
    this.#receivedMs = receivedMs;
    const { scene } = result;
    if (scene !== undefined) {
      this.picture.value = undefined;
      this.scene.value = scene;
      this.window.value = scene.window;
      this.entry.value = scene.entry;
      if (this.timeMs.value > scene.endMs) this.timeMs.value = scene.endMs;
    }
    for (const call of this.#after.splice(0)) call();
    const { look, answer } = result.seen;
    if (this.#isLooking || !isSameLook(look, this.#shownLook())) this.#look();
    else this.#see(answer);
  }

  #isUntouched(): boolean {
    const { files, texts } = this.lab;
    return (
      this.#actions.length === 0 && files.every((name) => this.texts.value[name] === texts[name])
    );
  }

  #whenRun(call: () => void): void {
    if (this.#hasRun) {
      call();
      return;
    }
    this.#after.push(call);
    this.wake();
  }

  /** Asks for the view at the shown time; while an answer is under way only the newest question waits. */
  #look(isMoved = false): void {
    if (this.#client === undefined || !this.#hasRun) {
      if (this.#client === undefined) this.wake();
      return;
    }
    if (this.#isLooking) {
      this.#mustLook = true;
      return;
    }
    this.#isLooking = true;
    void this.#client.ask({ kind: 'look', ...this.#shownLook() }).then((answer) => {
      this.#isLooking = false;
      this.#see(answer);
      if (isMoved && answer.entry >= 0) this.setTime(answer.timeMs);
      if (!this.#mustLook) return;
      this.#mustLook = false;
      this.#look();
    });
  }

  /** What is to be seen now: the open view at the cursor. */
  #shownLook(): Look {
    const { locale, prefix } = this;
    const [timeMs, entry, object] = [this.timeMs.value, this.entry.value, this.object.value];
    return { view: this.view.value, options: { timeMs, entry, object, locale, prefix } };
  }

  #see(answer: Answer): void {
    this.viewMarkup.value = answer.markup;
    this.instant.value = answer.instant;
    if (String(this.chain.value) !== String(answer.chain)) this.chain.value = answer.chain;
    const [marked, line] = [this.marked.value, answer.line];
    if (marked?.file !== line?.file || marked?.line !== line?.line) this.marked.value = line;
  }

  #draw(): void {
    this.#whenRun(() => {
      if (this.#isDrawing) {
        this.#mustDraw = true;
        return;
      }
      this.#isDrawing = true;
      void this.#client?.ask({ kind: 'picture', window: this.window.value }).then(({ markup }) => {
        this.#isDrawing = false;
        this.picture.value = markup;
        if (!this.#mustDraw) return;
        this.#mustDraw = false;
        this.#draw();
      });
    });
  }

  #follow(): void {
    const { fromMs, toMs } = this.window.value;
    const lengthMs = toMs - fromMs;
    const time = this.timeMs.value;
    if (time >= fromMs && time <= toMs) return;
    const startMs = time > toMs ? time - lengthMs * 0.2 : time - lengthMs * 0.8;
    this.setWindow(startMs, startMs + lengthMs);
  }

  #indexOf(entry: number): number {
    return this.#steps.indexOf(entry);
  }
}
