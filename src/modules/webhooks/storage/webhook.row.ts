import { KeysetList } from '../../../kernel/lists/keyset-list';
import type { DeliveryQuery, Webhook, WebhookDelivery, WebhookQuery } from '../contract/webhooks.types';

/** A webhook as the driver returns it, without its secrets. */
export interface WebhookRow {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly types: string[];
  readonly status: Webhook['status'];
  readonly paused_reason: Webhook['pausedReason'];
  readonly failing_since: Date | null;
  readonly last_error: string | null;
  readonly previous_until: Date | null;
  readonly version: number;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
}

/** The columns of a {@link WebhookRow}. An expired secret is not included. */
export const WEBHOOK = `id, url, description, types, status, paused_reason, failing_since, last_error,
  CASE WHEN previous_until > now() THEN previous_until END AS previous_until,
  version, created_at, created_by, updated_at, updated_by`;

export const WEBHOOK_LIST = new KeysetList<WebhookQuery, WebhookRow>({
  list: 'webhooks',
  select: WEBHOOK,
  from: 'webhooks.webhooks',
  // This condition precedes the comparison with the tenant, so that deleted webhooks do not appear in any list, regardless of the filter.
  tenant: 'deleted_at IS NULL AND tenant_id',
  id: 'id',
  sorts: { createdAt: { column: 'created_at', type: 'timestamptz' } },
  filters: { status: (value, bind) => `status = ${bind(value)}` },
});

export function toWebhook(row: WebhookRow): Webhook {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    types: row.types,
    status: row.status,
    pausedReason: row.paused_reason,
    failingSince: row.failing_since?.toISOString() ?? null,
    lastError: row.last_error,
    previousSecretUntil: row.previous_until?.toISOString() ?? null,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}

export interface DeliveryRow {
  readonly event_id: string;
  readonly event_type: string;
  readonly state: WebhookDelivery['status'];
  readonly attempts: number;
  readonly due_at: Date;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
}

export const DELIVERY = 'event_id, event_type, state, attempts, due_at, last_status, last_error, created_at, ended_at';

/** The deliveries of one webhook. */
export const DELIVERY_LIST = new KeysetList<DeliveryQuery & { readonly webhookId: string }, DeliveryRow>({
  list: 'webhook-deliveries',
  select: DELIVERY,
  from: 'webhooks.deliveries',
  tenant: 'tenant_id',
  id: 'event_id',
  sorts: { createdAt: { column: 'created_at', type: 'timestamptz' } },
  filters: {
    webhookId: (value, bind) => `webhook_id = ${bind(value)}`,
    status: (value, bind) => `state = ${bind(value)}`,
    type: (value, bind) => `events.is_wanted(event_type, ARRAY[${bind(value)}])`,
  },
});

export function toDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.event_id,
    type: row.event_type,
    status: row.state,
    attempts: row.attempts,
    nextAttemptAt: row.state === 'pending' ? row.due_at.toISOString() : null,
    lastStatus: row.last_status,
    lastError: row.last_error,
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
