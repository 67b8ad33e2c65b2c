import { Injectable } from '@nestjs/common';
import { GroupCommit } from '../../kernel/batching/group-commit';
import type { TokenEventLogPort } from './contract/token-event-log.port';
import type { NewTokenEvent } from './contract/token-events.types';
import { TokenEventsRepository } from './storage/token-events.repository';

/** Events that have no write of their own to go with, committed in groups. */
@Injectable()
export class TokenEventLogService implements TokenEventLogPort {
  private readonly writes = new GroupCommit<NewTokenEvent>({
    maxBatch: 500,
    maxPending: 20_000,
    write: (events) => this.repository.append(events),
  });

  constructor(private readonly repository: TokenEventsRepository) {}

  log(event: NewTokenEvent): Promise<void> {
    return this.writes.add(event);
  }

  async onModuleDestroy(): Promise<void> {
    await this.writes.drain();
  }
}
