/** The runner of a job (rest.md §4): a registered skill, a workflow, a task of this product, or an image. */
export const JOB_TYPES = ['skill', 'workflow', 'sync', 'container'] as const;
export type JobType = (typeof JOB_TYPES)[number];

/**
 * The state of a job. `pending` waits (for its time, for a slot, or for its next attempt); `scheduling` has a worker that prepares it; the
 * last three are final. REST calls the first two `queued`, and `succeeded` `completed`.
 */
export const JOB_STATES = ['pending', 'scheduling', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

export const TERMINAL_STATES = ['succeeded', 'failed', 'cancelled'] as const satisfies readonly JobState[];

export function isTerminal(state: JobState): boolean {
  return (TERMINAL_STATES as readonly JobState[]).includes(state);
}

/**
 * The reason why a job failed, for machines:
 * - `failed`: its code said so, or threw; `exit`: it ended with an exit code other than 0;
 * - `timeout`: it ran for too long;
 * - `worker_lost`: the worker that ran it was lost, and no attempt is left;
 * - `limit`: it exceeded a limit of jobs (memory, log, output, depth);
 * - `denied`: the authority that started it has ended, or may not run it any more;
 * - `secrets`: its secrets were not available; `input`: its input is not valid for its kind;
 * - `no_runner`: no worker takes its kind any more; `internal`: a fault of this product.
 */
export const JOB_ERROR_CODES = [
  'failed',
  'exit',
  'timeout',
  'worker_lost',
  'limit',
  'denied',
  'secrets',
  'input',
  'no_runner',
  'internal',
] as const;
export type JobErrorCode = (typeof JOB_ERROR_CODES)[number];

export interface JobError {
  readonly code: JobErrorCode;
  /** For the tenant: what happened and what to change; at most `JOB_LIMITS.maxErrorChars`. */
  readonly message: string;
}

/** Any JSON. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue | undefined };

/** A job, as its tenant sees it. Times are ISO 8601 UTC. */
export interface Job {
  /** `job-…`. */
  readonly id: string;
  readonly tenantId: string;
  readonly type: JobType;
  /** The job's name: the skill, the workflow, the task, or the logical name of a container job. */
  readonly kind: string;
  /** The image of a container job, or the version of a skill; empty for the runner's default and for other types. */
  readonly image: string;
  readonly state: JobState;
  /** 0–100, as its code reports; 100 once it has succeeded. */
  readonly progress: number;
  /** The current stage, as its code reports; empty without a report. */
  readonly stage: string;
  readonly input: JsonValue;
  /** The result; `null` before it has succeeded. */
  readonly result: JsonValue;
  /** `null` unless the job, or its last attempt, has failed. */
  readonly error: JobError | null;
  /** `null` before the end, and for types other than `container`. */
  readonly exitCode: number | null;
  /** Existing input, if the request named one; otherwise empty. */
  readonly inputUri: string;
  /** The prefix of its output files and log; empty when nothing is captured. */
  readonly outputUri: string;
  readonly logsUri: string;
  /** 1 during the first attempt, 0 before it. A takeover from a dead worker is not an attempt. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** 0 (last) to 9 (first), among the jobs of its tenant. */
  readonly priority: number;
  readonly timeoutSeconds: number;
  /** The earliest start. */
  readonly runAt: string;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** The user for whom it runs; empty for nobody in particular. */
  readonly userId: string;
  /** The worker that runs it, or ran it last; empty before. */
  readonly node: string;
  /** The names of the secrets it received at its start, never values. */
  readonly secretNames: readonly string[];
  /** The reason for its cancellation; empty otherwise. */
  readonly cancelReason: string;
  /** The job that submitted it, and the number of jobs above it. */
  readonly parentId: string | null;
  readonly depth: number;
  /** The schedule it came from. */
  readonly scheduleId: string | null;
  /** The job that this one retries, and the job that retries this one. */
  readonly requeuedFrom: string | null;
  readonly requeuedAs: string | null;
  /** Sequence number of its newest event. */
  readonly lastEvent: number;
}

interface EventBase {
  readonly jobId: string;
  /** 1, 2, 3 … without a gap in one job: the `id` of server-sent events, and the position from which a watcher resumes. */
  readonly seq: number;
  readonly at: string;
}

/**
 * An event in the life of a job. The first is `created`; the last, which nothing follows, is `succeeded`, `failed` or `cancelled`.
 * `retrying` ends a failed attempt; `scheduled` and `started` then come again. They also come again, without `retrying`, when another
 * worker takes the job over from a dead one.
 */
export type JobEvent = EventBase &
  (
    | { readonly type: 'created'; readonly image: string }
    | { readonly type: 'scheduled'; readonly node: string; readonly attempt: number }
    | { readonly type: 'started' }
    | { readonly type: 'progress'; readonly stage: string; readonly percent: number; readonly detail: JsonValue }
    | { readonly type: 'retrying'; readonly error: JobError; readonly nextAt: string }
    | { readonly type: 'succeeded'; readonly exitCode: number; readonly outputUri: string }
    | { readonly type: 'failed'; readonly exitCode: number; readonly error: JobError }
    | { readonly type: 'cancelled'; readonly reason: string }
  );

export type JobEventType = JobEvent['type'];

export const LOG_STREAMS = ['stdout', 'stderr'] as const;
export type LogStream = (typeof LOG_STREAMS)[number];

/** A line of a job's log. */
export interface LogLine {
  /** 0, 1, 2 … without a gap in one job. */
  readonly line: number;
  readonly at: string;
  readonly stream: LogStream;
  /** Without its line end; at most `JOB_LIMITS.maxLogLineBytes`. A longer line continues in the next. */
  readonly text: string;
}

/** A file that a job left. */
export interface JobOutputFile {
  /** The path below the job's output prefix. */
  readonly key: string;
  readonly sizeBytes: number;
  /** Detected from its bytes if possible, otherwise from its name. */
  readonly contentType: string;
  /** Signed, valid for the requested time. */
  readonly url: string;
}
