import { Injectable } from '@nestjs/common';
import { isAccepted } from '../../kernel/network/webhook-post';
import { newId } from '../../kernel/ids/ids';
import { EventFeedPort } from '../events/contract/event-feed.port';
import type { WebhookTest } from './contract/webhooks.types';
import { WebhookDispatchRepository } from './storage/webhook-dispatch.repository';
import { WebhookSender } from './webhook-sender';

/** Sends a webhook an event that did not happen, once, to see what its receiver does. */
@Injectable()
export class WebhookTestDelivery {
  constructor(
    private readonly repository: WebhookDispatchRepository,
    private readonly events: EventFeedPort,
    private readonly sender: WebhookSender,
  ) {}

  /** @returns `null` when there is no such webhook. */
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
    return { delivered, status, error: delivered ? null : `The receiver answered ${status}.`, durationMs };
  }
}
