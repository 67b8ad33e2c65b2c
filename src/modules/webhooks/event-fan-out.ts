import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { EventFeedPort } from '../events/contract/event-feed.port';
import { WebhookDispatchRepository } from './storage/webhook-dispatch.repository';
import { webhooksConfig, type WebhooksConfig } from './webhooks.config';

const EVERY_MS = 250;
const BATCH = 500;
const SWEEP_EVERY_MS = 10 * 60_000;
const SWEEP_BATCH = 5_000;

/**
 * Creates deliveries from the events of all tenants. It runs in every backend, but only one backend at a time makes progress. It also
 * periodically deletes old deliveries and events.
 */
@Injectable()
export class EventFanOut {
  constructor(
    private readonly repository: WebhookDispatchRepository,
    private readonly events: EventFeedPort,
    @InjectConfig(webhooksConfig) private readonly config: WebhooksConfig,
  ) {}

  /** Deletes deliveries and events that are no longer needed. */
  @Scheduled({
    name: 'webhooks.sweep',
    everyMs: SWEEP_EVERY_MS,
    leaseSeconds: 1_800,
    failure: 'Failed to delete old deliveries; retrying',
  })
  async sweep(signal?: AbortSignal): Promise<void> {
    const delivered = this.config.WEBHOOKS_HISTORY_DAYS;
    const kept = await this.events.keptDays();
    while (!signal?.aborted && (await this.repository.sweep(delivered, kept, SWEEP_BATCH)) >= SWEEP_BATCH);
  }

  @Scheduled({
    name: 'webhooks.take_in',
    everyMs: EVERY_MS,
    failure: 'Failed to create webhook deliveries from events; retrying soon',
  })
  async look(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted && (await this.takeIn()));
  }

  /** @returns true if there might be more events. */
  private async takeIn(): Promise<boolean> {
    const place = await this.repository.intakePlace();
    const batch = await this.events.read(place, BATCH);
    if (batch.place === place) return false;
    return (await this.repository.takeIn(place, batch.place, batch.events)) !== null && batch.more;
  }
}
