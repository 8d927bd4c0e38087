/**
 * The outline of a YAML text: every key and every list element with its path, read by indentation.
 *
 * It is for texts that are being typed: it never fails, and a broken line costs only itself. It knows what manifests
 * are made of (block and flow collections, scalars, comments, block scalars, documents) and takes anchors, tags and
 * complex keys for plain text. What is applied to the cluster is read by a real parser.
 */

/** A step of a path: a key, or an index. */
export type Step = string | number;

/** A key with its value, or an element of a list. Offsets count from the start of the text. */
export interface OutlineEntry {
  /** Which document, from 0. */
  readonly document: number;
  readonly steps: readonly Step[];
  /** Where the key stands; for a list element, where the element begins. */
  readonly keyStart: number;
  readonly keyEnd: number;
  /** Where the value begins on the same line; equal to `valueEnd` where there is none. */
  readonly valueStart: number;
  readonly valueEnd: number;
  /** The scalar as it was written, with its quotes; '' for a collection and for nothing. */
  readonly scalar: string;
}

/** A collection that is open while lines are read. */
interface Container {
  readonly column: number;
  readonly steps: readonly Step[];
  readonly isList: boolean;
  index: number;
  /** The last key of a map. */
  last: Step;
}

/** Reads a text. */
export function outlineOf(text: string): readonly OutlineEntry[] {
  return new Outliner(text).read();
}

/** Writes a path as the API does: `spec.containers[0].image`. */
export function pathText(steps: readonly Step[]): string {
  let path = '';
  for (const step of steps) {
    if (typeof step === 'number') path += `[${step}]`;
    else path += path === '' ? step : `.${step}`;
  }
  return path;
}

const keyPattern =
  /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#{}[\],&*!|>'"%@`-][^#]*?|-[^\s#][^#]*?)\s*:(?=\s|$)/;

class Outliner {
  private readonly text: string;
  private readonly entries: OutlineEntry[] = [];
  private document = 0;
  private stack: Container[] = [];
  private hasContent = false;

  constructor(text: string) {
    this.text = text;
  }

  read(): readonly OutlineEntry[] {
    let at = 0;
    while (at < this.text.length) at = this.line(at);
    return this.entries;
  }

  /** Reads the line that begins at an offset; returns where the next unread line begins. */
  private line(start: number): number {
    const end = this.endOfLine(start);
    const line = this.text.slice(start, end);
    if (/^---(?=\s|$)/.test(line)) {
      if (this.hasContent) this.document += 1;
      this.hasContent = false;
      this.stack = [];
      return end + 1;
    }
    const indent = line.search(/[^ ]/);
    if (indent < 0 || line[indent] === '#' || line[indent] === '\r') return end + 1;
    this.hasContent = true;
    return this.content(start, indent, end);
  }

  private content(start: number, indent: number, end: number): number {
    let column = indent;
    let element: readonly Step[] | undefined;
    this.pop(column);
    for (;;) {
      const dash = /^-( +|$)/.exec(this.text.slice(start + column, end));
      if (!dash) break;
      element = this.element(column);
      column += dash[0].length;
      if (start + column >= end) {
        this.add(element, [end, end, end, end], '');
        return end + 1;
      }
    }
    const rest = this.text.slice(start + column, end);
    const key = keyPattern.exec(rest);
    if (!key) {
      if (element === undefined && !/^[{[]/.test(rest)) return end + 1;
      const offset = start + column;
      if (element === undefined && this.stack.length > 0) return this.flowBelow(offset, end);
      return this.value(element ?? [], offset, offset, offset, end, indent);
    }
    if (element)
      this.add(
        element,
        Array.from({ length: 4 }, () => start + column),
        '',
      );
    const steps = this.key(unquoted(key[1] ?? ''), column, element);
    const keyStart = start + column;
    const keyEnd = keyStart + (key[1] ?? '').length;
    let valueStart = keyStart + key[0].length;
    while (valueStart < end && this.text[valueStart] === ' ') valueStart += 1;
    return this.value(steps, keyStart, keyEnd, valueStart, end, column);
  }

  /** Reads a collection in brackets that stands on the line below its key or dash. */
  private flowBelow(start: number, end: number): number {
    const owner = this.entries.length - 1;
    const close = this.flow(this.innermost(), start);
    const entry = this.entries[owner];
    if (entry !== undefined) this.entries[owner] = { ...entry, valueStart: start, valueEnd: close };
    return Math.max(end, this.endOfLine(close)) + 1;
  }

  private pop(column: number): void {
    while ((this.stack.at(-1)?.column ?? -1) > column) this.stack.pop();
  }

  /** Enters a list element at a column and returns its path. */
  private element(column: number): readonly Step[] {
    this.pop(column);
    let top = this.stack.at(-1);
    if (!top?.isList || top.column !== column) {
      const steps = this.innermost();
      top = { column, steps, isList: true, index: -1, last: '' };
      this.stack.push(top);
    }
    top.index += 1;
    return [...top.steps, top.index];
  }

  /** Enters a key at a column and returns its path. */
  private key(name: string, column: number, element: readonly Step[] | undefined): readonly Step[] {
    this.pop(column);
    // A key in the column of the dashes ends the list that belongs to the key before it.
    if (!element && this.stack.at(-1)?.isList && this.stack.at(-1)?.column === column) {
      this.stack.pop();
    }
    let top = this.stack.at(-1);
    if (!top || top.isList || top.column !== column) {
      top = { column, steps: element ?? this.innermost(), isList: false, index: 0, last: '' };
      this.stack.push(top);
    }
    top.last = name;
    return [...top.steps, name];
  }

  /** The path of what is indented below the last key or dash. */
  private innermost(): readonly Step[] {
    const top = this.stack.at(-1);
    if (!top) return [];
    return [...top.steps, top.isList ? top.index : top.last];
  }

  private value(
    steps: readonly Step[],
    keyStart: number,
    keyEnd: number,
    start: number,
    end: number,
    column: number,
  ): number {
    const rest = this.text.slice(start, end);
    if (/^[{[]/.test(rest)) {
      const slot = this.entries.length;
      const close = this.flow(steps, start);
      const entry = this.entry(steps, [keyStart, keyEnd, start, close], '');
      this.entries.splice(slot, 0, entry);
      return Math.max(end, this.endOfLine(close)) + 1;
    }
    if (/^[|>][-+]?\d?[-+]?\s*(?:#.*)?$/.test(rest)) {
      this.add(steps, [keyStart, keyEnd, start, start + 1], '');
      return this.afterBlock(end + 1, column);
    }
    const scalar = /^"(?:[^"\\]|\\.)*"?|^'(?:[^']|'')*'?/.exec(rest)?.[0];
    const plain = scalar ?? rest.replace(/(?:^|\s)#.*$/, '').trimEnd();
    this.add(steps, [keyStart, keyEnd, start, start + plain.length], plain);
    return end + 1;
  }

  /** Skips the lines of a block scalar: all that are indented more than its key. */
  private afterBlock(start: number, column: number): number {
    let at = start;
    while (at < this.text.length) {
      const end = this.endOfLine(at);
      const indent = this.text.slice(at, end).search(/\S/);
      if (indent >= 0 && indent <= column) break;
      at = end + 1;
    }
    return at;
  }

  /** Reads a collection in brackets; returns the offset behind its end. */
  private flow(steps: readonly Step[], start: number): number {
    const isList = this.text[start] === '[';
    let at = start + 1;
    for (let index = 0; ; index += 1) {
      at = this.skipSpace(at);
      const char = this.text[at];
      if (char === undefined) return at;
      if (char === ']' || char === '}') return at + 1;
      if (char === ',') {
        at += 1;
        index -= 1;
        continue;
      }
      const before = at;
      at = isList ? this.flowValue([...steps, index], at, at, at) : this.flowPair(steps, at);
      at = this.skipSpace(at);
      if (this.text[at] === ',') at += 1;
      else if (at <= before) at = before + 1;
    }
  }

  private flowPair(steps: readonly Step[], start: number): number {
    const keyEnd = this.flowScalarEnd(start);
    const path = [...steps, unquoted(this.text.slice(start, keyEnd))];
    const colon = this.skipSpace(keyEnd);
    if (this.text[colon] !== ':') {
      this.add(path, [start, keyEnd, keyEnd, keyEnd], '');
      return keyEnd;
    }
    return this.flowValue(path, start, keyEnd, this.skipSpace(colon + 1));
  }

  private flowValue(
    steps: readonly Step[],
    keyStart: number,
    keyEnd: number,
    start: number,
  ): number {
    const char = this.text[start];
    if (char === '{' || char === '[') {
      const slot = this.entries.length;
      const end = this.flow(steps, start);
      this.entries.splice(slot, 0, this.entry(steps, [keyStart, keyEnd, start, end], ''));
      return end;
    }
    const end = this.flowScalarEnd(start);
    this.add(steps, [keyStart, keyEnd, start, end], this.text.slice(start, end));
    return end;
  }

  /** Returns where a scalar in brackets ends. */
  private flowScalarEnd(start: number): number {
    const rest = this.text.slice(start, start + 10_000);
    const quoted = /^"(?:[^"\\]|\\.)*"|^'(?:[^']|'')*'/.exec(rest);
    if (quoted) return start + quoted[0].length;
    const length = rest.search(/:(?=[\s,[\]{}]|$)|[,[\]{}\n]|\s#/);
    const text = length < 0 ? rest : rest.slice(0, length);
    return start + text.trimEnd().length;
  }

  /** Skips spaces, line ends and comments. */
  private skipSpace(start: number): number {
    let at = start;
    for (;;) {
      while (/\s/.test(this.text.charAt(at))) at += 1;
      if (this.text[at] !== '#') return at;
      at = this.endOfLine(at);
    }
  }

  private endOfLine(at: number): number {
    const end = this.text.indexOf('\n', at);
    return end < 0 ? this.text.length : end;
  }

  private add(steps: readonly Step[], offsets: readonly number[], scalar: string): void {
    this.entries.push(this.entry(steps, offsets, scalar));
  }

  private entry(
    steps: readonly Step[],
    [keyStart = 0, keyEnd = 0, valueStart = 0, valueEnd = 0]: readonly number[],
    scalar: string,
  ): OutlineEntry {
    const { document } = this;
    return { document, steps, keyStart, keyEnd, valueStart, valueEnd, scalar };
  }
}

/** Takes the quotes off a scalar. */
export function unquoted(text: string): string {
  if (/^".*"$/s.test(text)) {
    return text.slice(1, -1).replace(/\\(.)/g, '$1');
  }
  return /^'.*'$/s.test(text) ? text.slice(1, -1).replaceAll("''", "'") : text;
}
