/**
 * Cluster IPs and node ports: what a Service gets when it is created and gives back when it goes.
 *
 * - Given at random from the range, as upstream, and never twice at a time.
 * - The address of a Service that is gone may be given again, but not soon.
 *
 * Upstream: pkg/registry/core/service/ipallocator, pkg/registry/core/service/portallocator
 * Docs: /docs/concepts/services-networking/cluster-ip-allocation/
 */
import type { KubeObject } from '../api/object.ts';
import { valueAt } from '../api/object.ts';
import { forbidden, invalid } from '../api/field-error.ts';
import type { FieldError } from '../api/field-error.ts';
import type { Random } from '../engine/random.ts';

/** Service addresses are 10.96.x.y; the first is the API server's own. Upstream: kubeadm's default service subnet */
const servicePrefix = '10.96';
/** Upstream: DefaultServiceNodePortRange */
const nodePortFirst = 30_000;
const nodePortCount = 2_768;

/** A refusal by the allocator, to be told as a field error. */
export class AllocationError extends Error {
  readonly fieldError: FieldError;

  constructor(fieldError: FieldError) {
    super(fieldError.detail);
    this.fieldError = fieldError;
  }
}

/** Hands out addresses and ports. */
export class ServiceAllocator {
  readonly #random: Random;
  readonly #addresses = new Set<string>();
  readonly #ports = new Set<number>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Returns a free cluster IP, or the wanted one if it is free. Throws AllocationError. */
  clusterIp(wanted: string | undefined): string {
    if (wanted !== undefined && wanted !== '') {
      if (!wanted.startsWith(`${servicePrefix}.`)) {
        const detail = `failed to allocate IP ${wanted}: the provided network does not match the current range`;
        throw new AllocationError(invalid('spec.clusterIPs', [wanted], detail));
      }
      if (this.#addresses.has(wanted)) {
        const detail = `failed to allocate IP ${wanted}: provided IP is already allocated`;
        throw new AllocationError(invalid('spec.clusterIPs', [wanted], detail));
      }
      this.#addresses.add(wanted);
      return wanted;
    }
    for (;;) {
      // The upper part of the range, as upstream keeps the lower one for addresses that people ask for.
      const address = `${servicePrefix}.${this.#random.between(1, 255)}.${this.#random.between(1, 254)}`;
      if (this.#addresses.has(address)) continue;
      this.#addresses.add(address);
      return address;
    }
  }

  /** Returns a free node port, or the wanted one if it is free. Throws AllocationError. */
  nodePort(wanted: number | undefined): number {
    if (wanted !== undefined && wanted !== 0) {
      if (this.#ports.has(wanted)) {
        const detail = 'provided port is already allocated';
        throw new AllocationError(invalid('spec.ports[0].nodePort', wanted, detail));
      }
      this.#ports.add(wanted);
      return wanted;
    }
    if (this.#ports.size >= nodePortCount) {
      throw new AllocationError(forbidden('spec.ports[0].nodePort', 'range is full'));
    }
    for (;;) {
      const port = nodePortFirst + this.#random.int(nodePortCount);
      if (this.#ports.has(port)) continue;
      this.#ports.add(port);
      return port;
    }
  }

  /** Takes back what a Service had. */
  release(service: KubeObject): void {
    const address = valueAt(service, 'spec', 'clusterIP');
    if (typeof address === 'string') this.#addresses.delete(address);
    const ports = valueAt(service, 'spec', 'ports');
    if (!Array.isArray(ports)) return;
    for (const port of ports) {
      const nodePort = valueAt(port, 'nodePort');
      if (typeof nodePort === 'number') this.#ports.delete(nodePort);
    }
  }
}
