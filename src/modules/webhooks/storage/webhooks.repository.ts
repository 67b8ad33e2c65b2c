import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { lockTenant } from '../../../kernel/database/locks';
import type { Tx } from '../../../kernel/database/sql';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type {
  DeliveryQuery,
  NewWebhook,
  Webhook,
  WebhookDelivery,
  WebhookPatch,
  WebhookQuery,
} from '../contract/webhooks.types';
import {
  DELIVERY,
  DELIVERY_LIST,
  type DeliveryRow,
  toDelivery,
  toWebhook,
  WEBHOOK,
  WEBHOOK_LIST,
  type WebhookRow,
} from './webhook.row';

/** A signing secret, sealed with a data key of the tenant. */
export interface SealedSecret {
  readonly keyId: string;
  readonly sealed: Buffer;
}

/** The webhook to write, and its actor. */
export interface WebhookWrite {
  readonly tenantId: string;
  readonly id: string;
  readonly actorId: string;
}

const IS_HERE = 'tenant_id = $1 AND id = $2 AND deleted_at IS NULL';
const IS_EXPECTED = '($3::int[] IS NULL OR version = ANY ($3))';
const IS_WRITTEN = 'version = version + 1, updated_at = now(), updated_by = $4';

/** Webhooks and their deliveries, as managed by their tenant. */
@Injectable()
export class WebhooksRepository {
  constructor(private readonly database: Database) {}

  list(tenantId: string, query: WebhookQuery): Promise<CountedPage<Webhook>> {
    return WEBHOOK_LIST.page(this.database, tenantId, query, toWebhook);
  }

  async find(tenantId: string, id: string): Promise<Webhook | null> {
    const sql = `SELECT ${WEBHOOK} FROM webhooks.webhooks WHERE ${IS_HERE}`;
    const row = await this.database.tenant(tenantId).maybeOne<WebhookRow>(sql, [tenantId, id]);
    return row === undefined ? null : toWebhook(row);
  }

  /**
   * Adds a webhook.
   * @returns `null` when the tenant has reached its limit.
   */
  async insert(
    tx: Tx,
    { tenantId, id, actorId }: WebhookWrite,
    { url, description, types }: NewWebhook,
    { keyId, sealed }: SealedSecret,
    most: number,
  ): Promise<Webhook | null> {
    await lockTenant(tx, 'webhooks.webhooks', tenantId);
    const row = await tx.maybeOne<WebhookRow>(
      `INSERT INTO webhooks.webhooks (tenant_id, id, url, description, types, key_id, sealed, created_by, updated_by)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $8
       WHERE (SELECT count(*) FROM webhooks.webhooks WHERE tenant_id = $1 AND deleted_at IS NULL) < $9
       RETURNING ${WEBHOOK}`,
      [tenantId, id, url, description, types, keyId, sealed, actorId, most],
    );
    return row ? toWebhook(row) : null;
  }

  /**
   * Changes a webhook. When a webhook resumes, earlier failures no longer count, and pending deliveries keep their due times.
   * @returns `null` if there is no such webhook with an expected version.
   */
  async update(
    tx: Tx,
    { tenantId, id, actorId }: WebhookWrite,
    { url, description, types, status }: WebhookPatch,
    expected: ExpectedVersions,
  ): Promise<Webhook | null> {
    const row = await tx.maybeOne<WebhookRow>(
      `UPDATE webhooks.webhooks SET ${IS_WRITTEN}, url = coalesce($5, url), description = coalesce($6, description),
         types = coalesce($7, types), status = coalesce($8, status),
         paused_reason = CASE $8 WHEN 'active' THEN NULL WHEN 'paused' THEN coalesce(paused_reason, 'request')
           ELSE paused_reason END,
         failures = CASE WHEN $8 = 'active' OR $5 IS NOT NULL THEN 0 ELSE failures END,
         failing_since = CASE WHEN $8 = 'active' OR $5 IS NOT NULL THEN NULL ELSE failing_since END,
         not_before = CASE WHEN $8 = 'active' OR $5 IS NOT NULL THEN '-infinity' ELSE not_before END,
         due_at = CASE WHEN $8 = 'active' THEN now() ELSE due_at END
       WHERE ${IS_HERE} AND ${IS_EXPECTED} RETURNING ${WEBHOOK}`,
      [tenantId, id, expected, actorId, url ?? null, description ?? null, types ?? null, status ?? null],
    );
    return row ? toWebhook(row) : null;
  }

  /**
   * Deletes a webhook: its secrets immediately, its deliveries later.
   * @returns true if the webhook existed with an expected version.
   */
  async remove(tx: Tx, { tenantId, id, actorId }: WebhookWrite, expected: ExpectedVersions): Promise<boolean> {
    const count = await tx.count(
      `UPDATE webhooks.webhooks SET ${IS_WRITTEN}, deleted_at = now(), key_id = NULL, sealed = NULL,
         previous_key_id = NULL, previous_sealed = NULL, previous_until = NULL
       WHERE ${IS_HERE} AND ${IS_EXPECTED}`,
      [tenantId, id, expected, actorId],
    );
    return count === 1;
  }

  /**
   * Replaces the secret.
   * @returns `null` if the webhook does not exist.
   */
  async replaceSecret(
    tx: Tx,
    { tenantId, id, actorId }: WebhookWrite,
    { keyId, sealed }: SealedSecret,
    overlapSeconds: number,
  ): Promise<Webhook | null> {
    const row = await tx.maybeOne<WebhookRow>(
      `UPDATE webhooks.webhooks SET ${IS_WRITTEN}, key_id = $5, sealed = $6,
         previous_key_id = CASE WHEN $3::int > 0 THEN key_id END, previous_sealed = CASE WHEN $3 > 0 THEN sealed END,
         previous_until = CASE WHEN $3 > 0 THEN now() + make_interval(secs => $3) END
       WHERE ${IS_HERE} RETURNING ${WEBHOOK}`,
      [tenantId, id, overlapSeconds, actorId, keyId, sealed],
    );
    return row ? toWebhook(row) : null;
  }

  /** Returns true if the webhook exists, regardless of its version. */
  async exists(tx: Tx, tenantId: string, id: string): Promise<boolean> {
    const count = await tx.count(`SELECT FROM webhooks.webhooks WHERE ${IS_HERE}`, [tenantId, id]);
    return count > 0;
  }

  deliveries(tenantId: string, webhookId: string, query: DeliveryQuery): Promise<CountedPage<WebhookDelivery>> {
    return DELIVERY_LIST.page(this.database, tenantId, { ...query, webhookId }, toDelivery);
  }

  /**
   * Retries a delivery now.
   * @returns `null` when it does not exist.
   */
  async replay(tx: Tx, tenantId: string, webhookId: string, eventId: string): Promise<WebhookDelivery | null> {
    const row = await tx.maybeOne<DeliveryRow>(
      `UPDATE webhooks.deliveries SET state = 'pending', attempts = 0, due_at = now(), ended_at = NULL
       WHERE tenant_id = $1 AND webhook_id = $2 AND event_id = $3
         AND EXISTS (SELECT FROM webhooks.webhooks WHERE ${IS_HERE}) RETURNING ${DELIVERY}`,
      [tenantId, webhookId, eventId],
    );
    if (!row) return null;
    await this.wake(tx, tenantId, webhookId);
    return toDelivery(row);
  }

  /**
   * Retries dead letters, oldest first.
   * @returns the number of retried dead letters.
   */
  async replayDead(tx: Tx, tenantId: string, webhookId: string, atMost: number): Promise<number> {
    const count = await tx.count(
      `UPDATE webhooks.deliveries SET state = 'pending', attempts = 0, due_at = now(), ended_at = NULL
       WHERE tenant_id = $1 AND webhook_id = $2 AND event_id IN (
         SELECT event_id FROM webhooks.deliveries WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'dead'
         ORDER BY created_at, event_id LIMIT $3)`,
      [tenantId, webhookId, atMost],
    );
    await this.wake(tx, tenantId, webhookId);
    return count;
  }

  private async wake(tx: Tx, tenantId: string, webhookId: string): Promise<void> {
    const sql = `UPDATE webhooks.webhooks SET due_at = now(), not_before = '-infinity' WHERE ${IS_HERE}`;
    await tx.run(sql, [tenantId, webhookId]);
  }
}
