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
 * Where the events of the call's tenant are sent as they happen: each at least once, under the event's own id, in no promised
 * order. Another tenant's webhook is `not_found`.
 */
export abstract class WebhooksPort {
  /**
   * What happens from now on is sent. Errors: `invalid_request` for a URL that must not be connected to; `conflict` when the
   * tenant has as many as it may.
   */
  abstract create(context: CallContext, input: NewWebhook): Promise<WebhookWithSecret>;
  abstract list(context: CallContext, query: WebhookQuery): Promise<CountedPage<Webhook>>;
  /** Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<Webhook>;
  /**
   * What happens while a webhook is paused waits, and is sent when it goes on.
   * Errors: `not_found`, `precondition_failed`, `invalid_request` for a URL that must not be connected to.
   */
  abstract update(context: CallContext, id: string, patch: WebhookPatch, expected: ExpectedVersions): Promise<Webhook>;
  /** Nothing is sent any more, also of what waits. Errors: `not_found`, `precondition_failed`. */
  abstract remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void>;
  /** A new secret; the one before counts for a while beside it. Errors: `not_found`. */
  abstract rotateSecret(context: CallContext, id: string, rotation: SecretRotation): Promise<WebhookWithSecret>;
  /** What is to be sent, was, or could not be. Errors: `not_found`. */
  abstract deliveries(context: CallContext, id: string, query: DeliveryQuery): Promise<CountedPage<WebhookDelivery>>;
  /** Has one event sent again, whatever became of it. Errors: `not_found`. */
  abstract replay(context: CallContext, id: string, deliveryId: string): Promise<WebhookDelivery>;
  /** Has dead letters tried again. Errors: `not_found`. */
  abstract replayDead(context: CallContext, id: string): Promise<WebhookReplay>;
  /** Sends an event that did not happen, now, also while the webhook is paused. Errors: `not_found`. */
  abstract test(context: CallContext, id: string): Promise<WebhookTest>;
}
