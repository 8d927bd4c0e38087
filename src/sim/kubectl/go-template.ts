/**
 * The part of Go's text/template that kubectl's `-o go-template` is used with.
 *
 * Actions `if`, `else if`, `range`, `with`, `else`, `end`, variables and pipelines; the functions and, or, not, eq, ne, lt,
 * le, gt, ge, len, index, print, printf, println, base64decode, exists.
 *
 * Upstream: text/template; staging/src/k8s.io/cli-runtime/pkg/printers/template.go GoTemplatePrinter
 * Simplified: no `define`, `block` and `template`, no `break` and `continue`.
 */
import { goJson, goQuote, sortKeys } from '../api/go-format.ts';
import { isJsonObject } from '../api/object.ts';
import { KubectlError } from './errors.ts';
import { parseNodes } from './go-template-parser.ts';
import type { Command, Node, Term } from './go-template-parser.ts';
import { callFunction, TemplateCallError } from './go-template-functions.ts';
import { goText } from './go-text.ts';

/** A template that has been read. */
export interface Template {
  readonly source: string;
  readonly nodes: readonly Node[];
  readonly allowMissing: boolean;
}

/** Reads a template. Throws KubectlError. */
export function parseTemplate(source: string, options: { allowMissing: boolean }): Template {
  return { source, nodes: parseNodes(source), allowMissing: options.allowMissing };
}

/** Prints the template filled in with the data. What was printed before an error stays printed. */
export function executeTemplate(
  template: Template,
  data: unknown,
  write: (text: string) => void,
): void {
  try {
    const run = new Run(template, data, write);
    run.nodes(template.nodes, data);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const detail = `template: output:${error.message}`;
    write(
      `Error executing template: ${detail}. Printing more information for debugging the template:\n` +
        `\ttemplate was:\n\t\t${template.source}\n\traw data was:\n\t\t${goJson(sortKeys(data))}\n\tobject given to template engine was:\n\t\t${goText(sortKeys(data))}\n\n`,
    );
    throw new KubectlError(`error executing template ${goQuote(template.source)}: ${detail}`);
  }
}

class TemplateError extends Error {}

/** One execution: the data, the dot and the variables in scope. */
class Run {
  private readonly template: Template;
  private readonly write: (text: string) => void;
  private readonly scopes: Map<string, unknown>[];

  constructor(template: Template, data: unknown, write: (text: string) => void) {
    this.template = template;
    this.write = write;
    this.scopes = [new Map([['$', data]])];
  }

  nodes(nodes: readonly Node[], dot: unknown): void {
    for (const node of nodes) this.node(node, dot);
  }

  private node(node: Node, dot: unknown): void {
    switch (node.form) {
      case 'text':
        this.write(node.text);
        break;
      case 'action': {
        const value = this.pipeline(node.commands, dot);
        if (node.assign === undefined)
          this.write(value === undefined ? '<no value>' : goText(value));
        else this.assign(node.assign, value, node.declares);
        break;
      }
      case 'if':
      case 'with':
        this.inScope(() => {
          const value = this.pipeline(node.commands, dot);
          if (node.assign !== undefined) this.assign(node.assign, value, true);
          if (isTrue(value)) this.nodes(node.body, node.form === 'with' ? value : dot);
          else this.nodes(node.otherwise, dot);
        });
        break;
      case 'range':
        this.range(node, dot);
        break;
    }
  }

  private range(node: Node & { form: 'range' }, dot: unknown): void {
    const value = this.pipeline(node.commands, dot);
    const entries: [unknown, unknown][] = [];
    if (Array.isArray(value)) value.forEach((item, index) => entries.push([index, item]));
    else if (isJsonObject(value)) {
      for (const [key, item] of Object.entries(sortKeys(value))) entries.push([key, item]);
    } else if (typeof value === 'number') {
      for (let index = 0; index < value; index += 1) entries.push([index, index]);
    } else if (value !== undefined && value !== null) {
      throw new TemplateError(
        `1:${node.at}: executing "output" at <${node.source}>: range can't iterate over ${goText(value)}`,
      );
    }
    if (entries.length === 0) {
      this.nodes(node.otherwise, dot);
      return;
    }
    for (const [key, item] of entries) {
      this.inScope(() => {
        const [first, second] = node.variables;
        if (second !== undefined) {
          this.assign(first ?? '', key, true);
          this.assign(second, item, true);
        } else if (first !== undefined) this.assign(first, item, true);
        this.nodes(node.body, item);
      });
    }
  }

  private inScope(act: () => void): void {
    this.scopes.push(new Map());
    act();
    this.scopes.pop();
  }

  private assign(name: string, value: unknown, declares: boolean): void {
    const holder = declares
      ? this.scopes.at(-1)
      : [...this.scopes].reverse().find((scope) => scope.has(name));
    holder?.set(name, value);
  }

  private pipeline(commands: readonly Command[], dot: unknown): unknown {
    let value: unknown;
    for (const [index, command] of commands.entries()) {
      value = this.command(command, dot, index > 0 ? [value] : []);
    }
    return value;
  }

  private command(command: Command, dot: unknown, piped: readonly unknown[]): unknown {
    const [first, ...rest] = command.terms;
    if (first?.form !== 'function') return first === undefined ? undefined : this.term(first, dot);
    const args = [...rest.map((term) => this.term(term, dot)), ...piped];
    try {
      return callFunction(first.name, args);
    } catch (error) {
      if (!(error instanceof TemplateCallError)) throw error;
      throw new TemplateError(
        `1:${first.at}: executing "output" at <${command.source}>: error calling ${first.name}: ${error.message}`,
      );
    }
  }

  private term(term: Term, dot: unknown): unknown {
    switch (term.form) {
      case 'literal':
        return term.value;
      case 'function':
        return callFunction(term.name, []);
      case 'pipeline':
        return this.fields(this.pipeline(term.commands, dot), term);
      case 'field':
        return this.fields(dot, term);
      case 'variable': {
        const holder = [...this.scopes].reverse().find((scope) => scope.has(term.name));
        return this.fields(holder?.get(term.name), term);
      }
    }
  }

  private fields(
    start: unknown,
    term: { readonly path: readonly string[]; readonly at: number; readonly source: string },
  ): unknown {
    let value = start;
    let { at } = term;
    for (const name of term.path) {
      if (value === undefined || value === null) return undefined;
      if (!isJsonObject(value)) {
        throw new TemplateError(
          `1:${at}: executing "output" at <${term.source}>: can't evaluate field ${name} in type ${goType(value)}`,
        );
      }
      const next = value[name];
      if (next === undefined && !this.template.allowMissing) {
        throw new TemplateError(
          `1:${at}: executing "output" at <${term.source}>: map has no entry for key ${goQuote(name)}`,
        );
      }
      value = next;
      at += name.length + 1;
    }
    return value;
  }
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  return typeof value === 'number' ? 'int64' : typeof value === 'boolean' ? 'bool' : 'string';
}

function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isJsonObject(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}
