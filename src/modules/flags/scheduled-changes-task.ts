import { Injectable } from '@nestjs/common';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { ScheduledChangesService } from './scheduled-changes.service';

const EVERY_MS = 1_000;
const BATCH = 50;

/** Applies scheduled changes within a second of their time. Runs in every control plane; each change is applied by only one of them. */
@Injectable()
export class ScheduledChangesTask {
  constructor(private readonly scheduled: ScheduledChangesService) {}

  @Scheduled({
    name: 'flags.make_due',
    everyMs: EVERY_MS,
    failure: 'Failed to find due flag changes; retrying',
  })
  async makeDue(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted && (await this.scheduled.makeDue(BATCH)) === BATCH);
  }
}
