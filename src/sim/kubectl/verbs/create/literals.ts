/**
 * Keys and values from `--from-literal`, `--from-file` and `--from-env-file`.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_configmap.go, pkg/util/util.go ParseLiteralSource
 */
import { KubectlError } from '../../errors.ts';
import type { Flag } from '../../flags.ts';
import type { Invocation } from '../../verb.ts';

export const sourceFlags: readonly Flag[] = [
  { name: 'from-literal', type: 'texts' },
  { name: 'from-file', type: 'strings' },
  { name: 'from-env-file', type: 'strings' },
  { name: 'append-hash', type: 'bool', unsupported: true },
];

/** Reads all sources into one map; `kind` is named in errors. Throws KubectlError. */
export function readSources(
  invocation: Invocation,
  kind: string,
  name: string,
): Map<string, string> {
  const { flags } = invocation;
  const data = new Map<string, string>();
  const add = (key: string, value: string): void => {
    if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
      throw new KubectlError(
        `${JSON.stringify(key)} is not a valid key name for a ${kind}: a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
      );
    }
    if (data.has(key)) {
      throw new KubectlError(
        `cannot add key "${key}", another key by that name already exists in Data for ${kind} "${name}"`,
      );
    }
    data.set(key, value);
  };
  if (flags.list('from-env-file').length > 0) {
    if (flags.list('from-literal').length > 0 || flags.list('from-file').length > 0) {
      throw new KubectlError('from-env-file cannot be combined with from-file or from-literal');
    }
    for (const path of flags.list('from-env-file')) readEnvFile(invocation, path, add);
  }
  for (const path of flags.list('from-file')) readFileSource(invocation, path, add);
  for (const literal of flags.list('from-literal')) {
    const equals = literal.indexOf('=');
    if (equals <= 0) {
      throw new KubectlError(`invalid literal source ${literal}, expected key=value`);
    }
    add(literal.slice(0, equals), literal.slice(equals + 1));
  }
  return data;
}

type Add = (key: string, value: string) => void;

function readText(invocation: Invocation, path: string): string {
  if (path === '/dev/stdin' || path === '-') return invocation.context.stdin;
  const text = invocation.context.files.read(path);
  if (text === undefined)
    throw new KubectlError(`error reading ${path}: no such file or directory`);
  return text;
}

function readFileSource(invocation: Invocation, source: string, add: Add): void {
  const parts = source.split('=');
  if (parts.length > 2) {
    throw new KubectlError("key names or file paths cannot contain '='");
  }
  if (parts.length === 2 && parts[0] === '') {
    throw new KubectlError(`key name for file path ${parts[1] ?? ''} missing`);
  }
  if (parts.length === 2 && parts[1] === '') {
    throw new KubectlError(`file path for key name ${parts[0] ?? ''} missing`);
  }
  const path = parts.at(-1) ?? '';
  const { files } = invocation.context;
  const names = files.read(path) === undefined ? files.list?.(path.replace(/\/$/, '')) : undefined;
  if (names !== undefined) {
    if (parts.length === 2) throw new KubectlError('cannot give a key name for a directory path');
    for (const name of names) {
      const text = files.read(`${path.replace(/\/$/, '')}/${name}`);
      if (text !== undefined) add(name, text);
    }
    return;
  }
  const key = parts.length === 2 ? (parts[0] ?? '') : path.slice(path.lastIndexOf('/') + 1);
  add(key, readText(invocation, path));
}

function readEnvFile(invocation: Invocation, path: string, add: Add): void {
  if (invocation.context.files.list?.(path) !== undefined) {
    throw new KubectlError('env config file cannot be a directory');
  }
  for (const line of readText(invocation, path).split(/\r?\n/)) {
    const text = line.trimStart();
    if (text === '' || text.startsWith('#')) continue;
    const equals = text.indexOf('=');
    const key = equals < 0 ? text : text.slice(0, equals);
    if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key)) {
      throw new KubectlError(
        `${JSON.stringify(key)} is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')`,
      );
    }
    add(key, equals < 0 ? '' : text.slice(equals + 1));
  }
}
