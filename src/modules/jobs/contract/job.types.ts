/** The type of a job (rest.md §4): a registered skill, a workflow, a built-in task, or a container image. */
export const JOB_TYPES = ['skill', 'workflow', 'sync', 'container'] as const;
export type JobType = (typeof JOB_TYPES)[number];

/**
 * The state of a job. A `pending` job waits for its time, a slot, or its next attempt. A worker prepares a `scheduling` job. The last three
 * states are final. In REST, the first two are called `queued`, and `succeeded` is called `completed`.
 */
export const JOB_STATES = ['pending', 'scheduling', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

export const TERMINAL_STATES = ['succeeded', 'failed', 'cancelled'] as const satisfies readonly JobState[];

export function isTerminal(state: JobState): boolean {
  return (TERMINAL_STATES as readonly JobState[]).includes(state);
}

/**
 * The machine-readable reason why a job failed:
 * - `failed`: the job's code reported a failure or threw an error; `exit`: it ended with an exit code other than 0;
 * - `timeout`: the job ran for too long;
 * - `worker_lost`: the worker that ran the job was lost, and no attempts are left;
 * - `limit`: the job exceeded a limit for jobs (memory, log, output, depth);
 * - `denied`: the authority that started the job has ended, or is no longer allowed to run it;
 * - `secrets`: the job's secrets were not available; `input`: its input is not valid for its kind;
 * - `no_runner`: no worker accepts the job's kind anymore; `internal`: an internal fault.
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
  /** A message for the tenant: the problem and its solution, at most `JOB_LIMITS.maxErrorChars`. */
  readonly message: string;
}

/** Any JSON value. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue | undefined };

/** A job, as shown to its tenant. Times are ISO 8601 UTC. */
export interface Job {
  /** `job-…`. */
  readonly id: string;
  readonly tenantId: string;
  readonly type: JobType;
  /** The job's kind: the name of the skill, workflow or task, or the logical name of a container job. */
  readonly kind: string;
  /** The image of a container job, or the version of a skill or workflow; empty for the runner's default, and for other types. */
  readonly image: string;
  readonly state: JobState;
  /** Progress from 0 to 100, as reported by the job's code; 100 after the job has succeeded. */
  readonly progress: number;
  /** The current stage, as reported by the job's code; empty if it has not reported one. */
  readonly stage: string;
  readonly input: JsonValue;
  /** The result; `null` before the job has succeeded. */
  readonly result: JsonValue;
  /** `null` unless the job, or its last attempt, has failed. */
  readonly error: JobError | null;
  /** The exit code; `null` before the end, and for types other than `container`. */
  readonly exitCode: number | null;
  /** The location of existing input, if the request named one; otherwise empty. */
  readonly inputUri: string;
  /** The location of the job's output files; empty when no output is captured. */
  readonly outputUri: string;
  readonly logsUri: string;
  /**
   * The number of the attempt; 0 before the first attempt. If another worker takes over the run of a dead worker, the number does not
   * change.
   */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** The priority among the tenant's jobs: 0 (last) to 9 (first). */
  readonly priority: number;
  readonly timeoutSeconds: number;
  /** The earliest start time. */
  readonly runAt: string;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** The user on whose behalf the job runs; empty if it runs for no specific user. */
  readonly userId: string;
  /** The worker that runs the job or ran it last; empty before the first run. */
  readonly node: string;
  /** The names, never the values, of the secrets that the job received at its start. */
  readonly secretNames: readonly string[];
  /** The reason for the cancellation; empty if the job was not canceled. */
  readonly cancelReason: string;
  /** The parent job, and the number of ancestors. */
  readonly parentId: string | null;
  readonly depth: number;
  /** The schedule that submitted the job. */
  readonly scheduleId: string | null;
  /** The job that this job retries, and the job that retries this job. */
  readonly requeuedFrom: string | null;
  readonly requeuedAs: string | null;
  /** The sequence number of the job's newest event. */
  readonly lastEvent: number;
}

interface EventBase {
  readonly jobId: string;
  /**
   * The sequence number within the job: 1, 2, 3 … without gaps. It is the `id` of server-sent events, and the position from which a watcher
   * resumes.
   */
  readonly seq: number;
  readonly at: string;
}

/**
 * An event in the life of a job. The first event is `created`; the last event is `succeeded`, `failed` or `cancelled`. `retrying` follows a
 * failed attempt; `scheduled` and `started` then occur again. These two events also occur again, without `retrying`, when another worker
 * takes over the job from a dead worker.
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
  /** The line number within the job: 0, 1, 2 … without gaps. */
  readonly line: number;
  readonly at: string;
  readonly stream: LogStream;
  /** The text without its line ending, at most `JOB_LIMITS.maxLogLineBytes`. A longer line continues in the next one. */
  readonly text: string;
}

/** An output file of a job. */
export interface JobOutputFile {
  /** The path below the job's output prefix. */
  readonly key: string;
  readonly sizeBytes: number;
  /** The content type, detected from the file's bytes if possible, otherwise from its name. */
  readonly contentType: string;
  /** A signed URL, valid for the requested time. */
  readonly url: string;
}
