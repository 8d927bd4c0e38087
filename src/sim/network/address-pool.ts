/**
 * The addresses of a node's pods: one after the other, from where the last one was taken.
 *
 * Upstream: the host-local IPAM plugin of CNI
 * Simplified: IPv4 only.
 */

/** Reads an IPv4 address as a number, or undefined for other text. */
export function parseIPv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

/** Writes a number as an IPv4 address. */
export function formatIPv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** Addresses of one CIDR; its network, gateway and broadcast addresses are never given out. */
export class AddressPool {
  readonly #first: number;
  readonly #last: number;
  readonly #taken = new Set<number>();
  #next: number;

  constructor(cidr: string) {
    const [address = '', bits = ''] = cidr.split('/');
    const base = parseIPv4(address);
    const size = 2 ** (32 - Number(bits));
    if (base === undefined || !Number.isInteger(size)) {
      throw new Error(`network: invalid CIDR "${cidr}"`);
    }
    this.#first = base + 2;
    this.#last = base + size - 2;
    this.#next = this.#first;
  }

  /** Takes an address; undefined when none is left. */
  take(): string | undefined {
    const count = this.#last - this.#first + 1;
    if (this.#taken.size >= count) return undefined;
    while (this.#taken.has(this.#next)) this.#advance();
    const address = this.#next;
    this.#taken.add(address);
    this.#advance();
    return formatIPv4(address);
  }

  release(address: string): void {
    const value = parseIPv4(address);
    if (value !== undefined) this.#taken.delete(value);
  }

  #advance(): void {
    this.#next = this.#next >= this.#last ? this.#first : this.#next + 1;
  }
}
