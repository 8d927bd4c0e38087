/**
 * Network namespaces and the sockets in them, as a client can tell them apart from outside.
 *
 * - A port with a listening socket accepts; an address without one on that port refuses at once.
 * - When a listener closes, connections that are open go on; when its process dies, they end.
 * - A namespace that is taken away answers nothing any more: its connections hang.
 *
 * Ours: the part of a kernel that clients can notice
 * Simplified: no accept backlog, no half-closed connections, no ports for clients to run out of.
 */
import type { Engine } from '../engine/engine.ts';
import type { EntryId } from '../engine/trace.ts';
import type { Listener, Server } from '../runtime/node-network.ts';

/** A connection at its server's end; told when the server is gone. */
export interface OpenConnection {
  /** The process has died: its kernel ends the connection. */
  serverAborted(): void;
  /** The address was taken away: no packet arrives any more in either direction. */
  serverVanished(): void;
}

/** A listening socket. */
export class ListeningSocket implements Listener {
  readonly port: number;
  readonly server: Server;
  readonly #host: Host;
  readonly #open = new Set<OpenConnection>();

  constructor(host: Host, port: number, server: Server) {
    this.#host = host;
    this.port = port;
    this.server = server;
  }

  /** Connections that are open. */
  get openConnections(): number {
    return this.#open.size;
  }

  accept(connection: OpenConnection): void {
    this.#open.add(connection);
  }

  release(connection: OpenConnection): void {
    this.#open.delete(connection);
    if (this.#open.size === 0) this.#host.forgetIdle(this);
  }

  close(): void {
    this.#host.closePort(this);
  }

  abort(): void {
    this.close();
    for (const connection of [...this.#open]) connection.serverAborted();
    this.#open.clear();
    this.#host.forgetIdle(this);
  }

  /** Used by the host: the address is gone. */
  vanish(): void {
    for (const connection of [...this.#open]) connection.serverVanished();
    this.#open.clear();
  }
}

/** One address and the sockets bound to it. */
export class Host {
  readonly ip: string;
  /** The node it is on. */
  readonly node: string;
  /** What brought the address into being. */
  readonly createdBy: EntryId;
  readonly #engine: Engine;
  readonly #listeners = new Map<number, ListeningSocket>();
  /** Sockets that take no more connections but have open ones. */
  readonly #draining = new Set<ListeningSocket>();
  readonly #closedBy = new Map<number, EntryId>();

  constructor(engine: Engine, ip: string, node: string) {
    this.#engine = engine;
    this.ip = ip;
    this.node = node;
    this.createdBy = engine.cause;
  }

  listen(port: number, server: Server): ListeningSocket | undefined {
    if (this.#listeners.has(port)) return undefined;
    const listener = new ListeningSocket(this, port, server);
    this.#listeners.set(port, listener);
    this.#closedBy.delete(port);
    return listener;
  }

  /** Returns the socket that accepts on a port. */
  listener(port: number): ListeningSocket | undefined {
    return this.#listeners.get(port);
  }

  /** The ports that accept, in order. */
  get ports(): readonly number[] {
    return [...this.#listeners.keys()].sort((a, b) => a - b);
  }

  /** The trace entry that explains why a port refuses: what closed it, or what made the address. */
  refusalEntry(port: number): EntryId {
    return this.#closedBy.get(port) ?? this.createdBy;
  }

  /** Used by sockets: takes no more connections on the port. */
  closePort(listener: ListeningSocket): void {
    if (this.#listeners.get(listener.port) !== listener) return;
    this.#listeners.delete(listener.port);
    this.#closedBy.set(listener.port, this.#engine.cause);
    if (listener.openConnections > 0) this.#draining.add(listener);
  }

  /** Used by sockets: the last connection of a closed socket has ended. */
  forgetIdle(listener: ListeningSocket): void {
    this.#draining.delete(listener);
  }

  /** The address is taken away. */
  vanish(): void {
    const all = [...this.#listeners.values(), ...this.#draining];
    this.#listeners.clear();
    this.#draining.clear();
    for (const listener of all) listener.vanish();
  }
}
