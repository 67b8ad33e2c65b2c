import type {
  Job,
  JobEvent,
  JobLogLine,
  JobOutput,
  JobSchedule,
  JobsListQuery,
  NewJob,
  NewJobSchedule,
  NewTriggerOwner,
} from '../generated/schemas.js';
import { follow } from '../http/follow.js';
import type { CallOptions, WriteOptions } from '../http/http.js';
import { limited } from '../http/limit.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

export interface WatchOptions extends Omit<CallOptions, 'timeoutMs'> {
  /** Number of the event after which it begins; all by default. */
  readonly afterSeq?: number | undefined;
}

export interface WaitOptions extends Omit<CallOptions, 'timeoutMs'> {
  /** For how long at most, in milliseconds, after which it is a `TimeoutError`; the job goes on. No limit by default. */
  readonly timeoutMs?: number | undefined;
}

export interface LogOptions extends Omit<CallOptions, 'timeoutMs'> {
  /** Number of the line to begin with. */
  readonly fromLine?: number | undefined;
  /** Begins with the last so many lines instead. */
  readonly tail?: number | undefined;
  /** Whether it goes on until the job has ended; true by default. */
  readonly follow?: boolean | undefined;
}

const ENDED: readonly Job['status'][] = ['completed', 'failed', 'cancelled'];
const LAST_EVENTS: readonly string[] = ['succeeded', 'failed', 'cancelled'];

/** Whether nothing more will happen to a job. */
export function isEnded({ status }: Pick<Job, 'status'>): boolean {
  return ENDED.includes(status);
}

/** What runs in the background. */
export class JobsApi extends Api {
  submit(job: NewJob, options?: WriteOptions): Promise<Job> {
    return this.make('/v1/jobs', job, options);
  }

  list(query?: JobsListQuery, options?: CallOptions): Pages<Job> {
    return this.listOf('/v1/jobs', query, options);
  }

  get(id: string, options?: CallOptions): Promise<Job> {
    return this.load(path`/v1/jobs/${id}`, options);
  }

  /** Asks it to stop; one that has ended stays as it is. */
  cancel(id: string, reason = '', options?: WriteOptions): Promise<Job> {
    return this.make(path`/v1/jobs/${id}/cancel`, { reason }, options);
  }

  /** The same anew, as a job of its own. */
  requeue(id: string, options?: WriteOptions): Promise<Job> {
    return this.make(path`/v1/jobs/${id}/requeue`, undefined, options);
  }

  /** What happens to a job, to its end; over lost connections without gap or repetition. */
  async *watch(id: string, options: WatchOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
    const { afterSeq, ...rest } = options;
    const order = { path: path`/v1/jobs/${id}/events`, lastEventId: afterSeq?.toString() };
    const isLast = ({ event }: { readonly event: string }): boolean => LAST_EVENTS.includes(event);
    for await (const { data } of follow(this.http, { ...order, isLast }, rest)) {
      if (data !== null) yield JSON.parse(data) as JobEvent;
    }
  }

  /** Waits for the end of a job. @returns the job, whatever its end: look at `status`. */
  async wait(id: string, options: WaitOptions = {}): Promise<Job> {
    const { timeoutMs = Number.POSITIVE_INFINITY, ...rest } = options;
    const { signal, lift } = limited(rest.signal, timeoutMs);
    try {
      for (;;) {
        for await (const _event of this.watch(id, { ...rest, signal })) continue;
        const job = await this.get(id, { ...rest, signal });
        if (isEnded(job)) return job;
      }
    } finally {
      lift();
    }
  }

  /** What a job writes, line by line; with `follow` to its end. */
  async *logs(id: string, options: LogOptions = {}): AsyncGenerator<JobLogLine, void, undefined> {
    const { fromLine, tail, follow: goesOn = true, ...rest } = options;
    const order = { path: path`/v1/jobs/${id}/logs`, query: { fromLine, tail, follow: goesOn }, isFinite: !goesOn };
    for await (const { data } of follow(this.http, order, rest)) {
      if (data !== null) yield JSON.parse(data) as JobLogLine;
    }
  }

  /** Its files, each with a URL that is good for `ttlSeconds`. */
  output(id: string, ttlSeconds?: number, options?: CallOptions): Promise<JobOutput> {
    return this.load(path`/v1/jobs/${id}/output`, options, { ttlSeconds });
  }

  schedules(options?: CallOptions): Pages<JobSchedule> {
    return this.listOf('/v1/jobs/schedules', {}, options);
  }

  schedule(name: string, options?: CallOptions): Promise<JobSchedule> {
    return this.load(path`/v1/jobs/schedules/${name}`, options);
  }

  setSchedule(name: string, schedule: NewJobSchedule, options?: CallOptions): Promise<JobSchedule> {
    return this.place(path`/v1/jobs/schedules/${name}`, schedule, options);
  }

  /** Has it run from now on under the authority of the caller, also when the platform paused it. */
  resumeSchedule(name: string, options?: WriteOptions): Promise<JobSchedule> {
    return this.make(path`/v1/jobs/schedules/${name}/resume`, undefined, options);
  }

  /** Offers it to another owner, who takes it over by resuming it. */
  transferSchedule(name: string, to: NewTriggerOwner, options?: WriteOptions): Promise<JobSchedule> {
    return this.make(path`/v1/jobs/schedules/${name}/transfer`, to, options);
  }

  deleteSchedule(name: string, options?: CallOptions): Promise<void> {
    return this.remove(path`/v1/jobs/schedules/${name}`, options);
  }
}
