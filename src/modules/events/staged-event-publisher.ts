import { Injectable } from '@nestjs/common';
import { LOG_MOVES, moveAll } from '../../kernel/log/log-moves';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { EventsRepository } from './storage/events.repository';

/** Moves staged events into the log and numbers them. Only one process of the installation does this at a time. */
@Injectable()
export class StagedEventPublisher {
  constructor(private readonly repository: EventsRepository) {}

  @Scheduled({
    name: 'events.move',
    ...LOG_MOVES,
    failure: 'Events could not be moved into their log; retrying soon',
  })
  async move(signal?: AbortSignal): Promise<void> {
    await moveAll((atMost) => this.repository.moveStaged(atMost), signal);
  }
}
