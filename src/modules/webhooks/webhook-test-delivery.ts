import { Injectable } from '@nestjs/common';
import { isAccepted } from '../../kernel/network/webhook-post';
import { newId } from '../../kernel/ids/ids';
import { EventFeedPort } from '../events/contract/event-feed.port';
import type { WebhookTest } from './contract/webhooks.types';
import { WebhookDispatchRepository } from './storage/webhook-dispatch.repository';
import { WebhookSender } from './webhook-sender';

/** Sends a test event to a webhook once and reports the result. */
@Injectable()
export class WebhookTestDelivery {
  constructor(
    private readonly repository: WebhookDispatchRepository,
    private readonly events: EventFeedPort,
    private readonly sender: WebhookSender,
  ) {}

  /** @returns `null` if the webhook does not exist. */
  async run(tenantId: string, id: string): Promise<WebhookTest | null> {
    const webhook = await this.repository.target(tenantId, id);
    if (!webhook) return null;
    const target = await this.sender.open(tenantId, webhook);
    const event = this.events.sample(tenantId, {
      id: newId('evt'),
      type: 'coresdk.webhook.test',
      subject: `webhook/${id}`,
      data: { id },
    });
    const began = performance.now();
    const outcome = await this.sender.send(target, event);
    const durationMs = Math.round(performance.now() - began);
    if ('fault' in outcome) return { delivered: false, status: null, error: outcome.fault, durationMs };
    const delivered = isAccepted(outcome.answer);
    const { status } = outcome.answer;
    return { delivered, status, error: delivered ? null : `The receiver returned ${status}.`, durationMs };
  }
}
