import { Injectable } from '@nestjs/common';
import type { WatchOrder } from './contract/jobs.port';
import { isTerminal, type JobEvent, type JobState } from './contract/job.types';
import { noSuchJob } from './no-such-job';
import { JobsRepository } from './storage/jobs.repository';
import { WatchHub } from './watch-hub';

const PAGE = 200;

/** Reads the events of one job, from any position until its end. */
@Injectable()
export class JobWatch {
  constructor(
    private readonly repository: JobsRepository,
    private readonly hub: WatchHub,
  ) {}

  async *watch(tenantId: string, id: string, { afterSeq, signal }: WatchOrder): AsyncIterable<JobEvent> {
    const job = await this.repository.find(tenantId, id);
    if (job === null) throw noSuchJob();
    // A watcher that starts after the job's end receives only the final event.
    let seen = afterSeq ?? (isTerminal(job.state) ? job.lastEvent - 1 : job.lastEvent);
    if (isTerminal(job.state) && seen >= job.lastEvent) return;
    while (!signal.aborted) {
      const events = await this.repository.events(tenantId, id, seen, PAGE);
      for (const event of events) {
        if (signal.aborted) return;
        seen = event.seq;
        yield event;
        if (isTerminal(event.type as JobState)) return;
      }
      if (events.length < PAGE) await this.hub.more(tenantId, id, seen, signal);
    }
  }
}
