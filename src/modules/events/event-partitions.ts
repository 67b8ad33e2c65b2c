import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { LogPartitions } from '../../kernel/log/log-partitions';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { eventsConfig, type EventsConfig } from './events.config';
import { EventsRepository } from './storage/events.repository';

/** Creates and drops the daily partitions of the event log. */
@Injectable()
export class EventPartitions extends LogPartitions {
  constructor(
    repository: EventsRepository,
    @InjectConfig(eventsConfig) config: EventsConfig,
    @Inject(LOGGER) logger: Logger,
  ) {
    super(
      {
        name: 'events',
        keptDays: config.EVENTS_RETENTION_DAYS,
        createPartitions: (ahead) => repository.makeDays(ahead),
        dropPartitions: (keep) => repository.dropDays(keep),
      },
      logger,
    );
  }
}
