import type { CallContext } from '../../../kernel/context/call-context';
import type { AppError } from '../../../kernel/errors/app-error';
import type { JobRequest, NewJob } from './job-request.types';
import type { Job, JobErrorCode, JobType, JsonValue, LogStream } from './job.types';

/**
 * Runs the jobs of one type in a worker. Skills, workflows, containers and this product's own tasks each have a runner. The worker finds
 * the runners that the Nest modules of its process provide. The engine decides when, how often and how long a job runs.
 */
export abstract class JobRunner {
  abstract readonly type: JobType;
  /** The kinds of jobs that the runner accepts; `null` for all kinds of its type. A job that no worker accepts is refused on submission. */
  abstract readonly kinds: readonly string[] | null;
  /** The maximum number of concurrent runs in one process. */
  abstract readonly slots: number;
  /** True when the runner calls `run.started()` at the moment when the job actually starts, for example after pulling an image. */
  readonly startsItself: boolean = false;
  /**
   * True when a run resumes after the loss of its worker, because steps or idempotency keys ensure that it does everything only once.
   * Otherwise the lost run counts as an attempt, because tenant code may have had effects.
   */
  readonly resumes: boolean = false;

  /**
   * Runs an attempt to completion. The engine runs it again from the beginning after a retryable failure and, if it {@link resumes}, after
   * the loss of its worker; a finished step ({@link JobRun.step}) then returns its earlier result. The run must end soon after the signal
   * fires, and kill its remaining processes and containers. Later actions have no effect on the job.
   * @returns the job's result. Throws {@link JobFailure} for a failure to show to the tenant. All other errors count as internal faults:
   *   the engine logs them, and the tenant sees only that the platform failed.
   */
  abstract run(job: RunnableJob, run: JobRun): Promise<JobOutcome | JobPause>;
}

/** The job that a runner runs. */
export interface RunnableJob {
  readonly job: Job;
  readonly request: JobRequest;
}

export interface JobOutcome {
  /** JSON of at most `JOB_LIMITS.maxResultBytes`. */
  readonly result?: JsonValue;
  /** 0 unless the runner sets it. */
  readonly exitCode?: number;
}

/** A long wait during a run. The run releases its slot. Later, the job is run again and keeps its finished steps. */
export interface JobPause {
  /** Milliseconds; at most `JOB_LIMITS.maxDelaySeconds`. */
  readonly resumeAfterMs: number;
}

/** The reason why a run must end, used as the reason of the run's abort signal. */
export class JobStop extends Error {
  constructor(readonly why: 'cancelled' | 'timeout' | 'shutdown' | 'lost') {
    super(`The run must end: ${why}.`);
    this.name = 'JobStop';
  }
}

/** A failure of the job itself, with a message for its tenant. */
export class JobFailure extends Error {
  readonly exitCode: number;
  readonly mayRetry: boolean;

  /** @param mayRetry false for a failure that a retry cannot fix. */
  constructor(
    readonly code: JobErrorCode,
    message: string,
    options: { readonly exitCode?: number; readonly mayRetry?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'JobFailure';
    this.exitCode = options.exitCode ?? 1;
    this.mayRetry = options.mayRetry ?? true;
  }
}

/**
 * The refusal of a request that is not valid for its kind, before any of its code has run. A caller that waits for the run receives the
 * reason, and no job is created. If the job already exists, it fails.
 */
export class JobRefusal extends JobFailure {
  /** @param reason the error for the caller. */
  constructor(readonly reason: AppError) {
    super('input', reason.message, { mayRetry: false });
  }
}

/**
 * The error when the authority is unavailable, so that no decision about the run is possible. The engine pauses the run and resumes it
 * soon. The pause is not a failure and does not count as an attempt.
 */
export class JobUndecided extends Error {
  readonly resumeAfterMs = 5_000;

  constructor(cause: unknown) {
    super('The authority of this run cannot be checked now. The run waits.', { cause });
    this.name = 'JobUndecided';
  }
}

/** The interface between a runner and its run. After the signal fires, all calls are refused with the {@link JobStop}. */
export interface JobRun {
  /** Fires when the run must end immediately. The signal's reason is a {@link JobStop}. */
  readonly signal: AbortSignal;
  /** The job's tenant and submitter, for calls to other ports. */
  readonly context: CallContext;

  /**
   * Reports that the job is starting now. For runners with `startsItself`.
   * @param node the node that runs the job, if it is not this process.
   */
  started(node?: string): Promise<void>;

  /**
   * Reports progress. At more than ten reports per second, reports are merged and the newest one wins. Does not wait for the report to be
   * stored.
   * @param percent 0–100; a value below the previous one is ignored.
   * @param detail at most `JOB_LIMITS.maxDetailBytes` as JSON; larger details are omitted.
   */
  progress(progress: { readonly stage?: string; readonly percent?: number; readonly detail?: JsonValue }): void;

  /**
   * Writes a piece of the log. A piece can have any length and any line endings. The log is kept only if the request captures logs. Await
   * the promise: it resolves when there is room for more, which throttles a flood to the speed of storage.
   */
  log(stream: LogStream, piece: string | Uint8Array): Promise<void>;

  /**
   * Performs a piece of work once. When the job is run again, a finished step with the same position and name is skipped and returns its
   * earlier result. Steps are identified by their order. Given the same results, a run must therefore take the same steps in the same order
   * as the previous run. The result is JSON of at most `JOB_LIMITS.maxResultBytes`. Errors are not stored: a failed step runs again.
   * Errors: `JobFailure` with the reason `limit` if there are too many steps or a result is too large.
   */
  step<T extends JsonValue | undefined>(name: string, work: () => Promise<T>): Promise<T>;

  /**
   * Checks that the job's submitter is still allowed to run the job. Call it outside steps, before each part of a long run that changes or
   * discloses data. Errors: `forbidden` with the reason; {@link JobUndecided}.
   */
  authorize(): Promise<void>;

  /**
   * Returns the secrets that the request names, to the extent that the submitter's grants currently allow. Errors: `JobFailure` with
   * `secrets`.
   */
  secrets(): Promise<readonly JobSecret[]>;

  /** Returns the inline files of the request, keyed by path. */
  inputFiles(): Promise<ReadonlyMap<string, Uint8Array>>;

  /** Stores an output file of the job. Errors: `JobFailure` with the reason `limit`. */
  output(key: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void>;

  /**
   * Submits a child job. When this job runs again, the call returns the same child. Errors: the errors of `JobsPort.submit`; {@link
   * JobUndecided} before the submission.
   * @param name identifies the job within the run, and must be unique there; unnamed jobs are identified by their order.
   */
  submit(request: NewJob, name?: string): Promise<Job>;

  /** Returns the current state of a child of this job. Errors: `not_found` for all other jobs. */
  child(id: string): Promise<Job>;
}

/** A secret for a run. Never log it. */
export interface JobSecret {
  /** The name of the variable or file. */
  readonly name: string;
  readonly value: Uint8Array;
  readonly delivery: 'env' | 'file';
}
