import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Repeated } from '../../kernel/time/repeated';
import { EventFeedPort } from '../events/contract/event-feed.port';
import { WebhookTurnsRepository } from './storage/webhook-turns.repository';
import { webhooksConfig, type WebhooksConfig } from './webhooks.config';

const EVERY_MS = 250;
const BATCH = 500;
const NOTE_EVERY_MS = 60_000;
const SWEEP_EVERY_MS = 10 * 60_000;
const SWEEP_BATCH = 5_000;

/**
 * Makes deliveries of what happens: reads the events of all tenants on, in every backend, of which one at a time gets further.
 * Now and then it sweeps what nobody needs any more.
 */
@Injectable()
export class EventIntake {
  private readonly looks = new Repeated({
    everyMs: EVERY_MS,
    turn: () => this.look(),
    failed: (err) => this.logger.warn({ err }, 'Events could not be taken in for webhooks; it is tried again soon'),
  });
  private sweptAt = performance.now();
  private notedAt = performance.now();

  constructor(
    private readonly repository: WebhookTurnsRepository,
    private readonly events: EventFeedPort,
    @InjectConfig(webhooksConfig) private readonly config: WebhooksConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.looks.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.looks.stop();
  }

  /** Sweeps all that is to be swept. */
  async sweep(): Promise<void> {
    const delivered = this.config.WEBHOOKS_HISTORY_DAYS;
    const kept = await this.events.keptDays();
    while (!this.looks.stopped && (await this.repository.sweep(delivered, kept, SWEEP_BATCH)) >= SWEEP_BATCH);
  }

  private async look(): Promise<void> {
    while (!this.looks.stopped && (await this.takeIn()));
    if (performance.now() - this.sweptAt < SWEEP_EVERY_MS) return;
    this.sweptAt = performance.now();
    await this.sweep();
  }

  /** @returns whether there may be more. */
  private async takeIn(): Promise<boolean> {
    const place = await this.repository.intakePlace();
    const batch = await this.events.read(place, BATCH);
    // A place alone is noted now and then: not at each look, and often enough that none begins days ago.
    if (batch.events.length === 0 && performance.now() - this.notedAt < NOTE_EVERY_MS) return false;
    this.notedAt = performance.now();
    return (await this.repository.takeIn(place, batch.place, batch.events)) !== null && batch.more;
  }
}
