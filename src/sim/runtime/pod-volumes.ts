/**
 * The volumes of the pods of one node, as trees of files.
 *
 * - All mounts of a volume share its files, and what one container writes the others read.
 * - An `atomic` volume is laid out as the kubelet's atomic writer does it: files are links through `..data` to a directory with
 *   a time in its name, and an update replaces that directory. A file that was mounted by subPath stays the old one.
 * - A hostPath volume belongs to the node and outlives the pod.
 * - The tree of a volume is made when somebody first looks into it, as it would have been when the volume was set: most
 *   containers never look at their token.
 *
 * Upstream: pkg/volume/util/atomic_writer.go; pkg/volume/emptydir
 */
import { bytesOf } from './bytes.ts';
import { momentOf } from './calendar.ts';
import { FileTree } from './files/file-tree.ts';
import type { Mount } from './files/file-system.ts';
import { directory, regularFile, symbolicLink } from './files/node.ts';
import type { Directory, FileNode, NodeOrigin } from './files/node.ts';
import type { MountConfig, VolumeConfig } from './runtime.ts';

interface Volume {
  readonly config: VolumeConfig;
  readonly setMs: number;
  /** Undefined until somebody looks. */
  tree: FileTree | undefined;
}

/** The volumes of one node. */
export class PodVolumes {
  readonly #clock: { readonly nowMs: number };
  readonly #volumes = new Map<string, Map<string, Volume>>();
  readonly #hostPaths = new Map<string, FileTree>();

  constructor(clock: { readonly nowMs: number }) {
    this.#clock = clock;
  }

  /** Makes a volume, or replaces the content of one that exists. */
  set(podUid: string, config: VolumeConfig): void {
    let volumes = this.#volumes.get(podUid);
    if (volumes === undefined) {
      volumes = new Map();
      this.#volumes.set(podUid, volumes);
    }
    const before = volumes.get(config.name);
    const volume: Volume = { config, setMs: this.#clock.nowMs, tree: undefined };
    volumes.set(config.name, volume);
    if (before === undefined && config.hostPath === undefined) return;
    volume.tree = before === undefined ? this.#emptyTree(volume) : this.#treeOf(before);
    this.#fill(volume.tree, volume);
  }

  #treeOf(volume: Volume): FileTree {
    if (volume.tree === undefined) {
      volume.tree = this.#emptyTree(volume);
      this.#fill(volume.tree, volume);
    }
    return volume.tree;
  }

  removeAll(podUid: string): void {
    this.#volumes.delete(podUid);
  }

  /** The mounts of a container, outermost first. A mount of a volume that was never set is an empty directory. */
  mountsOf(podUid: string, configs: readonly MountConfig[]): Mount[] {
    const mounts = configs.map((mount) => {
      let volume = this.#volumes.get(podUid)?.get(mount.volume);
      if (volume === undefined) {
        this.set(podUid, { name: mount.volume, files: {} });
        volume = this.#volumes.get(podUid)?.get(mount.volume) as Volume;
      }
      const path = `/${mount.mountPath
        .split('/')
        .filter((part) => part !== '')
        .join('/')}`;
      const { root } = this.#treeOf(volume);
      const isInMemory = root.kind === 'directory' && root.isInMemory;
      const type = isInMemory === true ? 'tmpfs' : 'ext4';
      const tree = this.#subTree(volume, mount.subPath);
      // What the API server's objects are shown as cannot be written, whatever the mount says.
      const readOnly = mount.readOnly || volume.config.layout === 'atomic';
      return { path, tree, readOnly, type };
    });
    return mounts.sort((left, right) => left.path.length - right.path.length);
  }

  /** The content of a file in a volume, for whoever checks a volume from outside. */
  #subTree(volume: Volume, subPath: string): FileTree {
    const { config } = volume;
    const tree = this.#treeOf(volume);
    if (subPath === '') return tree;
    const parts = subPath.split('/').filter((part) => part !== '');
    if (config.layout === 'atomic') {
      const link = (tree.root as Directory).entries.get('..data');
      const data = link?.kind === 'link' ? [link.target] : [];
      const node = tree.lookup([...data, ...parts]);
      if (node !== undefined) return new FileTree(tree.owner, node);
    }
    const node =
      tree.lookup(parts) ??
      tree.makeDirectories(subPath, originOf(tree, config, this.#clock.nowMs));
    return new FileTree(tree.owner, node);
  }

  #emptyTree({ config, setMs }: Volume): FileTree {
    const path = config.hostPath;
    if (path !== undefined) {
      let tree = this.#hostPaths.get(path);
      if (tree === undefined) {
        tree = FileTree.empty(setMs);
        this.#hostPaths.set(path, tree);
      }
      return tree;
    }
    const isInMemory = config.layout === 'memory' || config.isInMemory === true;
    const mode = (isInMemory ? 0o1777 : 0o777) | (config.group === undefined ? 0 : 0o2000);
    const tree = FileTree.empty(setMs, mode, isInMemory);
    if (config.group !== undefined) tree.root.gid = config.group;
    return tree;
  }

  #fill(tree: FileTree, { config, setMs }: Volume): void {
    const files = Object.entries(config.files);
    const origin = originOf(tree, config, setMs);
    const makeFile = (text: string): FileNode =>
      regularFile(origin, bytesOf(text), config.mode ?? 0o644);
    if (config.layout !== 'atomic') {
      for (const [path, text] of files) tree.put(path, makeFile(text));
      return;
    }
    const root = tree.root as Directory;
    const old = root.entries.get('..data');
    const name = timedName(setMs);
    const data = new FileTree(tree.owner, directory(origin, 0o755, root.isInMemory));
    for (const [path, text] of files) data.put(path, makeFile(text));
    root.entries.clear();
    if (old !== undefined || files.length > 0) {
      root.entries.set(name, data.root);
      root.entries.set('..data', symbolicLink(origin, name));
    }
    for (const top of (data.root as Directory).entries.keys()) {
      root.entries.set(top, symbolicLink(origin, `..data/${top}`));
    }
    root.mtimeMs = setMs;
  }
}

/** `..2026_01_01_00_00_05.250000000`. */
function timedName(timeMs: number): string {
  const { year, month, day, hour, minute, second, millisecond } = momentOf(timeMs);
  return `..${[year, month, day, hour, minute, second].join('_')}.${millisecond}000000`;
}

function originOf(tree: FileTree, config: VolumeConfig, mtimeMs: number): NodeOrigin {
  return { owner: tree.owner, uid: 0, gid: config.group ?? 0, mtimeMs };
}
