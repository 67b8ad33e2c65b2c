import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors/app-error';
import type { WatchOrder } from './contract/jobs.port';
import { isTerminal, type JobEvent, type JobState } from './contract/job.types';
import { JobsRepository } from './storage/jobs.repository';

const PAGE = 200;
const LOOK_EVERY_MS = 250;

/** Reads the events of one job on, from any of them, until it has ended. */
@Injectable()
export class JobWatch {
  constructor(private readonly repository: JobsRepository) {}

  async *watch(tenantId: string, id: string, { afterSeq, signal }: WatchOrder): AsyncIterable<JobEvent> {
    const job = await this.repository.find(tenantId, id);
    if (job === null) throw new AppError('not_found', 'There is no such job.');
    // Whoever begins now at a job that is over is told of its end alone.
    let seen = afterSeq ?? (isTerminal(job.state) ? job.lastEvent - 1 : job.lastEvent);
    while (!signal.aborted) {
      const events = await this.repository.events(tenantId, id, seen, PAGE);
      for (const event of events) {
        if (signal.aborted) return;
        seen = event.seq;
        yield event;
        if (isTerminal(event.type as JobState)) return;
      }
      if (events.length < PAGE) await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
