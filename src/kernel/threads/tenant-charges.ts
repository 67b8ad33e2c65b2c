/** Time in which what a tenant has used counts half as much. */
const HALF_LIFE_MS = 10_000;
/** From so much on a tenant gives way to those who used less: a second of CPU time at once, or a fifteenth of a core all the time. */
const MUCH_CPU_MS = 1_000;

interface Charge {
  cpuMs: number;
  at: number;
}

/**
 * CPU time that tenants used lately, so that the one who used least comes next. Old use fades: half of it after ten seconds.
 * A tenant whose use has faded is forgotten.
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

  /** CPU milliseconds, faded. */
  of(tenantId: string): number {
    const charge = this.charges.get(tenantId);
    return charge === undefined ? 0 : faded(charge, this.nowMs());
  }

  /** Returns whether a tenant used so much that it gives way to others. */
  isMuch(tenantId: string): boolean {
    return this.of(tenantId) >= MUCH_CPU_MS;
  }

  private forgetFaded(now: number): void {
    // Maps keep the order of insertion, so that the oldest charge comes first.
    for (const [tenantId, charge] of this.charges) {
      if (faded(charge, now) > 0.001) return;
      this.charges.delete(tenantId);
    }
  }
}

function faded({ cpuMs, at }: Charge, now: number): number {
  return cpuMs * 0.5 ** ((now - at) / HALF_LIFE_MS);
}
