import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Logger } from '../../../../kernel/telemetry/logger';
import { JobFailure } from '../../contract/job-runner';
import { attend, type Child } from '../child';
import { ContainerLauncher, type Launch, type LaunchEnd, type LaunchSink } from '../container-launcher';
import { DiskFull, watchDisk } from '../disk-watch';
import { keepOutput } from '../output-files';
import { CONTAINER_ROOT, directoryVariables } from '../run-variables';
import { type DirectoryOwner, WorkDirectory } from '../work-directory';
import type { WorkPlace } from '../work-place';
import type { ContainerCli } from './container-cli';
import { createArguments, type Creation, UNPRIVILEGED, WORKER_LABEL } from './create-arguments';

/** The file that contains the environment variables. It is not mounted into the container. */
const VARIABLES = 'variables';

/** The time limit for creating a container. It is long because an image can be large and slow to pull. */
const CREATE_LIMIT_MS = 15 * 60_000;
const ANSWER_LIMIT_MS = 30_000;

/** Matches the messages that engines print when an image cannot be pulled. */
const IMAGE_FAULT = /pull|manifest|registr|no such image|image not known|repository|unauthorized|denied|tag/i;

export interface CliLauncherOptions {
  /** The engine's network for jobs with network access. */
  readonly network: string | null;
  readonly stopGraceMs: number;
}

/** Runs containers with podman or docker on this machine. Each container is created, started and attached to, inspected, and removed. */
export class CliLauncher extends ContainerLauncher {
  override readonly usesImages = true;

  constructor(
    private readonly cli: ContainerCli,
    private readonly place: WorkPlace,
    private readonly options: CliLauncherOptions,
    private readonly logger: Logger,
  ) {
    super();
    place.onLeftover = (worker) => this.removeLabeled(`${WORKER_LABEL}=${worker}`);
  }

  override async launch(launch: Launch, sink: LaunchSink, signal: AbortSignal): Promise<LaunchEnd> {
    const user = ownUser();
    const variables = envFile(
      new Map([...launch.variables, ...launch.secretVariables, ...directoryVariables(CONTAINER_ROOT)]),
    );
    const work = await WorkDirectory.make(await this.place.path(), launch, user === UNPRIVILEGED ? user : null);
    const name = `coresdk-${launch.jobId}-${randomBytes(4).toString('hex')}`;
    try {
      await writeFile(work.at(VARIABLES), variables, { mode: 0o400, flag: 'wx' });
      // Removes the containers of an attempt whose worker died while the engine kept running.
      await this.removeLabeled(`coresdk.job=${launch.jobId}`);
      await this.create({ launch, name, work, user }, signal);
      await sink.started();
      const end = await this.start(name, work, launch, sink, signal);
      if (launch.capturesOutput && end.limit !== 'disk')
        await keepOutput(work.at('output'), sink, launch.limits.diskBytes);
      return { ...end, result: await work.result() };
    } finally {
      await this.remove([name]);
      await work.remove();
    }
  }

  private async create(of: Pick<Creation, 'launch' | 'name' | 'work' | 'user'>, signal: AbortSignal): Promise<void> {
    const { image, hasNetwork } = of.launch;
    const args = createArguments({
      ...of,
      worker: this.place.label,
      envFile: of.work.at(VARIABLES),
      isPodman: this.cli.isPodman,
      network: hasNetwork ? this.options.network : null,
    });
    const { code, stderr } = await this.cli.ask(args, CREATE_LIMIT_MS, signal);
    if (code === 0) return;
    if (IMAGE_FAULT.test(stderr)) {
      const message = `Could not pull the image "${image}". It may not exist, or its registry may be unreachable.`;
      throw new JobFailure('failed', message, { cause: new Error(stderr) });
    }
    throw new Error(`The container engine did not create a container (${code}): ${stderr}`);
  }

  private async start(
    name: string,
    work: WorkDirectory,
    launch: Launch,
    sink: LaunchSink,
    signal: AbortSignal,
  ): Promise<Pick<LaunchEnd, 'exitCode' | 'limit'>> {
    try {
      const code = await attend(this.cli.program(['start', '--attach', name]), {
        log: (stream, piece) => sink.log(stream, piece),
        halt: (child) => this.halt(name, child),
        signal,
        watches: [(_child, fail) => watchDisk(work.at('output'), launch.limits.diskBytes, fail)],
      });
      return await this.stateOf(name, code);
    } catch (thrown) {
      if (thrown instanceof DiskFull) return { exitCode: 137, limit: 'disk' };
      throw thrown;
    }
  }

  /**
   * Returns the outcome of a container.
   * @param code the exit code of the engine's program; equals the container's exit code, unless the container never started.
   */
  private async stateOf(name: string, code: number): Promise<Pick<LaunchEnd, 'exitCode' | 'limit'>> {
    const format = '--format={{.State.Status}} {{.State.OOMKilled}} {{.State.ExitCode}}';
    const { stdout } = await this.cli.ask(['container', 'inspect', format, name], ANSWER_LIMIT_MS);
    const [status = '', isOutOfMemory, exitCode] = stdout.trim().split(' ');
    if (/^(exited|stopped|dead)$/.test(status)) {
      return { exitCode: Number(exitCode), limit: isOutOfMemory === 'true' ? 'memory' : null };
    }
    // The command does not exist or is not executable. In that case, the container has no state.
    if (code === 126 || code === 127) return { exitCode: code, limit: null };
    throw new Error(`The container engine lost a container that it was running (${code}, "${status}").`);
  }

  /** Requests a stop, kills the container after the grace period, and then terminates the engine's attached program. */
  private async halt(name: string, child: Child): Promise<void> {
    const seconds = Math.ceil(this.options.stopGraceMs / 1_000);
    const limitMs = this.options.stopGraceMs + ANSWER_LIMIT_MS;
    const stopped = await this.cli.ask(['stop', '-t', String(seconds), name], limitMs).catch(() => null);
    if (stopped?.code !== 0) await this.cli.ask(['kill', name], ANSWER_LIMIT_MS).catch(() => null);
    child.kill('SIGKILL');
  }

  private async removeLabeled(label: string): Promise<void> {
    const args = ['ps', '--all', '--quiet', '--no-trunc', `--filter=label=${label}`];
    const { stdout } = await this.cli.ask(args, ANSWER_LIMIT_MS);
    const ids = stdout.split('\n').filter((id) => /^[0-9a-f]{12,64}$/.test(id));
    if (ids.length > 0) await this.remove(ids);
  }

  /**
   * Removes containers. An error does not fail the job, because the next worker on this machine finds remaining containers by their label.
   */
  private async remove(names: readonly string[]): Promise<void> {
    try {
      const { code, stderr } = await this.cli.ask(['rm', '--force', '--volumes', ...names], ANSWER_LIMIT_MS);
      if (code !== 0 && !/no such container/i.test(stderr)) throw new Error(stderr);
    } catch (error) {
      this.logger.warn({ err: error, containers: names }, 'The container engine did not remove ended containers');
    }
  }
}

/**
 * Returns the user inside the container: an unprivileged user if this process is root, otherwise the user of this process, who owns the
 * files.
 */
function ownUser(): DirectoryOwner {
  const uid = process.getuid?.() ?? 0;
  return uid === 0 ? UNPRIVILEGED : { uid, gid: process.getgid?.() ?? uid };
}

/** Engines read lines of at most 64 KiB. */
const MAX_LINE_BYTES = 65_000;

/**
 * Returns a container's variables in the format of `--env-file`: one literal `NAME=value` per line. This keeps values out of command lines
 * and out of the environment of the engine's program, where variables such as `DOCKER_HOST` would change its behavior. Errors: `JobFailure`
 * for a value that such a line cannot contain.
 */
function envFile(variables: ReadonlyMap<string, string>): string {
  return [...variables].map(([name, value]) => `${lineOf(name, value)}\n`).join('');
}

function lineOf(name: string, value: string): string {
  if (/[\r\n]/.test(value)) {
    throw unfit(
      `The variable ${name} contains a line break, which containers cannot receive here. Pass the value as a file.`,
    );
  }
  const line = `${name}=${value}`;
  if (Buffer.byteLength(line) > MAX_LINE_BYTES) {
    throw unfit(`The variable ${name} is longer than ${MAX_LINE_BYTES} bytes. Pass the value as a file.`);
  }
  return line;
}

function unfit(message: string): JobFailure {
  return new JobFailure('input', message, { mayRetry: false });
}
