import type { Tx } from './sql';
import { toJsonb } from './jsonb';

/** A row of the outbox: an event that must be delivered exactly once if, and only if, this transaction commits. */
export interface StagedEvent {
  /** An id that the caller chooses. It is the key for delivery. */
  readonly id: string;
  /** The consumer that removes the event from the outbox. */
  readonly topic: string;
  readonly tenantId: string | null;
  /** JSON object. */
  readonly payload: object;
  /**
   * A JSON object: the resource after the write, as its API returns it. Readers of events might not have access to the resource itself, so
   * leave out personal data and all secrets. The audit log does not include it.
   */
  readonly resource?: object;
}

/** Writes an event to the outbox within the caller's transaction. */
export async function stageEvent(tx: Tx, event: StagedEvent): Promise<void> {
  await tx.run(`INSERT INTO kernel.outbox (id, topic, tenant_id, payload, resource) VALUES ($1, $2, $3, $4, $5)`, [
    event.id,
    event.topic,
    event.tenantId,
    toJsonb(event.payload),
    event.resource === undefined ? null : toJsonb(event.resource),
  ]);
}

/** Writes an event for the installation, outside a tenant's transaction, because a new tenant does not have a transaction yet. */
export async function stagePlatformEvent(tx: Tx, event: StagedEvent & { readonly tenantId: null }): Promise<void> {
  await tx.run('SELECT kernel.stage_events($1::jsonb)', [toJsonb([event])]);
}
