/**
 * Errors of kubectl itself, and how it prints them and the API's.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go checkErr, StandardErrorMessage, MultipleErrors
 */
import { StatusError } from '../api/status-error.ts';
import { goQuote } from '../api/go-format.ts';

/** A mistake of the user, with the text that kubectl prints. */
export class KubectlError extends Error {
  /** Exit code of the process. */
  readonly exitCode: number;
  /** Printed without `error: ` in front. */
  readonly bare: boolean;

  constructor(message: string, options: { exitCode?: number; bare?: boolean } = {}) {
    super(message);
    this.name = 'KubectlError';
    this.exitCode = options.exitCode ?? 1;
    this.bare = options.bare ?? false;
  }
}

/** Several errors of one command, one for each object. */
export class AggregateKubectlError extends Error {
  readonly errors: readonly Error[];

  constructor(errors: readonly Error[]) {
    super(errors.map((error) => error.message).join(', '));
    this.name = 'AggregateKubectlError';
    this.errors = errors;
  }
}

/** Makes a usage error that points to the help of a command: `See 'kubectl get -h' for help and examples`. */
export function usageError(path: string, message: string): KubectlError {
  return new KubectlError(`${message}\nSee '${path} -h' for help and examples`);
}

/** Says that a real kubectl can do this and that this one cannot. */
export function notSimulated(what: string): KubectlError {
  return new KubectlError(`${what} is not in this simulation`);
}

/** Throws what was collected: nothing, the one error, or all of them together. */
export function throwCollected(errors: readonly Error[]): void {
  const [first] = errors;
  if (first === undefined) return;
  throw errors.length === 1 ? first : new AggregateKubectlError(errors);
}

/** Whether an error is one that kubectl reports; anything else is a mistake in this project. */
export function isReported(error: unknown): error is Error {
  return (
    error instanceof KubectlError ||
    error instanceof StatusError ||
    error instanceof AggregateKubectlError
  );
}

/** Collects a reported error and lets any other pass. */
export function collect(errors: Error[], error: unknown): void {
  if (!isReported(error)) throw error;
  if (error instanceof AggregateKubectlError) errors.push(...error.errors);
  else errors.push(error);
}

/** Adds where the object came from to an error about it: `error when creating "web.yaml": …`. */
export function withSource(doing: string, source: string, error: unknown): Error {
  const prefix = `error when ${doing} ${goQuote(source)}: `;
  return withPrefix(prefix, error);
}

/** Puts text in front of an error's message and keeps its reason. Lets errors that are not reported pass. */
export function withPrefix(prefix: string, error: unknown): Error {
  if (error instanceof StatusError) {
    return new StatusError({ ...error.status, message: prefix + error.message });
  }
  if (error instanceof KubectlError) return new KubectlError(prefix + error.message);
  throw error;
}

/** Prints a reported error and returns the exit code. */
export function reportError(error: Error, stderr: (text: string) => void): number {
  if (error instanceof AggregateKubectlError) {
    for (const one of error.errors) stderr(`${messageInList(one)}\n`);
    return 1;
  }
  if (error instanceof StatusError) {
    stderr(error.reason === 'Invalid' ? invalidText(error) : `${standardMessage(error)}\n`);
    return 1;
  }
  if (error instanceof KubectlError) {
    const text = error.bare || error.message.startsWith('error: ');
    if (error.message !== '') stderr(`${text ? '' : 'error: '}${error.message}\n`);
    return error.exitCode;
  }
  throw error;
}

function messageInList(error: Error): string {
  return error instanceof StatusError ? standardMessage(error) : error.message;
}

/** `Error from server (NotFound): …`. */
function standardMessage(error: StatusError): string {
  if (error.reason === 'Unauthorized') {
    return `error: You must be logged in to the server (${error.message})`;
  }
  if (error.reason === '') return `Error from server: ${error.message}`;
  return `Error from server (${error.reason}): ${error.message}`;
}

/** `The Deployment "web" is invalid: …`; several fields come one a line. */
function invalidText(error: StatusError): string {
  const details = error.status.details;
  if (details === undefined) return `The request is invalid: ${error.message}\n`;
  const causes = details.causes ?? [];
  const named = (details.kind ?? '') !== '' || (details.name ?? '') !== '';
  let head = 'The request is invalid';
  if (named) head = `The ${details.kind ?? ''} ${goQuote(details.name ?? '')} is invalid`;
  else if (causes.length === 0) head = `${head}: ${error.message}`;
  const lines = [...new Set(causes.map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`))];
  if (lines.length === 0) return `${head}\n`;
  if (lines.length === 1) return `${head}: ${lines[0] ?? ''}\n`;
  return `${head}: \n${lines.map((line) => `* ${line}\n`).join('')}`;
}
