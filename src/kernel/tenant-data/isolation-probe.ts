import { Injectable } from '@nestjs/common';

/** Something that would let tenants see, or learn of, each other. */
export interface IsolationGap {
  /** What has it: a table, a role, a key. */
  readonly subject: string;
  /** What is wrong, in one sentence. */
  readonly problem: string;
  /** What an operator does about it. */
  readonly remedy: string;
}

/** A check of one wall between tenants, made on what runs at this moment. */
export interface IsolationProbe {
  /** Such as `row_security`. */
  readonly name: string;
  /**
   * @param tenantId whose wall is asked about. @param strangerId the id of a tenant that is not there, to try it with.
   * @returns what is wrong; empty: nothing. A probe that cannot be made throws, and counts as a gap.
   */
  probe(tenantId: string, strangerId: string): Promise<readonly IsolationGap[]>;
}

/** The probes of a process, each registered by the module that built the wall. */
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
