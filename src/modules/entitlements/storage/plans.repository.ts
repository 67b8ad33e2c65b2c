import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { ENTITLEMENT_LIMITS, type NewPlan, plan, type Plan } from '../contract/entitlements-admin.types';
import { ENTITLEMENTS_TOPIC } from '../contract/entitlements.types';

interface Row {
  readonly name: string;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** Checks a write against the current plan (`null` if there is none), within the write's transaction. Throws to reject the write. */
export type PlanCheck = (current: Plan | null) => void;

/** The installation's plans, which do not belong to any tenant and apply to all tenants. */
@Injectable()
export class PlansRepository {
  constructor(private readonly database: Database) {}

  /** Returns plans by name. */
  async list(after: string, limit: number): Promise<Plan[]> {
    const rows = await this.database
      .platform()
      .rows<Row>('SELECT * FROM entitlements.plans_after($1, $2)', [after, limit]);
    return rows.map(toPlan);
  }

  async find(name: string): Promise<Plan | null> {
    const row = await this.database.platform().maybeOne<Row>('SELECT * FROM entitlements.plan($1)', [name]);
    return row === undefined ? null : toPlan(row);
  }

  /** Adds or replaces a plan. Errors: `conflict` at the maximum number of plans, and the errors of `check`. */
  put(name: string, definition: NewPlan, check: PlanCheck, event: StagedEvent): Promise<Plan> {
    return this.database.platformTransaction(async (tx) => {
      const plans = await lockPlans(tx);
      const current = await findIn(tx, name);
      check(current);
      if (current === null && plans >= ENTITLEMENT_LIMITS.maxPlans) {
        throw new AppError('conflict', `There can be at most ${ENTITLEMENT_LIMITS.maxPlans} plans. Delete one first.`);
      }
      await tx.run('SELECT entitlements.put_plan($1, $2::jsonb)', [name, toJsonb(definition)]);
      await follow(tx, name, event);
      const written = await findIn(tx, name);
      if (written === null) throw new Error('A stored plan was not found.');
      return written;
    });
  }

  /**
   * Deletes a plan.
   * @returns true if it existed. Errors: `conflict` if tenants have a license for the plan, and the errors of `check`.
   */
  delete(name: string, check: PlanCheck, event: StagedEvent): Promise<boolean> {
    return this.database.platformTransaction(async (tx) => {
      await lockPlans(tx);
      const current = await findIn(tx, name);
      if (current === null) return false;
      check(current);
      const row = await tx.maybeOne<{ licences: number }>('SELECT entitlements.licences_of($1) AS licences', [name]);
      if ((row?.licences ?? 0) > 0)
        throw new AppError('conflict', 'Licenses of tenants use this plan. Change or delete them first.');
      await tx.run('SELECT entitlements.delete_plan($1)', [name]);
      await follow(tx, name, event);
      return true;
    });
  }
}

/**
 * Locks the set of plans until the end of the transaction.
 * @returns the number of plans.
 */
export async function lockPlans(tx: Tx): Promise<number> {
  const row = await tx.maybeOne<{ plans: number }>('SELECT entitlements.lock_plans() AS plans');
  return row?.plans ?? 0;
}

async function findIn(tx: Tx, name: string): Promise<Plan | null> {
  const row = await tx.maybeOne<Row>('SELECT * FROM entitlements.plan($1)', [name]);
  return row === undefined ? null : toPlan(row);
}

async function follow(tx: Tx, name: string, event: StagedEvent): Promise<void> {
  await publishChanges(tx, [{ topic: ENTITLEMENTS_TOPIC, tenantId: null, key: name, payload: {} }]);
  await stageEvent(tx, event);
}

function toPlan({ name, definition, version, created_at, updated_at }: Row): Plan {
  const times = { createdAt: created_at.toISOString(), updatedAt: updated_at.toISOString() };
  return plan.parse({ ...definition, name, version, ...times });
}
