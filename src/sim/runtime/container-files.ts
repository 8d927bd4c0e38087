/**
 * The file system of one container: its image's files, the pod's volumes over them, and the files that the runtime mounts itself.
 *
 * Upstream: containerd internal/cri/server/container_create.go; runc libcontainer/rootfs_linux.go
 */
import { bytesOf } from './bytes.ts';
import { FileSystem } from './files/file-system.ts';
import type { Mount } from './files/file-system.ts';
import { FileTree } from './files/file-tree.ts';
import { regularFile } from './files/node.ts';
import { putDevices } from './image-trees.ts';
import type { DnsConfig, HostsConfig } from './runtime.ts';

/** What a container's files are made of. */
export interface ContainerFiles {
  readonly image: FileTree;
  readonly volumes: readonly Mount[];
  readonly isRootReadOnly: boolean;
  readonly hostname: string;
  readonly dns: DnsConfig | undefined;
  readonly hosts: HostsConfig | undefined;
  readonly ip: string;
  readonly workingDir: string;
  readonly terminationMessagePath: string;
  /** The file behind the termination message path. */
  readonly terminationMessage: FileTree;
}

/** Makes a tree that is a single file. */
export function fileTree(content: string, mtimeMs: number, mode = 0o644): FileTree {
  const owner = {};
  const text = bytesOf(content);
  return new FileTree(owner, regularFile({ owner, uid: 0, gid: 0, mtimeMs }, text, mode));
}

/** Puts a container's file system together; mount points that the image lacks are made. */
export function containerFileSystem(
  clock: { readonly nowMs: number },
  files: ContainerFiles,
): FileSystem {
  const mounts = new Map<string, Mount>();
  const add = (path: string, tree: FileTree): void => {
    mounts.set(path, { path, tree, readOnly: false, type: 'ext4' });
  };
  add('/etc/hostname', fileTree(`${files.hostname}\n`, clock.nowMs));
  add('/etc/resolv.conf', fileTree(resolverText(files.dns), clock.nowMs));
  if (files.hosts !== undefined) {
    const text = hostsText(files.hosts, files.ip, files.hostname);
    add('/etc/hosts', fileTree(text, clock.nowMs));
  }
  add(files.terminationMessagePath, files.terminationMessage);
  for (const mount of files.volumes) mounts.set(mount.path, mount);
  const root = files.image.derive();
  putDevices(root, clock.nowMs);
  root.root.mtimeMs = clock.nowMs;
  const sorted = [...mounts.values()].sort((left, right) => left.path.length - right.path.length);
  for (const mount of sorted) makeMountPoint(root, sorted, mount, clock.nowMs);
  if (files.workingDir !== '/') {
    const above = sorted.findLast((mount) => files.workingDir.startsWith(`${mount.path}/`));
    if (above === undefined && root.lookup(partsOf(files.workingDir)) === undefined) {
      root.makeDirectories(files.workingDir, originOf(root, clock.nowMs));
    }
  }
  return new FileSystem(clock, { root, isRootReadOnly: files.isRootReadOnly, mounts: sorted });
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function originOf(
  tree: FileTree,
  mtimeMs: number,
): {
  owner: object;
  uid: number;
  gid: number;
  mtimeMs: number;
} {
  return { owner: tree.owner, uid: 0, gid: 0, mtimeMs };
}

function makeMountPoint(
  root: FileTree,
  mounts: readonly Mount[],
  mount: Mount,
  nowMs: number,
): void {
  const above = mounts.findLast((other) => mount.path.startsWith(`${other.path}/`));
  const tree = above?.tree ?? root;
  const path = mount.path.slice(above?.path.length ?? 0);
  if (tree.root.kind !== 'directory' || tree.lookup(partsOf(path)) !== undefined) return;
  const origin = originOf(tree, nowMs);
  if (mount.tree.root.kind === 'directory') tree.makeDirectories(path, origin);
  else tree.put(path, regularFile(origin, ''));
}

function resolverText(dns: DnsConfig | undefined): string {
  if (dns === undefined) return '';
  let text = '';
  if (dns.searches.length > 0) text += `search ${dns.searches.join(' ')}\n`;
  for (const server of dns.nameservers) text += `nameserver ${server}\n`;
  if (dns.options.length > 0) text += `options ${dns.options.join(' ')}\n`;
  return text;
}

/** Upstream: pkg/kubelet/kubelet_pods.go managedHostsFileContent */
function hostsText(hosts: HostsConfig, ip: string, hostname: string): string {
  const lines = [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    [ip, ...(hosts.domain === undefined ? [] : [`${hostname}.${hosts.domain}`]), hostname].join(
      '\t',
    ),
  ];
  if (hosts.aliases.length > 0) {
    lines.push('', '# Entries added by HostAliases.');
    for (const alias of hosts.aliases) lines.push([alias.ip, ...alias.hostnames].join('\t'));
  }
  return lines.map((line) => `${line}\n`).join('');
}
