/**
 * Numbers per topology domain: (label key, label value) → number, with changes on top of a shared base.
 *
 * The base is not copied, so that looking at a large cluster costs nothing until something is changed.
 *
 * Ours: cost per pod that does not grow with the domains there are
 */
interface Layer {
  base: ReadonlyMap<string, number>;
  readonly changes: Map<string, number>;
}

const empty: ReadonlyMap<string, number> = new Map();

/** Sums per domain of several topology keys. */
export class TopologyCounts {
  readonly #layers = new Map<string, Layer>();

  /** Whether every domain's number is zero. */
  get isEmpty(): boolean {
    for (const { base, changes } of this.#layers.values()) {
      for (const [value, count] of base) {
        if (count + (changes.get(value) ?? 0) !== 0) return false;
      }
      for (const [value, change] of changes) if (!base.has(value) && change !== 0) return false;
    }
    return true;
  }

  /** Starts from numbers that belong to somebody else. */
  setBase(topologyKey: string, base: ReadonlyMap<string, number>): void {
    this.#layer(topologyKey).base = base;
  }

  /** Changes one domain's number; a node without the label is in no domain. */
  add(topologyKey: string, value: string | undefined, change: number): void {
    if (value === undefined) return;
    const { changes } = this.#layer(topologyKey);
    changes.set(value, (changes.get(value) ?? 0) + change);
  }

  get(topologyKey: string, value: string): number {
    const layer = this.#layers.get(topologyKey);
    if (layer === undefined) return 0;
    return (layer.base.get(value) ?? 0) + (layer.changes.get(value) ?? 0);
  }

  /** Whether a node with these labels is in a domain with a positive number. */
  hasAny(labels: Readonly<Record<string, string>>): boolean {
    for (const topologyKey of this.#layers.keys()) {
      const value = labels[topologyKey];
      if (value !== undefined && this.get(topologyKey, value) > 0) return true;
    }
    return false;
  }

  /** Adds up the numbers of the domains that a node with these labels is in. */
  sum(labels: Readonly<Record<string, string>>): number {
    let sum = 0;
    for (const topologyKey of this.#layers.keys()) {
      const value = labels[topologyKey];
      if (value !== undefined) sum += this.get(topologyKey, value);
    }
    return sum;
  }

  #layer(topologyKey: string): Layer {
    let layer = this.#layers.get(topologyKey);
    if (layer === undefined) {
      layer = { base: empty, changes: new Map() };
      this.#layers.set(topologyKey, layer);
    }
    return layer;
  }
}
