/**
 * The requests of one kubectl process, for any kind. Warnings of the server go to standard error, each once.
 *
 * Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/helper.go Helper
 */
import type { Client, WatchStream } from '../client/client.ts';
import type { KindRow } from '../api/kinds.ts';
import type { KubeList, KubeObject } from '../api/object.ts';
import type { Status } from '../api/types.gen.ts';
import type { Engine } from '../engine/engine.ts';
import type { Process } from '../engine/process.ts';
import type { EntryId } from '../engine/trace.ts';
import type { PatchType, RequestOptions } from './context.ts';

/** Objects asked for in one answer of a list. */
const chunkSize = 500;

type Verb = Parameters<Client['request']>[0]['verb'];

interface Extra {
  readonly body?: unknown;
  readonly subresource?: string | undefined;
  readonly patchType?: PatchType | undefined;
}

/** Typed by the kind's row; a namespace is '' for cluster-scoped kinds and for all namespaces. */
export class Api {
  readonly #client: Client;
  readonly #engine: Engine;
  /** The command: each request is caused by it, and none by the answer to the one before. */
  readonly #cause: EntryId;
  readonly #stderr: (text: string) => void;
  readonly #warned = new Set<string>();

  constructor(client: Client, engine: Engine, stderr: (text: string) => void) {
    this.#client = client;
    this.#engine = engine;
    this.#cause = engine.cause;
    this.#stderr = stderr;
  }

  get(row: KindRow, namespace: string, name: string, subresource = ''): Process<KubeObject> {
    return this.#send(row, 'get', namespace, name, {}, { subresource }) as Process<KubeObject>;
  }

  /** Lists everything, in chunks of 500 unless `limit` says otherwise (0: all at once). */
  *list(row: KindRow, namespace: string, options: RequestOptions = {}): Process<KubeList> {
    const limit = options.limit ?? chunkSize;
    const items: KubeObject[] = [];
    let token: string | undefined;
    for (;;) {
      const page = (yield* this.#send(row, 'list', namespace, '', {
        ...options,
        limit: limit === 0 ? undefined : limit,
        continue: token,
      })) as KubeList;
      items.push(...page.items);
      token = page.metadata.continue;
      if (!token) return items.length === page.items.length ? page : { ...page, items };
    }
  }

  watch(row: KindRow, namespace: string, options: RequestOptions): Process<WatchStream> {
    return this.#client.resource(row).watch(namespace, options);
  }

  create(
    row: KindRow,
    namespace: string,
    body: unknown,
    options: RequestOptions = {},
  ): Process<KubeObject> {
    return this.#send(row, 'create', namespace, '', options, { body }) as Process<KubeObject>;
  }

  /** Replaces the object, or a subresource of it. */
  update(
    row: KindRow,
    namespace: string,
    name: string,
    body: unknown,
    options: RequestOptions = {},
    subresource = '',
  ): Process<KubeObject> {
    const extra = { body, subresource };
    return this.#send(row, 'update', namespace, name, options, extra) as Process<KubeObject>;
  }

  patch(
    row: KindRow,
    namespace: string,
    name: string,
    patchType: PatchType,
    body: unknown,
    options: RequestOptions = {},
    subresource = '',
  ): Process<KubeObject> {
    const extra = { body, patchType, subresource };
    return this.#send(row, 'patch', namespace, name, options, extra) as Process<KubeObject>;
  }

  delete(
    row: KindRow,
    namespace: string,
    name: string,
    options: RequestOptions,
  ): Process<KubeObject | Status> {
    return this.#send(row, 'delete', namespace, name, options) as Process<KubeObject | Status>;
  }

  /** Posts to a subresource such as `eviction`. */
  post(
    row: KindRow,
    namespace: string,
    name: string,
    subresource: string,
    body: unknown,
    options: RequestOptions = {},
  ): Process<KubeObject> {
    const extra = { body, subresource };
    return this.#send(row, 'create', namespace, name, options, extra) as Process<KubeObject>;
  }

  *#send(
    row: KindRow,
    verb: Verb,
    namespace: string,
    name: string,
    options: RequestOptions,
    extra: Extra = {},
  ): Process<unknown> {
    this.#engine.cause = this.#cause;
    const response = yield* this.#client.request({
      verb,
      group: row.group,
      version: row.version,
      resource: row.plural,
      namespace: row.namespaced ? namespace : '',
      name,
      subresource: extra.subresource ?? '',
      options,
      body: extra.body,
      patchType: extra.patchType,
    });
    for (const warning of response.warnings) this.warn(warning);
    return response.body;
  }

  /** Prints a warning unless it has been printed before. */
  warn(text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.#stderr(`Warning: ${text}\n`);
  }
}
