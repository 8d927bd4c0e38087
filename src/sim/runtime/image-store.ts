/**
 * Images: what a registry has, and what one node has pulled.
 *
 * A registry is data: the catalogue of images that this simulation knows, with what a lab declares in front. A name that the
 * catalogue does not know on a registry of its own is taken to exist and to be a plain server (`isKnown` is false, so that
 * whoever shows the image can say so); an unknown official image or tag does not exist, as a misspelt name would not.
 *
 * Upstream: containerd core/remotes; pkg/kubelet/images
 * Simplified: a pull takes the time that is declared; layers, bandwidth and credentials are not modelled.
 */
import type { FileTree } from './files/file-tree.ts';
import { hexDigest, parseImageReference } from './image-reference.ts';
import type { ImageReference } from './image-reference.ts';
import { RuntimeError } from './runtime.ts';
import type { ImageStatus } from './runtime.ts';

/** What an image is, whatever its tag. */
export interface ImageContent {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
  readonly user: number | undefined;
  /** Number of STOPSIGNAL. */
  readonly stopSignal: number;
  readonly sizeBytes: number;
  readonly pullMs: number | undefined;
  /** The files, shared by all containers. */
  readonly tree: FileTree;
  /** False for an image of which nothing is known. */
  readonly isKnown: boolean;
}

/** Where images come from. */
export interface Registry {
  /** The content of an image, undefined when the registry does not have it. */
  find(reference: ImageReference): ImageContent | undefined;
}

/** An image on a node. */
export interface StoredImage {
  readonly status: ImageStatus;
  readonly content: ImageContent;
}

/** Reads a reference. Throws RuntimeError with the parser's complaint. */
export function readReference(text: string): ImageReference {
  const reference = parseImageReference(text);
  if (typeof reference !== 'string') return reference;
  throw new RuntimeError('InvalidArgument', `couldn't parse image name "${text}": ${reference}`);
}

/** The images of one node. */
export class ImageStore {
  readonly #registry: Registry;
  readonly #images = new Map<string, StoredImage>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** The image on the node that a reference or an image ID names. */
  get(text: string): StoredImage | undefined {
    const direct = this.#images.get(text);
    if (direct !== undefined) return direct;
    for (const image of this.#images.values()) if (image.status.id === text) return image;
    return this.#images.get(readReference(text).name);
  }

  /** What the registry has under a name. Throws RuntimeError with the text of a failed pull. */
  resolve(text: string): { reference: ImageReference; content: ImageContent } {
    const reference = readReference(text);
    const content = this.#registry.find(reference);
    if (content !== undefined) return { reference, content };
    throw new RuntimeError(
      'NotFound',
      `rpc error: code = NotFound desc = failed to pull and unpack image "${reference.name}": failed to resolve image: ${reference.name}: not found`,
    );
  }

  /** Puts an image on the node. */
  add(reference: ImageReference, content: ImageContent): StoredImage {
    const digest = reference.digest ?? `sha256:${hexDigest(reference.name)}`;
    const image: StoredImage = {
      content,
      status: {
        name: reference.name,
        id: `${reference.repository}@${digest}`,
        sizeBytes: content.sizeBytes,
        user: content.user,
        ...(content.isKnown ? {} : { isAssumed: true as const }),
      },
    };
    this.#images.set(reference.name, image);
    return image;
  }

  /** Images on the node, by name. */
  list(): StoredImage[] {
    return [...this.#images.values()].sort((left, right) =>
      left.status.name < right.status.name ? -1 : 1,
    );
  }
}
