interface Entry<V> {
  readonly value: V;
  readonly bytes: number;
}

/**
 * Keeps what was used lately, up to a number of bytes as estimated by whoever puts it in. In two generations of half the
 * size: a value that is found among the old becomes a young one, and when the young fill their half, they are the old ones
 * and the old go. So what is used often is found by one look-up, without a note that it was.
 */
export class BoundedCache<V> {
  private young = new Map<string, Entry<V>>();
  private old = new Map<string, Entry<V>>();
  private youngBytes = 0;

  constructor(private readonly maxBytes: number) {}

  get(key: string): V | undefined {
    const entry = this.young.get(key);
    if (entry !== undefined) {
      return entry.value;
    }
    const aged = this.old.get(key);
    if (aged === undefined) {
      return undefined;
    }
    this.add(key, aged);
    return aged.value;
  }

  /** Puts a value in, in the place of one that is there. */
  put(key: string, value: V, bytes: number): void {
    this.add(key, { value, bytes });
  }

  private add(key: string, entry: Entry<V>): void {
    this.old.delete(key);
    this.youngBytes -= this.young.get(key)?.bytes ?? 0;
    this.young.delete(key);
    if (this.youngBytes + entry.bytes > this.maxBytes / 2) {
      this.old = this.young;
      this.young = new Map();
      this.youngBytes = 0;
    }
    this.young.set(key, entry);
    this.youngBytes += entry.bytes;
  }
}
