import type { CallContext } from '../../../kernel/context/call-context';
import { outageOf } from '../../../kernel/errors/app-error';
import { JOB_LIMITS } from '../contract/job-limits';
import type { NewJob } from '../contract/job-request.types';
import { JobFailure, type JobRun, type JobSecret, JobStop, JobUndecided } from '../contract/job-runner';
import type { Job, JsonValue, LogStream } from '../contract/job.types';
import type { StartedWork } from '../contract/start-authorization.port';
import type { JobChildren } from '../job-children';
import type { RunInputs, RunLog, RunOutputs, RunRef, RunSecrets } from '../run/run-ports';
import type { Progress, RunProgress } from './run-progress';
import type { TakeStep } from './step-store';

/** The dependencies of a running job. */
export interface RunParts {
  readonly ref: RunRef;
  readonly job: Job;
  readonly stop: AbortController;
  readonly progress: RunProgress;
  readonly log: RunLog | null;
  readonly steps: TakeStep;
  readonly begin: (node?: string) => Promise<void>;
  /** Errors: `forbidden`, `unavailable`. */
  readonly authorize: (work: StartedWork) => Promise<void>;
  readonly outputs: RunOutputs;
  readonly secrets: RunSecrets;
  readonly inputs: RunInputs;
  readonly children: JobChildren;
}

/** The runner's view of its run. As soon as the run must end, all calls are refused. */
export class RunningJob implements JobRun {
  private stepCount = 0;
  private childCount = 0;
  private isOver = false;

  constructor(private readonly parts: RunParts) {}

  get signal(): AbortSignal {
    return this.parts.stop.signal;
  }

  get context(): CallContext {
    return this.parts.ref.context;
  }

  /** Closes the run after its runner has returned an outcome. Later calls have no effect. */
  close(): void {
    this.isOver = true;
  }

  async started(node?: string): Promise<void> {
    this.assertGoing();
    await this.parts.begin(node);
  }

  progress(progress: Progress): void {
    if (!this.isOver && !this.signal.aborted) this.parts.progress.note(progress);
  }

  async log(stream: LogStream, piece: string | Uint8Array): Promise<void> {
    this.assertGoing();
    await this.parts.log?.write(stream, piece);
  }

  async step<T extends JsonValue | undefined>(name: string, work: () => Promise<T>): Promise<T> {
    this.assertGoing();
    this.stepCount += 1;
    if (this.stepCount > JOB_LIMITS.maxSteps) throw limit(`A job can have at most ${JOB_LIMITS.maxSteps} steps.`);
    const taken = this.parts.steps(name.slice(0, JOB_LIMITS.maxStepNameChars), async () =>
      assertFit(name, await work()),
    );
    try {
      return await untilStopped(taken, this.signal);
    } catch (error) {
      // The job has moved to another worker.
      if (error instanceof JobStop) this.parts.stop.abort(error);
      throw error;
    }
  }

  authorize(): Promise<void> {
    return this.mayStart(this.parts.ref.request);
  }

  async secrets(): Promise<readonly JobSecret[]> {
    this.assertGoing();
    return this.parts.secrets.resolve(this.parts.ref);
  }

  async inputFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
    this.assertGoing();
    return this.parts.inputs.files(this.parts.ref);
  }

  async output(key: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void> {
    this.assertGoing();
    if (this.parts.ref.request.captureOutput) await this.parts.outputs.put(this.parts.ref, key, content);
  }

  async submit(request: NewJob, name?: string): Promise<Job> {
    this.assertGoing();
    if (name === undefined) this.childCount += 1;
    const place = name === undefined ? String(this.childCount) : `name ${name}`;
    const mayStart = (work: StartedWork): Promise<void> => this.mayStart(work);
    return this.parts.children.submit(this.parts.ref, this.parts.job, place, request, mayStart);
  }

  async child(id: string): Promise<Job> {
    this.assertGoing();
    return this.parts.children.get(this.parts.job, id);
  }

  private async mayStart(work: StartedWork): Promise<void> {
    this.assertGoing();
    try {
      await this.parts.authorize(work);
    } catch (error) {
      throw outageOf(error) === null ? error : new JobUndecided(error);
    }
  }

  private assertGoing(): void {
    if (this.signal.aborted) throw this.signal.reason;
    if (this.isOver) throw new JobStop('lost');
  }
}

/** Waits for a promise. Rejects with the signal's reason if the signal fires first. */
async function untilStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
    // The result is no longer needed.
    promise.catch(() => undefined);
    stopped.catch(() => undefined);
  }
}

function assertFit<T>(name: string, result: T): T {
  const size = result === undefined ? 0 : Buffer.byteLength(JSON.stringify(result));
  if (size > JOB_LIMITS.maxResultBytes) {
    throw limit(
      `The result of the step ${name.slice(0, 100)} has ${size} bytes; the maximum is ${JOB_LIMITS.maxResultBytes}.`,
    );
  }
  return result;
}

function limit(message: string): JobFailure {
  return new JobFailure('limit', message, { mayRetry: false });
}
