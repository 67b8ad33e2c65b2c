import { Injectable } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import { InjectConfig } from '../../kernel/config/inject-config';
import { BEGINNING, placeOf, positionOf } from '../../kernel/log/log-position';
import { Clock } from '../../kernel/time/clock';
import type { EventFeedPort } from './contract/event-feed.port';
import type { CloudEvent, EventPlace, FeedBatch } from './contract/events.types';
import { cloudEventOf } from './domain/cloud-event';
import { eventsConfig, type EventsConfig } from './events.config';
import { EventsRepository } from './storage/events.repository';

@Injectable()
export class EventFeedService implements EventFeedPort {
  constructor(
    private readonly repository: EventsRepository,
    private readonly clock: Clock,
    @InjectConfig(eventsConfig) private readonly config: EventsConfig,
    private readonly installation: Installation,
  ) {}

  async read(after: EventPlace | null, limit: number): Promise<FeedBatch> {
    const { rows, end } = await this.repository.feed(after === null ? BEGINNING : positionOf(after), limit);
    const events = rows.map(({ feed: _, ...event }) => event);
    const last = rows.at(-1);
    const more = rows.length === limit;
    return { events, place: placeOf(more && last !== undefined ? last.feed : end), more };
  }

  async end(): Promise<EventPlace> {
    return placeOf((await this.repository.feed(BEGINNING, 0)).end);
  }

  async find(tenantId: string, place: EventPlace): Promise<CloudEvent | null> {
    const found = await this.repository.find(tenantId, positionOf(place));
    return found && cloudEventOf(this.installation.issuerUrl, found);
  }

  async keptDays(): Promise<number> {
    return this.config.EVENTS_RETENTION_DAYS;
  }

  sample(tenantId: string, of: Pick<CloudEvent, 'id' | 'type' | 'subject' | 'data'>): CloudEvent {
    return cloudEventOf(this.installation.issuerUrl, { ...of, tenantId, atMs: this.clock.nowMs() });
  }
}
