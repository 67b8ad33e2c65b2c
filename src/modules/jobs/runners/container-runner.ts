import { JOB_LIMITS } from '../contract/job-limits';
import {
  JobFailure,
  type JobOutcome,
  JobRunner,
  type JobRun,
  type JobSecret,
  type RunnableJob,
} from '../contract/job-runner';
import type { JsonValue } from '../contract/job.types';
import type { ContainerLauncher, Launch, LaunchEnd, LaunchSink } from './container-launcher';
import type { ImageRules } from './image-rules';
import type { JobRunnersConfig } from './job-runners.config';
import { ProgressLines } from './progress-lines';
import { limitsOf } from './run-limits';
import { jobVariables } from './run-variables';

/** Runs jobs of type `container` with the launcher of the installation. */
export class ContainerRunner extends JobRunner {
  override readonly type = 'container';
  override readonly kinds = null;
  override readonly slots: number;
  override readonly startsItself = true;

  constructor(
    private readonly launcher: ContainerLauncher,
    private readonly images: ImageRules,
    private readonly settings: JobRunnersConfig,
  ) {
    super();
    this.slots = settings.JOBS_CONTAINERS;
  }

  override async run(runnable: RunnableJob, run: JobRun): Promise<JobOutcome> {
    const launch = await this.launchOf(runnable, run);
    const end = await this.launcher.launch(launch, sinkOf(run), run.signal);
    run.signal.throwIfAborted();
    return outcomeOf(end, launch);
  }

  private async launchOf(runnable: RunnableJob, run: JobRun): Promise<Launch> {
    const { job, request } = runnable;
    const image = this.launcher.usesImages ? this.images.imageOf(request) : '';
    const hasNetwork = this.settings.JOBS_CONTAINER_NETWORK !== null && this.images.hasNetwork(image);
    if (request.inputUri !== '' && this.launcher.usesImages && !hasNetwork) {
      throw new JobFailure(
        'input',
        'The job sets inputUri, but its image has no network to fetch the input. Send the files with the job.',
        { mayRetry: false },
      );
    }
    const limits = limitsOf(request.limits, this.settings);
    const secrets = await run.secrets();
    const given = (wanted: JobSecret['delivery']): readonly (readonly [string, Uint8Array])[] =>
      secrets.flatMap(({ name, value, delivery }) => (delivery === wanted ? [[name, value] as const] : []));
    return {
      tenantId: job.tenantId,
      jobId: job.id,
      image,
      command: request.command,
      args: request.args,
      variables: new Map([
        ...Object.entries(request.env),
        ...jobVariables(runnable),
        ...(request.inputUri === '' ? [] : [['CORESDK_INPUT_URI', request.inputUri] as const]),
      ]),
      secretVariables: new Map(given('env').map(([name, value]) => [name, variableOf(name, value)])),
      secretFiles: new Map(given('file')),
      inputFiles: await run.inputFiles(),
      inputJson: JSON.stringify(request.input),
      limits,
      hasNetwork,
      capturesOutput: request.captureOutput,
    };
  }
}

/**
 * Returns a secret's value as the value of a variable. Errors: `JobFailure` with the reason `secrets` if a variable cannot contain the
 * bytes.
 */
function variableOf(name: string, value: Uint8Array): string {
  const text = Buffer.from(value).toString('utf8');
  if (Buffer.from(text).equals(value) && !text.includes('\0')) return text;
  throw new JobFailure('secrets', `The secret ${name} is not text, so it cannot be a variable. Deliver it as a file.`, {
    mayRetry: false,
  });
}

function sinkOf(run: JobRun): LaunchSink {
  const lines = new ProgressLines((progress) => {
    run.progress(progress);
  });
  return {
    started: (node) => run.started(node),
    log: (stream, piece) => {
      if (stream === 'stdout') lines.take(piece);
      return run.log(stream, piece);
    },
    output: (key, content) => run.output(key, content),
  };
}

function outcomeOf({ exitCode, limit, result }: LaunchEnd, { limits }: Launch): JobOutcome {
  if (limit === 'memory') {
    throw new JobFailure('limit', `The container exceeded its limit of ${limits.memoryBytes} bytes of memory.`, {
      exitCode,
    });
  }
  if (limit === 'disk') {
    throw new JobFailure('limit', `The output directory exceeded ${limits.diskBytes} bytes.`, { exitCode });
  }
  if (exitCode !== 0) {
    throw new JobFailure('exit', `The container ended with exit code ${exitCode}${hintOf(exitCode)}.`, {
      exitCode,
    });
  }
  return { exitCode, ...(result === null ? {} : { result: resultOf(result) }) };
}

/** Returns the meaning of an exit code according to the conventions of shells and engines. */
function hintOf(exitCode: number): string {
  if (exitCode === 126) return ': its command cannot be run';
  if (exitCode === 127) return ': its command was not found';
  return exitCode > 128 && exitCode < 160 ? `: it was terminated by signal ${exitCode - 128}` : '';
}

function resultOf(text: string): JsonValue {
  const tooLarge = Buffer.byteLength(text) > JOB_LIMITS.maxResultBytes;
  if (tooLarge) {
    throw new JobFailure(
      'limit',
      `The result is larger than ${JOB_LIMITS.maxResultBytes} bytes. Write it to an output file.`,
    );
  }
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new JobFailure('failed', 'The result that the job wrote is not valid JSON.', { cause });
  }
}
