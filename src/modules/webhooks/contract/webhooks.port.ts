import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type {
  DeliveryQuery,
  NewWebhook,
  SecretRotation,
  Webhook,
  WebhookDelivery,
  WebhookPatch,
  WebhookQuery,
  WebhookReplay,
  WebhookTest,
  WebhookWithSecret,
} from './webhooks.types';

/**
 * The webhooks of the call's tenant. Each webhook receives each event as it happens, at least once and with the event's id. The order is
 * not guaranteed. Another tenant's webhook is treated as `not_found`.
 */
export abstract class WebhooksPort {
  /**
   * Creates a webhook, which receives later events. Errors: `invalid_request` for a forbidden URL; `conflict` when the tenant has the
   * maximum number of webhooks.
   */
  abstract create(context: CallContext, input: NewWebhook): Promise<WebhookWithSecret>;
  abstract list(context: CallContext, query: WebhookQuery): Promise<CountedPage<Webhook>>;
  /** Returns a webhook. Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<Webhook>;
  /**
   * Changes a webhook. Events that happen while it is paused are sent when it resumes. Errors: `not_found`; `precondition_failed`;
   * `invalid_request` for a forbidden URL.
   */
  abstract update(context: CallContext, id: string, patch: WebhookPatch, expected: ExpectedVersions): Promise<Webhook>;
  /** Deletes a webhook; pending deliveries are no longer sent. Errors: `not_found`, `precondition_failed`. */
  abstract remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void>;
  /** Creates a new secret; the previous secret stays valid for a while. Errors: `not_found`. */
  abstract rotateSecret(context: CallContext, id: string, rotation: SecretRotation): Promise<WebhookWithSecret>;
  /** Returns the pending, sent and failed deliveries. Errors: `not_found`. */
  abstract deliveries(context: CallContext, id: string, query: DeliveryQuery): Promise<CountedPage<WebhookDelivery>>;
  /** Sends one event again, regardless of its state. Errors: `not_found`. */
  abstract replay(context: CallContext, id: string, deliveryId: string): Promise<WebhookDelivery>;
  /** Retries dead letters. Errors: `not_found`. */
  abstract replayDead(context: CallContext, id: string): Promise<WebhookReplay>;
  /** Sends a test event now, even while the webhook is paused. Errors: `not_found`. */
  abstract test(context: CallContext, id: string): Promise<WebhookTest>;
}
