import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import type { Turn } from '../../../kernel/turns/turn-worker';
import type { FedEvent } from '../../events/contract/events.types';
import type { Attempt } from '../domain/attempt';
import type { SealedSecret } from './webhooks.repository';

/** A webhook as it is sent to. */
export interface WebhookTarget {
  readonly id: string;
  readonly url: string;
  readonly status: 'active' | 'paused';
  /** Turns in a row in which nothing was taken. */
  readonly failures: number;
  readonly secret: SealedSecret;
  /** The secret before it, while it counts. */
  readonly previous: SealedSecret | null;
}

/** What is to be sent now. */
export interface DueDelivery {
  readonly eventId: string;
  readonly place: string;
  /** Attempts that failed. */
  readonly attempts: number;
}

/** How a turn goes on. */
export interface TurnNote {
  /** Whether nothing of this round was taken; `null` when nothing was tried. */
  readonly failed: boolean | null;
  readonly error: string | null;
  /** After a failure: before when nothing more is sent to the webhook. */
  readonly waitMs: number;
  /** For how long the turn goes on; 0 when it is over. */
  readonly leaseSeconds: number;
}

/** How a webhook stands after a round. */
export interface Standing {
  readonly status: 'active' | 'paused';
  readonly failures: number;
  /** For how long it has taken nothing; `null` when it takes what it is sent. */
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

/** What is to be sent to webhooks, as who sends it deals with it. */
@Injectable()
export class WebhookTurnsRepository {
  constructor(private readonly database: Database) {}

  /** Up to where events have become deliveries; `null`: of none yet. */
  async intakePlace(): Promise<string | null> {
    const row = await this.database
      .platform()
      .maybeOne<{ place: string | null }>('SELECT webhooks.intake_reached() AS place');
    return row?.place ?? null;
  }

  /**
   * Makes deliveries of events, and notes up to where.
   * @param expected where it stood when they were read. @returns how many; `null` when another process was faster.
   */
  async takeIn(expected: string | null, reached: string, events: readonly FedEvent[]): Promise<number | null> {
    const sql = 'SELECT webhooks.take_in_events($1, $2, $3::jsonb)::float8 AS made';
    const row = await this.database
      .platform()
      .maybeOne<{ made: number | null }>(sql, [expected, reached, toJsonb(events)]);
    return row?.made ?? null;
  }

  /** Takes webhooks whose turn has come, for a while; of each tenant only so many at a time. */
  claim(holder: string, seconds: number, atMost: number, perTenant: number): Promise<readonly Turn[]> {
    const sql = 'SELECT tenant_id AS "tenantId", id FROM webhooks.claim($1, $2, $3, $4)';
    return this.database.platform().rows<Turn>(sql, [holder, seconds, atMost, perTenant]);
  }

  /** `null` when there is none any more. */
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

  /** What is due of a webhook, the longest due first. */
  due(tenantId: string, webhookId: string, atMost: number): Promise<readonly DueDelivery[]> {
    return this.database.tenant(tenantId).rows<DueDelivery>(
      `SELECT event_id AS "eventId", place, attempts FROM webhooks.deliveries
       WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'pending' AND due_at <= clock_timestamp()
       ORDER BY due_at, event_id LIMIT $3`,
      [tenantId, webhookId, atMost],
    );
  }

  /** Notes what became of deliveries and how the turn goes on. @returns `null` when it is somebody else's, or nobody's. */
  async note(
    { tenantId, id }: Turn,
    holder: string,
    attempts: readonly Attempt[],
    turn: TurnNote,
  ): Promise<Standing | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<{ standing: Standing | null }>('SELECT webhooks.note($1, $2, $3, $4::jsonb, $5::jsonb) AS standing', [
        tenantId,
        id,
        holder,
        toJsonb(attempts),
        toJsonb(turn),
      ]);
    return row?.standing ?? null;
  }

  /** Pauses an active webhook, with its event. */
  async pause({ tenantId, id }: Turn, reason: 'gone' | 'failing', event: StagedEvent): Promise<void> {
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

  /** Sweeps some of what nobody needs any more; how many rows. */
  async sweep(deliveredDays: number, eventDays: number, atMost: number): Promise<number> {
    const sql = 'SELECT webhooks.sweep($1, $2, $3)::float8 AS swept';
    const row = await this.database.platform().maybeOne<{ swept: number }>(sql, [deliveredDays, eventDays, atMost]);
    return row?.swept ?? 0;
  }
}
