import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { LogPartitions } from '../../kernel/log/log-partitions';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { TokenEventsRepository } from './storage/token-events.repository';
import { tokenEventsConfig, type TokenEventsConfig } from './token-events.config';

/** The daily partitions of the token event log. */
@Injectable()
export class TokenEventPartitions extends LogPartitions {
  constructor(
    repository: TokenEventsRepository,
    @InjectConfig(tokenEventsConfig) config: TokenEventsConfig,
    @Inject(LOGGER) logger: Logger,
  ) {
    const keptDays = config.TOKEN_EVENTS_RETENTION_DAYS;
    super(
      {
        name: 'token events',
        keptDays,
        createPartitions: (ahead) => repository.makeDays(ahead),
        dropPartitions: (keep) => repository.dropDays(keep),
      },
      logger,
    );
  }
}
