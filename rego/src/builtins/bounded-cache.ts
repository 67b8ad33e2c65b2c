interface Entry<V> {
  readonly value: V;
  readonly bytes: number;
}

/**
 * A cache bounded by bytes, as estimated by the caller. It has two generations, each half the size. A hit in the old generation moves the
 * value to the young generation. When the young generation is full, it becomes the old generation, and the previous old generation is
 * dropped. A value in constant use costs one lookup and does not need bookkeeping.
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

  /** Adds or replaces a value. */
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
