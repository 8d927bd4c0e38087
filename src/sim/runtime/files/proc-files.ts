/**
 * What a container sees below /proc: its processes with their descriptors, and a few files about the system. Nodes are
 * made at each look; nothing is kept.
 *
 * Upstream: Linux proc(5)
 */
import { directory, regularFile, symbolicLink } from './node.ts';
import type { Directory, FileNode, NodeOrigin } from './node.ts';
import type { ProcessView, Viewer } from './viewer.ts';

const owner = {};

/** Seconds that the machine had been up when virtual time began. */
const UPTIME_AT_START_SECONDS = 1000;

const CAPABILITIES = '00000000a80425fb';
const NO_CAPABILITIES = '0000000000000000';

/** Returns the node at a path below /proc; `who` is what `self` stands for. */
export function procNode(
  nowMs: number,
  mounts: () => string,
  parts: readonly string[],
  who: Viewer | undefined,
): FileNode | undefined {
  const origin: NodeOrigin = { owner, uid: 0, gid: 0, mtimeMs: nowMs };
  const file = (content: string): FileNode => regularFile(origin, content, 0o444);
  const [first, second, third] = parts;
  if (first === undefined) return rootDirectory(origin, who);
  if (parts.length === 1 && first === 'self') {
    return symbolicLink(origin, String(who?.pid ?? 1));
  }
  const process = /^\d+$/.test(first) ? who?.space.get(Number(first)) : undefined;
  if (process !== undefined) {
    if (second === undefined) return processDirectory(process, origin);
    if (parts.length === 2) return processDirectory(process, origin).entries.get(second);
    if (second === 'fd' && parts.length === 3 && third !== undefined) {
      return descriptorDirectory(process, origin).entries.get(third);
    }
    return undefined;
  }
  if (parts.length > 1) return undefined;
  if (first === 'uptime') {
    const up = UPTIME_AT_START_SECONDS + nowMs / 1000;
    return file(`${up.toFixed(2)} ${(up * 1.5).toFixed(2)}\n`);
  }
  if (first === 'mounts') return file(mounts());
  if (first === 'version') return file('Linux version 6.18.0 (reconcile) #1 SMP\n');
  if (first === 'loadavg') return file('0.00 0.00 0.00 1/100 1\n');
  return undefined;
}

function rootDirectory(origin: NodeOrigin, who: Viewer | undefined): Directory {
  const root = directory(origin, 0o555);
  for (const process of who?.space.list() ?? []) {
    root.entries.set(String(process.pid), directory(origin, 0o555));
  }
  for (const name of ['loadavg', 'mounts', 'uptime', 'version']) {
    root.entries.set(name, regularFile(origin, '', 0o444));
  }
  root.entries.set('self', symbolicLink(origin, String(who?.pid ?? 1)));
  return root;
}

function processDirectory(process: ProcessView, origin: NodeOrigin): Directory {
  const found = directory(origin, 0o555);
  const put = (name: string, content: string): void => {
    found.entries.set(name, regularFile(origin, content, 0o444));
  };
  put('cmdline', process.argv.map((word) => `${word}\0`).join(''));
  put('comm', `${process.comm}\n`);
  put('environ', [...process.env].map(([name, value]) => `${name}=${value}\0`).join(''));
  put('status', statusText(process));
  found.entries.set('fd', descriptorDirectory(process, origin));
  found.entries.set('cwd', symbolicLink(origin, process.cwd));
  return found;
}

function descriptorDirectory(process: ProcessView, origin: NodeOrigin): Directory {
  const found = directory(origin, 0o500);
  for (const descriptor of process.descriptors()) {
    const name = process.file(descriptor)?.name ?? '';
    found.entries.set(String(descriptor), symbolicLink(origin, name));
  }
  return found;
}

function statusText(process: ProcessView): string {
  const bounds = process.hasCapabilities ? CAPABILITIES : NO_CAPABILITIES;
  const effective = process.uid === 0 ? bounds : NO_CAPABILITIES;
  const ids = (id: number): string => Array(4).fill(id).join('\t');
  return [
    `Name:\t${process.comm}`,
    'State:\tS (sleeping)',
    `Pid:\t${process.pid}`,
    `PPid:\t${process.parent?.pid ?? 0}`,
    `Uid:\t${ids(process.uid)}`,
    `Gid:\t${ids(process.gid)}`,
    'CapInh:\t0000000000000000',
    `CapPrm:\t${effective}`,
    `CapEff:\t${effective}`,
    `CapBnd:\t${bounds}`,
    'CapAmb:\t0000000000000000',
    '',
  ].join('\n');
}
