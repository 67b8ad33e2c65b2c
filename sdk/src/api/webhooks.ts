import type {
  NewWebhook,
  Webhook,
  WebhookDelivery,
  WebhookPatch,
  WebhookReplay,
  ListWebhookDeliveriesQuery,
  WebhookSecretRotation,
  ListWebhooksQuery,
  WebhookTest,
  WebhookWithSecret,
} from '../generated/schemas.js';
import type { CallOptions, ChangeOptions, WriteOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

/** Webhooks, which receive events. A receiver verifies them with `@cpod/sdk/webhooks`. */
export class WebhooksApi extends Api {
  /** Returns the webhook's secret, which is never shown again. */
  create(webhook: NewWebhook, options?: WriteOptions): Promise<WebhookWithSecret> {
    return this.make('/v1/webhooks', webhook, options);
  }

  list(query?: ListWebhooksQuery, options?: CallOptions): Pages<Webhook> {
    return this.listOf('/v1/webhooks', query, options);
  }

  get(id: string, options?: CallOptions): Promise<Webhook> {
    return this.load(path`/v1/webhooks/${id}`, options);
  }

  update(id: string, patch: WebhookPatch, options?: ChangeOptions): Promise<Webhook> {
    return this.change(path`/v1/webhooks/${id}`, patch, options);
  }

  delete(id: string, options?: ChangeOptions): Promise<void> {
    return this.remove(path`/v1/webhooks/${id}`, options);
  }

  deliveries(id: string, query?: ListWebhookDeliveriesQuery, options?: CallOptions): Pages<WebhookDelivery> {
    return this.listOf(path`/v1/webhooks/${id}/deliveries`, query, options);
  }

  /** Retries one delivery. */
  replay(id: string, deliveryId: string, options?: WriteOptions): Promise<WebhookDelivery> {
    return this.make(path`/v1/webhooks/${id}/deliveries/${deliveryId}/replay`, undefined, options);
  }

  /** Retries all dead letters. */
  replayDead(id: string, options?: WriteOptions): Promise<WebhookReplay> {
    return this.make(path`/v1/webhooks/${id}/replay`, undefined, options);
  }

  rotateSecret(id: string, rotation: WebhookSecretRotation = {}, options?: WriteOptions): Promise<WebhookWithSecret> {
    return this.make(path`/v1/webhooks/${id}/rotate-secret`, rotation, options);
  }

  /** Sends a test event once, even if it does not arrive. */
  test(id: string, options?: CallOptions): Promise<WebhookTest> {
    return this.http.json({ method: 'POST', path: path`/v1/webhooks/${id}/test`, repeat: 'never' }, options);
  }
}
