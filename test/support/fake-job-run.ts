import { systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import { jobRequest, type NewJob } from '../../src/modules/jobs/contract/job-request.types';
import { JobStop, type JobRun, type JobSecret, type RunnableJob } from '../../src/modules/jobs/contract/job-runner';
import type { Job, LogStream } from '../../src/modules/jobs/contract/job.types';

/** A job in the form that a runner receives. */
export function runnableJob(request: NewJob): RunnableJob {
  const checked = jobRequest.parse(request);
  const job: Job = {
    id: newId('job'),
    tenantId: newId('tnt'),
    type: checked.type,
    kind: checked.kind,
    image: checked.image,
    state: 'scheduling',
    progress: 0,
    stage: '',
    input: checked.input,
    result: null,
    error: null,
    exitCode: null,
    inputUri: checked.inputUri,
    outputUri: '',
    logsUri: '',
    attempt: 1,
    maxAttempts: 1,
    priority: checked.priority,
    timeoutSeconds: 60,
    runAt: '2026-01-01T00:00:00.000Z',
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    userId: checked.userId,
    node: 'here',
    secretNames: [],
    cancelReason: '',
    parentId: null,
    depth: 0,
    scheduleId: null,
    requeuedFrom: null,
    requeuedAs: null,
    lastEvent: 2,
  };
  return { job, request: checked };
}

/** A job run that keeps its output and ends on request. Like the engine's own runs, it refuses all calls after its signal. */
export class FakeJobRun implements JobRun {
  private readonly stop = new AbortController();
  readonly context = systemContext('req-run', newId('tnt'));
  readonly told: Parameters<JobRun['progress']>[0][] = [];
  readonly outputs = new Map<string, Buffer>();
  starts = 0;
  logged: Record<LogStream, string> = { stdout: '', stderr: '' };
  loggedBytes = 0;
  /** Simulates the time that the store takes to write a chunk of the log. */
  onLog: (piece: Uint8Array) => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly given: readonly JobSecret[] = [],
    private readonly files: ReadonlyMap<string, Uint8Array> = new Map(),
  ) {}

  get signal(): AbortSignal {
    return this.stop.signal;
  }

  cancel(): void {
    this.stop.abort(new JobStop('cancelled'));
  }

  started(): Promise<void> {
    this.signal.throwIfAborted();
    this.starts++;
    return Promise.resolve();
  }

  progress(progress: Parameters<JobRun['progress']>[0]): void {
    this.told.push(progress);
  }

  async log(stream: LogStream, piece: string | Uint8Array): Promise<void> {
    this.signal.throwIfAborted();
    const bytes = Buffer.from(piece);
    await this.onLog(bytes);
    this.loggedBytes += bytes.length;
    // When the output is a flood, its last part is sufficient.
    this.logged[stream] = (this.logged[stream] + bytes.toString()).slice(-100_000);
  }

  step<T>(_name: string, work: () => Promise<T>): Promise<T> {
    return work();
  }

  authorize(): Promise<void> {
    return Promise.resolve();
  }

  secrets(): Promise<readonly JobSecret[]> {
    return Promise.resolve(this.given);
  }

  inputFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
    return Promise.resolve(this.files);
  }

  async output(key: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void> {
    this.signal.throwIfAborted();
    const pieces: Uint8Array[] = [];
    if (content instanceof Uint8Array) pieces.push(content);
    else for await (const piece of content) pieces.push(piece);
    this.outputs.set(key, Buffer.concat(pieces));
  }

  submit(): Promise<Job> {
    return Promise.reject(new Error('This run does not submit jobs.'));
  }

  child(): Promise<Job> {
    return Promise.reject(new Error('This run does not submit jobs.'));
  }
}

/** A secret available to a run. */
export function jobSecret(name: string, text: string, delivery: JobSecret['delivery']): JobSecret {
  return { name, value: Buffer.from(text), delivery };
}
