import { type DynamicModule, Module } from '@nestjs/common';
import { EventFeedPort } from './contract/event-feed.port';
import { EventsPort } from './contract/events.port';
import { EventDays } from './event-days';
import { EventFeedService } from './event-feed.service';
import { EVENT_SOURCE } from './event-source';
import { EventsService } from './events.service';
import { EventsRepository } from './storage/events.repository';

/** The events of tenants: in every process that serves them, and where the days of the log are kept. */
@Module({})
export class EventsModule {
  /** @param source what events name as their `source`: the issuer URL. */
  static host(source: string): DynamicModule {
    return {
      module: EventsModule,
      global: true,
      providers: [
        EventsRepository,
        EventDays,
        { provide: EVENT_SOURCE, useValue: source },
        { provide: EventsPort, useClass: EventsService },
        { provide: EventFeedPort, useClass: EventFeedService },
      ],
      exports: [EventsPort, EventFeedPort],
    };
  }
}
