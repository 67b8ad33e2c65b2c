import { Injectable } from '@nestjs/common';
import type { CallerSignal } from '../../../kernel/context/call-context';
import { Database } from '../../../kernel/database/database';
import type { PolicyUpdate } from '../contract/policy.types';

interface ActivatedRow {
  readonly version: number;
  readonly archive: Buffer;
  readonly activated_at: Date;
}

/** The bundles that sidecars read: those that are active or have been active. */
@Injectable()
export class ActivePoliciesRepository {
  constructor(private readonly database: Database) {}

  /** Returns the active bundle of a tenant, or `null` if only the base policy decides for the tenant. */
  async active(tenantId: string, over?: CallerSignal): Promise<PolicyUpdate | null> {
    return this.first(
      tenantId,
      `SELECT v.version, v.archive, v.activated_at FROM policy.heads h
       JOIN policy.versions v ON v.tenant_id = h.tenant_id AND v.version = h.active_version
       WHERE h.tenant_id = $1`,
      [tenantId],
      over,
    );
  }

  /** Returns the oldest remaining bundle that was activated after the given version. Versions are activated in ascending order. */
  async nextActivated(tenantId: string, after: number, over?: CallerSignal): Promise<PolicyUpdate | null> {
    return this.first(
      tenantId,
      `SELECT version, archive, activated_at FROM policy.versions
       WHERE tenant_id = $1 AND version > $2 AND activated_at IS NOT NULL ORDER BY version LIMIT 1`,
      [tenantId, after],
      over,
    );
  }

  private async first(
    tenantId: string,
    sql: string,
    parameters: readonly unknown[],
    over: CallerSignal | undefined,
  ): Promise<PolicyUpdate | null> {
    const row = await this.database.tenant(tenantId, over).maybeOne<ActivatedRow>(sql, parameters);
    return row ? { version: row.version, archive: row.archive, activatedAtMs: row.activated_at.getTime() } : null;
  }
}
