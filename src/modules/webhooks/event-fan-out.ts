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
 * Makes deliveries of what happens: reads the events of all tenants on, in every backend, of which one at a time gets further.
 * Now and then it sweeps what nobody needs any more.
 */
@Injectable()
export class EventFanOut {
  constructor(
    private readonly repository: WebhookDispatchRepository,
    private readonly events: EventFeedPort,
    @InjectConfig(webhooksConfig) private readonly config: WebhooksConfig,
  ) {}

  /** Drops deliveries and events that nobody needs any more. */
  @Scheduled({
    name: 'webhooks.sweep',
    everyMs: SWEEP_EVERY_MS,
    leaseSeconds: 1_800,
    failure: 'Old deliveries could not be dropped; they are tried again',
  })
  async sweep(signal?: AbortSignal): Promise<void> {
    const delivered = this.config.WEBHOOKS_HISTORY_DAYS;
    const kept = await this.events.keptDays();
    while (!signal?.aborted && (await this.repository.sweep(delivered, kept, SWEEP_BATCH)) >= SWEEP_BATCH);
  }

  @Scheduled({
    name: 'webhooks.take_in',
    everyMs: EVERY_MS,
    failure: 'Events could not be taken in for webhooks; it is tried again soon',
  })
  async look(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted && (await this.takeIn()));
  }

  /** @returns whether there may be more. */
  private async takeIn(): Promise<boolean> {
    const place = await this.repository.intakePlace();
    const batch = await this.events.read(place, BATCH);
    if (batch.place === place) return false;
    return (await this.repository.takeIn(place, batch.place, batch.events)) !== null && batch.more;
  }
}
