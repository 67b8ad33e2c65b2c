import type {
  Job,
  JobEvent,
  JobLogLine,
  JobOutput,
  JobSchedule,
  ListJobsQuery,
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
  /** The sequence number of the event after which to begin; by default, all events are returned. */
  readonly afterSeq?: number | undefined;
}

export interface WaitOptions extends Omit<CallOptions, 'timeoutMs'> {
  /** The maximum wait in milliseconds, after which `TimeoutError` is thrown; the job continues. No limit by default. */
  readonly timeoutMs?: number | undefined;
}

export interface LogOptions extends Omit<CallOptions, 'timeoutMs'> {
  /** The number of the first line to return. */
  readonly fromLine?: number | undefined;
  /** The number of lines to start with, counted from the end, instead of `fromLine`. */
  readonly tail?: number | undefined;
  /** True to continue until the job ends; true by default. */
  readonly follow?: boolean | undefined;
}

const ENDED: readonly Job['status'][] = ['completed', 'failed', 'cancelled'];
const LAST_EVENTS: readonly string[] = ['succeeded', 'failed', 'cancelled'];

/** Returns whether the job has ended and can no longer change. */
export function isEnded({ status }: Pick<Job, 'status'>): boolean {
  return ENDED.includes(status);
}

/** Background jobs. */
export class JobsApi extends Api {
  submit(job: NewJob, options?: WriteOptions): Promise<Job> {
    return this.make('/v1/jobs', job, options);
  }

  list(query?: ListJobsQuery, options?: CallOptions): Pages<Job> {
    return this.listOf('/v1/jobs', query, options);
  }

  get(id: string, options?: CallOptions): Promise<Job> {
    return this.load(path`/v1/jobs/${id}`, options);
  }

  /** Requests cancellation. A job that has ended stays unchanged. */
  cancel(id: string, reason = '', options?: WriteOptions): Promise<Job> {
    return this.make(path`/v1/jobs/${id}/cancel`, { reason }, options);
  }

  /** Runs the same job again, as a new job. */
  requeue(id: string, options?: WriteOptions): Promise<Job> {
    return this.make(path`/v1/jobs/${id}/requeue`, undefined, options);
  }

  /** Yields a job's events until the job ends, across lost connections, without gaps or repetition. */
  async *watch(id: string, options: WatchOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
    const { afterSeq, ...rest } = options;
    const order = { path: path`/v1/jobs/${id}/events`, lastEventId: afterSeq?.toString() };
    const isLast = ({ event }: { readonly event: string }): boolean => LAST_EVENTS.includes(event);
    for await (const { data } of follow(this.http, { ...order, isLast }, rest)) {
      if (data !== null) yield JSON.parse(data) as JobEvent;
    }
  }

  /** Waits for a job to end. @returns the job, whatever its outcome; check `status`. */
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

  /** Yields a job's log line by line; with `follow`, until the job ends. */
  async *logs(id: string, options: LogOptions = {}): AsyncGenerator<JobLogLine, void, undefined> {
    const { fromLine, tail, follow: goesOn = true, ...rest } = options;
    const order = { path: path`/v1/jobs/${id}/logs`, query: { fromLine, tail, follow: goesOn }, isFinite: !goesOn };
    for await (const { data } of follow(this.http, order, rest)) {
      if (data !== null) yield JSON.parse(data) as JobLogLine;
    }
  }

  /** Returns the job's files, each with a URL that is valid for `ttlSeconds`. */
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

  /** Resumes the schedule under the authority of the caller, even if the platform paused it. */
  resumeSchedule(name: string, options?: WriteOptions): Promise<JobSchedule> {
    return this.make(path`/v1/jobs/schedules/${name}/resume`, undefined, options);
  }

  /** Offers the schedule to another owner, who takes it over by resuming it. */
  transferSchedule(name: string, to: NewTriggerOwner, options?: WriteOptions): Promise<JobSchedule> {
    return this.make(path`/v1/jobs/schedules/${name}/transfer`, to, options);
  }

  deleteSchedule(name: string, options?: CallOptions): Promise<void> {
    return this.remove(path`/v1/jobs/schedules/${name}`, options);
  }
}
