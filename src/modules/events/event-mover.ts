import { Injectable } from '@nestjs/common';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { EventsRepository } from './storage/events.repository';

/** An event waits half as long for its number on average. An idle look is one read of an empty table. */
const EVERY_MS = 100;
/** Longest pause before another process takes over after a kill -9. */
const LEASE_SECONDS = 3;
const BATCH = 1_000;

/** Moves staged events into the log and numbers them, in one process of the installation at a time. */
@Injectable()
export class EventMover {
  constructor(private readonly repository: EventsRepository) {}

  @Scheduled({
    name: 'events.move',
    everyMs: EVERY_MS,
    leaseSeconds: LEASE_SECONDS,
    failure: 'Events could not be moved into their log; it is tried again soon',
  })
  async move(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted && (await this.repository.moveStaged(BATCH)) === BATCH);
  }
}
