/** Time after which past usage counts half as much. */
const HALF_LIFE_MS = 10_000;
/**
 * Usage at which a tenant starts to yield to tenants that used less: a second of CPU time in one burst, or a fifteenth of a core
 * continuously.
 */
const MUCH_CPU_MS = 1_000;

interface Charge {
  cpuMs: number;
  at: number;
}

/**
 * Tracks the CPU time that tenants used recently, so that the tenant that used the least comes next. Past usage decays by half
 * every ten seconds. A tenant whose usage has decayed is forgotten.
 */
export class TenantCharges {
  private readonly charges = new Map<string, Charge>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  add(tenantId: string, cpuMs: number): void {
    const now = this.nowMs();
    const total = this.of(tenantId) + cpuMs;
    this.charges.delete(tenantId);
    this.charges.set(tenantId, { cpuMs: total, at: now });
    this.forgetFaded(now);
  }

  /** Returns a tenant's recent CPU time in milliseconds, after decay. */
  of(tenantId: string): number {
    const charge = this.charges.get(tenantId);
    return charge === undefined ? 0 : faded(charge, this.nowMs());
  }

  /** Returns whether a tenant used so much that it yields to other tenants. */
  isMuch(tenantId: string): boolean {
    return this.of(tenantId) >= MUCH_CPU_MS;
  }

  private forgetFaded(now: number): void {
    // Maps keep the insertion order, so the oldest charge comes first.
    for (const [tenantId, charge] of this.charges) {
      if (faded(charge, now) > 0.001) return;
      this.charges.delete(tenantId);
    }
  }
}

function faded({ cpuMs, at }: Charge, now: number): number {
  return cpuMs * 0.5 ** ((now - at) / HALF_LIFE_MS);
}
