import type { CallContext } from '../../../kernel/context/call-context';
import type { AppError } from '../../../kernel/errors/app-error';
import type { JobRequest, NewJob } from './job-request.types';
import type { Job, JobErrorCode, JobType, JsonValue, LogStream } from './job.types';

/**
 * Runs the jobs of one type, in a worker. Skills, workflows, containers and this product's own tasks each have one; the
 * worker finds those that the Nest modules of its process provide. The engine decides when a job runs, how often, and for how long.
 */
export abstract class JobRunner {
  abstract readonly type: JobType;
  /** The kinds it takes; `null`: any of its type. What no worker takes is refused when it is handed in. */
  abstract readonly kinds: readonly string[] | null;
  /** Most runs at a time in one process. */
  abstract readonly slots: number;
  /** Whether it tells by `run.started()` when the job really begins, as after the pull of an image. */
  readonly startsItself: boolean = false;
  /**
   * Whether a run continues where it was when its worker is lost, because it does everything once, by steps or keys of its own.
   * Otherwise the lost run counts as an attempt: code of tenants may have had effects.
   */
  readonly resumes: boolean = false;

  /**
   * Runs an attempt to its end. It is run again, from its beginning, after a failure that may be retried and, if it
   * {@link resumes}, after the loss of its worker; a finished step ({@link JobRun.step}) then gives what it gave.
   * It must end soon after the signal has fired: what it leaves behind then (a process, a container) it kills itself. What
   * it does after that has no effect on the job.
   * @returns what the job gives. Throws {@link JobFailure} for a failure in the tenant's words; anything else counts as a
   *   fault of this product, is logged here, and shown as one.
   */
  abstract run(job: RunnableJob, run: JobRun): Promise<JobOutcome | JobPause>;
}

/** What a runner is given to run. */
export interface RunnableJob {
  readonly job: Job;
  readonly request: JobRequest;
}

export interface JobOutcome {
  /** JSON of at most `JOB_LIMITS.maxResultBytes`. */
  readonly result?: JsonValue;
  /** 0 unless the runner says otherwise. */
  readonly exitCode?: number;
}

/** The run has to wait for long: it holds no place meanwhile, and is then run again, its finished steps being kept. */
export interface JobPause {
  /** Milliseconds; at most `JOB_LIMITS.maxDelaySeconds`. */
  readonly resumeAfterMs: number;
}

/** Why a run was told to end: the reason of its signal. */
export class JobStop extends Error {
  constructor(readonly why: 'cancelled' | 'timeout' | 'shutdown' | 'lost') {
    super(`The run is to end: ${why}.`);
    this.name = 'JobStop';
  }
}

/** A failure of the job itself, in words for its tenant. */
export class JobFailure extends Error {
  readonly exitCode: number;
  readonly mayRetry: boolean;

  /** @param mayRetry false for what another attempt cannot mend. */
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
 * The request is none of its kind, and nothing of it was run: whoever waits for the run hears the reason, and there is no job.
 * One that is a job by then has failed.
 */
export class JobRefusal extends JobFailure {
  /** @param reason in words for whoever asked. */
  constructor(readonly reason: AppError) {
    super('input', reason.message, { mayRetry: false });
  }
}

/**
 * It cannot be decided now whether the run may go on, as the authority is away. The engine pauses the run and runs it again
 * soon: this is no failure and costs no attempt.
 */
export class JobUndecided extends Error {
  readonly resumeAfterMs = 5_000;

  constructor(cause: unknown) {
    super('Whether this run may go on cannot be decided now; it waits.', { cause });
    this.name = 'JobUndecided';
  }
}

/** What a run tells and asks. After its signal has fired all of it is refused with the {@link JobStop}. */
export interface JobRun {
  /** Fires when the run is to end at once; its reason is a {@link JobStop}. */
  readonly signal: AbortSignal;
  /** The job's tenant and whoever handed it in, for calls of other ports. */
  readonly context: CallContext;

  /** The job begins now; for runners with `startsItself`. @param node where, when not in this process. */
  started(node?: string): Promise<void>;

  /**
   * How far it is. What is told faster than ten times a second is told together, the newest wins; nothing waits for it.
   * @param percent 0–100; below what was told before it stays as it was. @param detail of at most
   *   `JOB_LIMITS.maxDetailBytes` as JSON, else left out.
   */
  progress(progress: { readonly stage?: string; readonly percent?: number; readonly detail?: JsonValue }): void;

  /**
   * A piece of the log, of any length and with any line ends; kept only if the request captures logs. Resolves when there
   * is room for more, so that a flood is as fast as it can be stored: wait for it.
   */
  log(stream: LogStream, piece: string | Uint8Array): Promise<void>;

  /**
   * Something that is done once: when the job is run again, a step of this place and name that was finished is not done
   * again and gives what it gave. Steps are known by their order, so a run must take the same ones in the same order as
   * the run before, given the same results. What it gives is JSON of at most `JOB_LIMITS.maxResultBytes`. What it throws
   * is not kept: the step is done again.
   * Errors: `JobFailure` with `limit` for too many steps or too large a result.
   */
  step<T extends JsonValue | undefined>(name: string, work: () => Promise<T>): Promise<T>;

  /**
   * Asks again whether whoever handed the job in may have it run now: before each part of a long run that changes or gives
   * away something, and outside its steps. Errors: `forbidden` with the reason; {@link JobUndecided}.
   */
  authorize(): Promise<void>;

  /** The secrets of the request, as the grants of whoever handed it in allow now. Errors: `JobFailure` with `secrets`. */
  secrets(): Promise<readonly JobSecret[]>;

  /** Inline files of the request, by path. */
  inputFiles(): Promise<ReadonlyMap<string, Uint8Array>>;

  /** Keeps a file of the job's output. Errors: `JobFailure` with `limit`. */
  output(key: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void>;

  /**
   * Hands in a job below this one; when this one is run again, it is the same. Errors: those of `JobsPort.submit`;
   * {@link JobUndecided} before it is handed in.
   * @param name by which it is known, unique in the run; without one by its place among the others without.
   */
  submit(request: NewJob, name?: string): Promise<Job>;

  /** A job that this one handed in, as it is now. Errors: `not_found` for any other. */
  child(id: string): Promise<Job>;
}

/** A secret for a run. Never log it. */
export interface JobSecret {
  /** Name of the variable, or of the file. */
  readonly name: string;
  readonly value: Uint8Array;
  readonly delivery: 'env' | 'file';
}
