import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { programVariables } from '../../../../kernel/config/program-variables';
import { JobFailure } from '../../contract/job-runner';
import { attend, type Child } from '../child';
import { isFault } from '../system-fault';
import { ContainerLauncher, type Launch, type LaunchEnd, type LaunchSink } from '../container-launcher';
import { DiskFull, watchDisk } from '../disk-watch';
import { keepOutput } from '../output-files';
import { directoryVariables } from '../run-variables';
import { WorkDirectory } from '../work-directory';
import type { WorkPlace } from '../work-place';
import { killProcessesOf, processesOf, residentBytes } from './process-tree';

const LOOK_EVERY_MS = 500;

/** The error for processes that exceed their job's memory limit. */
class MemoryFull extends Error {}

/**
 * Runs jobs as plain processes without isolation: they have this process's user, files and network. For development without a container
 * engine; the settings refuse this launcher in production. Memory and disk are checked twice a second; CPU usage and the number of
 * processes are not limited.
 */
export class ProcessLauncher extends ContainerLauncher {
  override readonly usesImages = false;

  constructor(
    private readonly place: WorkPlace,
    private readonly stopGraceMs: number,
  ) {
    super();
  }

  override async launch(launch: Launch, sink: LaunchSink, signal: AbortSignal): Promise<LaunchEnd> {
    const [file, ...args] = [...launch.command, ...launch.args];
    if (file === undefined) {
      throw new JobFailure('input', 'The job has no command, and local processes have no image that sets one.', {
        mayRetry: false,
      });
    }
    const work = await WorkDirectory.make(await this.place.path(), launch, null);
    try {
      await mkdir(work.at('home'), { mode: 0o700 });
      await sink.started();
      const end = await this.run({ file, args }, work, launch, sink, signal);
      if (launch.capturesOutput && end.limit !== 'disk')
        await keepOutput(work.at('output'), sink, launch.limits.diskBytes);
      return { ...end, result: await work.result() };
    } finally {
      await killProcessesOf(null, work.path);
      await work.remove();
    }
  }

  private async run(
    { file, args }: { readonly file: string; readonly args: readonly string[] },
    work: WorkDirectory,
    launch: Launch,
    sink: LaunchSink,
    signal: AbortSignal,
  ): Promise<Pick<LaunchEnd, 'exitCode' | 'limit'>> {
    const program = { file, args, env: environmentOf(work, launch), cwd: work.at('home') };
    try {
      const exitCode = await attend(program, {
        log: (stream, piece) => sink.log(stream, piece),
        halt: (child) => this.halt(child, work),
        signal,
        watches: [
          (_child, fail) => watchDisk(work.at('output'), launch.limits.diskBytes, fail),
          (child, fail) => watchMemory(child, work, launch.limits.memoryBytes, fail),
        ],
        clear: (child) => killProcessesOf(child.pid, work.path),
      });
      return { exitCode, limit: null };
    } catch (thrown) {
      if (thrown instanceof DiskFull) return { exitCode: 137, limit: 'disk' };
      if (thrown instanceof MemoryFull) return { exitCode: 137, limit: 'memory' };
      if (isMissing(thrown)) {
        throw new JobFailure('input', `The command "${file}" cannot be run here.`, { mayRetry: false, exitCode: 127 });
      }
      throw thrown;
    }
  }

  private async halt(child: Child, work: WorkDirectory): Promise<void> {
    child.kill('SIGTERM');
    for (let waited = 0; waited < this.stopGraceMs; waited += 50) {
      if ((await processesOf(child.pid, work.path)).length === 0) break;
      await sleep(50);
    }
    child.kill('SIGKILL');
    await killProcessesOf(child.pid, work.path);
  }
}

/**
 * Returns the environment of a job: the variables of this process that programs need, and the variables of the request and the platform,
 * which take precedence.
 */
function environmentOf(work: WorkDirectory, launch: Launch): Readonly<Record<string, string>> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', LANG = 'C.UTF-8' } = programVariables();
  return {
    PATH,
    LANG,
    HOME: work.at('home'),
    TMPDIR: work.at('home'),
    ...Object.fromEntries(launch.variables),
    ...Object.fromEntries(launch.secretVariables),
    ...Object.fromEntries(directoryVariables(work.path)),
  };
}

function watchMemory(
  child: Child,
  work: WorkDirectory,
  limitBytes: number,
  fail: (fault: MemoryFull) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const look = async (): Promise<void> => {
    const used = residentBytes(await processesOf(child.pid, work.path));
    if (isOver) return;
    if (used > limitBytes) fail(new MemoryFull(`The processes use ${used} bytes of memory.`));
    else timer = setTimeout(() => void look(), LOOK_EVERY_MS);
  };
  void look();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

function isMissing(thrown: unknown): boolean {
  return isFault(thrown, ['ENOENT', 'EACCES', 'ENOEXEC', 'ENOTDIR', 'E2BIG']);
}
