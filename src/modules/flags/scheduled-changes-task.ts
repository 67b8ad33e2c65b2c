import { Injectable } from '@nestjs/common';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { ScheduledChangesService } from './scheduled-changes.service';

const EVERY_MS = 1_000;
const BATCH = 50;

/** Has scheduled changes made within a second of their time. Runs in every control plane; each change is made by one. */
@Injectable()
export class ScheduledChangesTask {
  constructor(private readonly scheduled: ScheduledChangesService) {}

  @Scheduled({
    name: 'flags.make_due',
    everyMs: EVERY_MS,
    failure: 'It is not known which changes of flags are due; it is asked again',
  })
  async makeDue(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted && (await this.scheduled.makeDue(BATCH)) === BATCH);
  }
}
