import { Injectable } from '@nestjs/common';

/** A defect that would let tenants see or learn about each other. */
export interface IsolationGap {
  /** The defective object: a table, a role, a key. */
  readonly subject: string;
  /** The problem, in one sentence. */
  readonly problem: string;
  /** The remedy that the operator can apply. */
  readonly remedy: string;
}

/** A check of one isolation boundary between tenants, run on the live system. */
export interface IsolationProbe {
  /** Name such as `row_security`. */
  readonly name: string;
  /**
   * @param tenantId the tenant whose isolation is checked. @param strangerId the id of a nonexistent tenant; the probe attempts access as
   * that tenant.
   * @returns the gaps; empty if there are none. A probe that fails throws an error, which counts as a gap.
   */
  probe(tenantId: string, strangerId: string): Promise<readonly IsolationGap[]>;
}

/** The probes of a process, each registered by the module that enforces the boundary. */
@Injectable()
export class IsolationProbes {
  private readonly probes: IsolationProbe[] = [];

  register(probe: IsolationProbe): void {
    this.probes.push(probe);
  }

  all(): readonly IsolationProbe[] {
    return this.probes;
  }
}
