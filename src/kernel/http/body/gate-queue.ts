/** The owner of a JSON body. */
export interface TextOwner {
  /** The tenant if known, otherwise a string that distinguishes callers, such as `address 203.0.113.7`. */
  readonly tenantId: string;
  /**
   * The parties that this body counts toward, each of which can fill a quarter of the queue: the token of a verified caller, otherwise the
   * address.
   */
  readonly shares: readonly string[];
}

/** A JSON body that is waiting at the gate. */
export interface Waiting {
  readonly bytes: number;
  readonly owner: TextOwner;
  readonly grant: () => void;
  readonly refuse: () => void;
}

interface Load {
  bytes: number;
  entries: number;
}

/** The queue has this many parts, and a party can fill at most one of them. */
const PARTS_OF_QUEUE = 4;

/**
 * The JSON bodies that are waiting at the gate, in one queue per tenant; tenants take turns. If the queue is full, the tenant with the
 * largest load makes room for the other tenants.
 */
export class GateQueue {
  /** In round-robin order. Each queue is a Set, because the body of a client that disconnects is removed from the middle. */
  private readonly byTenant = new Map<string, Set<Waiting>>();
  private readonly total: Load = { bytes: 0, entries: 0 };
  private readonly loads = new Map<string, Load>();

  constructor(private readonly limits: { readonly maxBytes: number; readonly maxEntries: number }) {}

  /** Adds a body, or rejects either this body or a body that it displaces. */
  add(waiting: Waiting): void {
    const { bytes, owner } = waiting;
    if (!this.isWelcome(bytes, owner) || !this.makeRoom(waiting)) {
      waiting.refuse();
      return;
    }
    const texts = this.byTenant.get(owner.tenantId) ?? new Set();
    this.byTenant.set(owner.tenantId, texts.add(waiting));
    this.count(waiting, 1);
  }

  /** Returns whether a body fits into its owner's parts of the queue. */
  isWelcome(bytes: number, { shares }: TextOwner): boolean {
    return shares.every((share) => this.fits(this.loadOf(shareKey(share)), bytes, PARTS_OF_QUEUE));
  }

  /** Returns the first body, in round-robin order of tenants, that `mayGo` accepts; `null` if there is none. */
  next(mayGo: (waiting: Waiting) => boolean): Waiting | null {
    for (const texts of this.byTenant.values()) {
      const [first] = texts;
      if (first !== undefined && mayGo(first)) return first;
    }
    return null;
  }

  /** Removes a body and moves its tenant to the end of the round. Has no effect if the body has already been removed. */
  remove(waiting: Waiting): void {
    const { tenantId } = waiting.owner;
    const texts = this.byTenant.get(tenantId);
    if (texts?.delete(waiting) !== true) return;
    this.byTenant.delete(tenantId);
    if (texts.size > 0) this.byTenant.set(tenantId, texts);
    this.count(waiting, -1);
  }

  /**
   * Rejects the last bodies of the tenant with the largest load until there is room. Returns false if the new body's tenant has the largest
   * load.
   */
  private makeRoom({ bytes, owner }: Waiting): boolean {
    while (!this.fits(this.total, bytes, 1)) {
      const own = this.loadOf(tenantKey(owner.tenantId));
      const most = this.heaviest();
      if (most === null || this.weight(this.loadOf(tenantKey(most))) <= this.weight(own, bytes)) return false;
      const last = [...(this.byTenant.get(most) ?? [])].at(-1);
      if (last === undefined) return false;
      this.remove(last);
      last.refuse();
    }
    return true;
  }

  private heaviest(): string | null {
    let found: string | null = null;
    let most = 0;
    for (const tenantId of this.byTenant.keys()) {
      const weight = this.weight(this.loadOf(tenantKey(tenantId)));
      if (weight > most) [found, most] = [tenantId, weight];
    }
    return found;
  }

  /**
   * Returns the part of the queue that a load occupies, by bytes or by number. If `bytes` is set, the load includes an additional body of
   * that length.
   */
  private weight(load: Load, bytes = 0): number {
    const entries = load.entries + (bytes > 0 ? 1 : 0);
    return Math.max((load.bytes + bytes) / this.limits.maxBytes, entries / this.limits.maxEntries);
  }

  private fits(load: Load, bytes: number, parts: number): boolean {
    return load.bytes + bytes <= this.limits.maxBytes / parts && load.entries < this.limits.maxEntries / parts;
  }

  private loadOf(key: string): Load {
    return this.loads.get(key) ?? { bytes: 0, entries: 0 };
  }

  private count({ bytes, owner }: Waiting, sign: 1 | -1): void {
    add(this.total, sign * bytes, sign);
    for (const key of [tenantKey(owner.tenantId), ...owner.shares.map(shareKey)]) {
      const load = this.loadOf(key);
      add(load, sign * bytes, sign);
      if (load.entries === 0) this.loads.delete(key);
      else this.loads.set(key, load);
    }
  }
}

const tenantKey = (tenantId: string): string => `tenant ${tenantId}`;
const shareKey = (share: string): string => `share ${share}`;

function add(load: Load, bytes: number, entries: number): void {
  load.bytes += bytes;
  load.entries += entries;
}
