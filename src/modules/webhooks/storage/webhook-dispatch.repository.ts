import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import type { Lease } from '../../../kernel/tasks/lease-worker';
import type { FedEvent } from '../../events/contract/events.types';
import type { Attempt } from '../domain/attempt';
import type { SealedSecret } from './webhooks.repository';

/** A webhook, with the fields that are needed for sending. */
export interface WebhookTarget {
  readonly id: string;
  readonly url: string;
  readonly status: 'active' | 'paused';
  /** Number of consecutive turns without an accepted delivery. */
  readonly failures: number;
  readonly secret: SealedSecret;
  /** The previous secret, while it is valid. */
  readonly previous: SealedSecret | null;
}

/** A delivery to send now. */
export interface DueDelivery {
  readonly eventId: string;
  readonly place: string;
  /** Number of failed attempts. */
  readonly attempts: number;
}

/** The next state of a turn. */
export interface DeliveryReport {
  /** True if no delivery was accepted in this round; `null` if no delivery was sent. */
  readonly failed: boolean | null;
  readonly error: string | null;
  /** The delay before the next delivery to the webhook, after a failure. */
  readonly waitMs: number;
  /** The remaining time of the turn; 0 when the turn has ended. */
  readonly leaseSeconds: number;
}

/** The state of a webhook after a round. */
export interface WebhookState {
  readonly status: 'active' | 'paused';
  readonly failures: number;
  /** How long the receiver has been failing to accept deliveries; `null` while it accepts them. */
  readonly failingMs: number | null;
}

interface TargetRow {
  readonly id: string;
  readonly url: string;
  readonly status: 'active' | 'paused';
  readonly failures: number;
  readonly key_id: string;
  readonly sealed: Buffer;
  readonly previous_key_id: string | null;
  readonly previous_sealed: Buffer | null;
}

/** Deliveries to webhooks, for their senders. */
@Injectable()
export class WebhookDispatchRepository {
  constructor(private readonly database: Database) {}

  /** Returns the position up to which events have been turned into deliveries; `null` if there are no deliveries yet. */
  async intakePlace(): Promise<string | null> {
    const row = await this.database
      .platform()
      .maybeOne<{ place: string | null }>('SELECT webhooks.intake_reached() AS place');
    return row?.place ?? null;
  }

  /**
   * Creates deliveries for events, and records the position reached.
   * @param expected the position from which the events were read.
   * @returns the number of deliveries; `null` if another process has already created them.
   */
  async takeIn(expected: string | null, reached: string, events: readonly FedEvent[]): Promise<number | null> {
    const sql = 'SELECT webhooks.take_in_events($1, $2, $3::jsonb)::float8 AS made';
    const row = await this.database
      .platform()
      .maybeOne<{ made: number | null }>(sql, [expected, reached, toJsonb(events)]);
    return row?.made ?? null;
  }

  /** Claims webhooks that are due, for a limited time and up to a limit per tenant. */
  claim(holder: string, seconds: number, atMost: number, perTenant: number): Promise<readonly Lease[]> {
    const sql = 'SELECT tenant_id AS "tenantId", id FROM webhooks.claim($1, $2, $3, $4)';
    return this.database.platform().rows<Lease>(sql, [holder, seconds, atMost, perTenant]);
  }

  /** Returns the target; `null` when it no longer exists. */
  async target(tenantId: string, id: string): Promise<WebhookTarget | null> {
    const row = await this.database.tenant(tenantId).maybeOne<TargetRow>(
      `SELECT id, url, status, failures, key_id, sealed,
         CASE WHEN previous_until > now() THEN previous_key_id END AS previous_key_id,
         CASE WHEN previous_until > now() THEN previous_sealed END AS previous_sealed
       FROM webhooks.webhooks WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL`,
      [tenantId, id],
    );
    if (!row) return null;
    const { key_id: keyId, sealed, previous_key_id: previousId, previous_sealed: previousSealed, ...members } = row;
    const hasPrevious = previousId !== null && previousSealed !== null;
    return {
      ...members,
      secret: { keyId, sealed },
      previous: hasPrevious ? { keyId: previousId, sealed: previousSealed } : null,
    };
  }

  /** Returns the due deliveries of a webhook, in the order in which they became due. */
  due(tenantId: string, webhookId: string, atMost: number): Promise<readonly DueDelivery[]> {
    return this.database.tenant(tenantId).rows<DueDelivery>(
      `SELECT event_id AS "eventId", place, attempts FROM webhooks.deliveries
       WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'pending' AND due_at <= clock_timestamp()
       ORDER BY due_at, event_id LIMIT $3`,
      [tenantId, webhookId, atMost],
    );
  }

  /**
   * Records the results of deliveries and the state of the turn.
   * @returns `null` if this holder no longer has the turn.
   */
  async note(
    { tenantId, id }: Lease,
    holder: string,
    attempts: readonly Attempt[],
    turn: DeliveryReport,
  ): Promise<WebhookState | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<{ standing: WebhookState | null }>(
        'SELECT webhooks.note($1, $2, $3, $4::jsonb, $5::jsonb) AS standing',
        [tenantId, id, holder, toJsonb(attempts), toJsonb(turn)],
      );
    return row?.standing ?? null;
  }

  /** Pauses an active webhook and stages the event. */
  async pause({ tenantId, id }: Lease, reason: 'gone' | 'failing', event: StagedEvent): Promise<void> {
    await this.database.tenantTransaction(tenantId, async (tx) => {
      const paused = await tx.count(
        `UPDATE webhooks.webhooks
         SET status = 'paused', paused_reason = $3, version = version + 1, updated_at = now(), updated_by = 'system'
         WHERE tenant_id = $1 AND id = $2 AND status = 'active' AND deleted_at IS NULL`,
        [tenantId, id, reason],
      );
      if (paused > 0) await stageEvent(tx, event);
    });
  }

  /**
   * Deletes a batch of rows that are no longer needed.
   * @returns the number of deleted rows.
   */
  async sweep(deliveredDays: number, eventDays: number, atMost: number): Promise<number> {
    const sql = 'SELECT webhooks.sweep($1, $2, $3)::float8 AS swept';
    const row = await this.database.platform().maybeOne<{ swept: number }>(sql, [deliveredDays, eventDays, atMost]);
    return row?.swept ?? 0;
  }
}
