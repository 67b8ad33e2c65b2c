import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { programVariables } from '../../../../kernel/config/program-variables';
import { ask, type Program, type Said } from '../child';

const KNOWN = ['podman', 'docker'] as const;

/** The command line of a container engine. Podman and Docker accept the same arguments. */
export class ContainerCli {
  /** True when the CLI is podman, which has a separate option to map users. */
  readonly isPodman: boolean;

  constructor(readonly file: string) {
    this.isPodman = /(^|\/)podman[^/]*$/.test(file);
  }

  /**
   * Returns an invocation of the CLI, for `attend`. Its environment contains only the variables that the CLI needs, and none of our
   * settings.
   */
  program(args: readonly string[]): Program {
    return { file: this.file, args, env: programVariables() };
  }

  /** Invokes the CLI and waits for its output. Rejects when the CLI does not end in time or cannot be started. */
  ask(args: readonly string[], timeoutMs: number, signal?: AbortSignal): Promise<Said> {
    return ask(this.program(args), timeoutMs, signal);
  }
}

/**
 * Finds the container engine of this machine.
 * @param wanted a path, or a name on the PATH; `null` to use podman or docker, whichever is found first on the PATH.
 * @returns `null` when there is no engine. Throws when the requested engine does not exist.
 */
export function findContainerCli(wanted: string | null): ContainerCli | null {
  const file = wanted === null ? KNOWN.map(onPath).find((found) => found !== null) : onPath(wanted);
  if (file !== null && file !== undefined) return new ContainerCli(file);
  if (wanted === null) return null;
  throw new Error(`JOBS_CONTAINER_CLI names ${wanted}, which is not an executable program here.`);
}

function onPath(name: string): string | null {
  if (name.includes('/')) return isAbsolute(name) && isProgram(name) ? name : null;
  const folders = (programVariables()['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, name)).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
