import type { CallContext } from '../../../kernel/context/call-context';
import type { AppError } from '../../../kernel/errors/app-error';
import type { JobRequest, NewJob } from './job-request.types';
import type { Job, JobErrorCode, JobType, JsonValue, LogStream } from './job.types';

/**
 * Runs the jobs of one type in a worker. Skills, workflows, containers and this product's own tasks each have a runner. The worker finds
 * the runners that the Nest modules of its process provide. The engine decides when a job runs, how often, and for how long.
 */
export abstract class JobRunner {
  abstract readonly type: JobType;
  /** The kinds that it takes; `null` for any kind of its type. A job that no worker takes is refused on submission. */
  abstract readonly kinds: readonly string[] | null;
  /** The maximum number of concurrent runs in one process. */
  abstract readonly slots: number;
  /** True when it reports by `run.started()` when the job really starts, for example after pulling an image. */
  readonly startsItself: boolean = false;
  /**
   * True when a run resumes where it was after its worker is lost, because it does everything once, by steps or keys of its own. Otherwise
   * the lost run counts as an attempt: code of tenants may have had effects.
   */
  readonly resumes: boolean = false;

  /**
   * Runs an attempt to its end. The engine runs it again from the beginning after a retryable failure and, if it {@link resumes}, after the
   * loss of its worker; a finished step ({@link JobRun.step}) then returns its earlier result. It must end soon after the signal fires, and
   * kill what it leaves behind (a process, a container). Anything it does after that has no effect on the job.
   * @returns the job's result. Throws {@link JobFailure} for a failure to show to the tenant; any other error counts as a fault of this
   *   product, is logged here, and is shown as one.
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

/** A long wait of the run: it holds no slot meanwhile, and is then run again with its finished steps kept. */
export interface JobPause {
  /** Milliseconds; at most `JOB_LIMITS.maxDelaySeconds`. */
  readonly resumeAfterMs: number;
}

/** The reason why a run must end: the reason of its signal. */
export class JobStop extends Error {
  constructor(readonly why: 'cancelled' | 'timeout' | 'shutdown' | 'lost') {
    super(`The run is to end: ${why}.`);
    this.name = 'JobStop';
  }
}

/** A failure of the job itself, with a message for its tenant. */
export class JobFailure extends Error {
  readonly exitCode: number;
  readonly mayRetry: boolean;

  /** @param mayRetry false for a failure that another attempt cannot fix. */
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
 * The request is not valid for its kind, and nothing of it was run. A caller that waits for the run receives the reason, and no job exists.
 * If the job already exists, it has failed.
 */
export class JobRefusal extends JobFailure {
  /** @param reason the error for the caller. */
  constructor(readonly reason: AppError) {
    super('input', reason.message, { mayRetry: false });
  }
}

/**
 * It cannot be decided now whether the run may continue, because the authority is unavailable. The engine pauses the run and runs it again
 * soon: this is no failure and costs no attempt.
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
  /** Fires when the run must end at once; its reason is a {@link JobStop}. */
  readonly signal: AbortSignal;
  /** The job's tenant and submitter, for calls of other ports. */
  readonly context: CallContext;

  /**
   * Reports that the job starts now; for runners with `startsItself`.
   * @param node where, when not in this process.
   */
  started(node?: string): Promise<void>;

  /**
   * Reports progress. Reports faster than ten per second are merged, and the newest wins. Does not wait.
   * @param percent 0–100; a value below the previous one is ignored.
   * @param detail at most `JOB_LIMITS.maxDetailBytes` as JSON, otherwise left out.
   */
  progress(progress: { readonly stage?: string; readonly percent?: number; readonly detail?: JsonValue }): void;

  /**
   * Writes a piece of the log, of any length and with any line ends; kept only if the request captures logs. Resolves when there is room
   * for more, so that a flood is only as fast as it can be stored: await it.
   */
  log(stream: LogStream, piece: string | Uint8Array): Promise<void>;

  /**
   * Does a piece of work once. When the job is run again, a finished step at the same position with the same name is skipped and returns
   * its earlier result. Steps are identified by their order, so a run must take the same steps in the same order as the run before, given
   * the same results. The result is JSON of at most `JOB_LIMITS.maxResultBytes`. Errors are not kept: the step is then done again.
   * Errors: `JobFailure` with `limit` for too many steps or too large a result.
   */
  step<T extends JsonValue | undefined>(name: string, work: () => Promise<T>): Promise<T>;

  /**
   * Checks again whether the job's submitter may have it run now. Call it before each part of a long run that changes or discloses
   * something, and outside of steps. Errors: `forbidden` with the reason; {@link JobUndecided}.
   */
  authorize(): Promise<void>;

  /** Returns the secrets of the request that the submitter's grants allow now. Errors: `JobFailure` with `secrets`. */
  secrets(): Promise<readonly JobSecret[]>;

  /** Returns the inline files of the request, by path. */
  inputFiles(): Promise<ReadonlyMap<string, Uint8Array>>;

  /** Stores a file of the job's output. Errors: `JobFailure` with `limit`. */
  output(key: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void>;

  /**
   * Submits a job below this one; when this one is run again, it is the same job. Errors: those of `JobsPort.submit`; {@link JobUndecided}
   * before the submission.
   * @param name identifies the job, unique in the run; unnamed jobs are identified by their order.
   */
  submit(request: NewJob, name?: string): Promise<Job>;

  /** Returns the current state of a job that this one submitted. Errors: `not_found` for any other job. */
  child(id: string): Promise<Job>;
}

/** A secret for a run. Never log it. */
export interface JobSecret {
  /** The name of the variable, or of the file. */
  readonly name: string;
  readonly value: Uint8Array;
  readonly delivery: 'env' | 'file';
}
