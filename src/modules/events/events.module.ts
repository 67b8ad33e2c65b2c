import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { EventFeedPort } from './contract/event-feed.port';
import { EventsPort } from './contract/events.port';
import { EventPartitions } from './event-partitions';
import { StagedEventPublisher } from './staged-event-publisher';
import { EventFeedService } from './event-feed.service';
import { EventsService } from './events.service';
import { EventsRepository } from './storage/events.repository';

/** Tenants' events. Every process that serves events or maintains the partitions of the log hosts this module. */
@Module({
  imports: [KernelModule],
  providers: [
    EventsRepository,
    EventPartitions,
    StagedEventPublisher,

    { provide: EventsPort, useClass: EventsService },
    { provide: EventFeedPort, useClass: EventFeedService },
  ],
  exports: [EventsPort, EventFeedPort],
})
export class EventsModule {}
