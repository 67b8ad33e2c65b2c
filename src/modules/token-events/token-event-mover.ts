import { Injectable } from '@nestjs/common';
import { LOG_MOVES, moveAll } from '../../kernel/log/log-moves';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { TokenEventsRepository } from './storage/token-events.repository';

/** Moves staged token events into the log and numbers them, in one process at a time. */
@Injectable()
export class TokenEventMover {
  constructor(private readonly repository: TokenEventsRepository) {}

  @Scheduled({
    name: 'token_events.move',
    ...LOG_MOVES,
    failure: 'Failed to move token events into their log; retrying soon',
  })
  async move(signal?: AbortSignal): Promise<void> {
    await moveAll((atMost) => this.repository.moveStaged(atMost), signal);
  }
}
