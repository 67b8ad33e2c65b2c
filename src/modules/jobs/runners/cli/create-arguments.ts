import type { Launch } from '../container-launcher';
import { CONTAINER_ROOT } from '../run-variables';
import type { DirectoryOwner, WorkDirectory } from '../work-directory';

/** The label that marks a worker's containers. */
export const WORKER_LABEL = 'coresdk.worker';

/** The size of /tmp, which counts toward the container's memory. */
const TMP_BYTES = 67_108_864;

/** The user inside a container if this process is root. This user does not exist on the machine. */
export const UNPRIVILEGED: DirectoryOwner = { uid: 65_532, gid: 65_532 };

export interface Creation {
  readonly launch: Launch;
  readonly name: string;
  readonly worker: string;
  readonly work: WorkDirectory;
  readonly envFile: string;
  /** The user inside the container; never root. */
  readonly user: DirectoryOwner;
  readonly isPodman: boolean;
  /** The name of the engine's network; `null` for none. */
  readonly network: string | null;
}

/**
 * Returns the arguments with which an engine creates a container that can only compute. The container has no network, no capabilities, no
 * means to gain privileges, and no writable path except its output and a small /tmp. All values from the tenant come after an equals sign
 * or after the image, where they cannot be mistaken for options.
 */
export function createArguments(creation: Creation): readonly string[] {
  const { launch, name, worker, work, user, isPodman, network } = creation;
  const { limits, command, args, image } = launch;
  const [entrypoint, ...rest] = command;
  return [
    'create',
    `--name=${name}`,
    `--label=${WORKER_LABEL}=${worker}`,
    `--label=coresdk.job=${launch.jobId}`,
    `--label=coresdk.tenant=${launch.tenantId}`,
    '--pull=missing',
    '--read-only',
    `--tmpfs=/tmp:rw,nosuid,nodev,size=${TMP_BYTES}`,
    '--cap-drop=ALL',
    '--security-opt=no-new-privileges',
    `--user=${user.uid}:${user.gid}`,
    // Rootless podman: map this process's user to the same user inside the container, so that this user owns the files.
    ...(isPodman && user !== UNPRIVILEGED ? ['--userns=keep-id'] : []),
    `--network=${network ?? 'none'}`,
    '--ipc=private',
    `--pids-limit=${limits.processes}`,
    `--memory=${limits.memoryBytes}`,
    // The limit covers memory and swap together, so the container has no swap.
    `--memory-swap=${limits.memoryBytes}`,
    `--cpus=${limits.cpuMillis / 1_000}`,
    ...(limits.gpus > 0 ? [`--gpus=${limits.gpus}`] : []),
    // This process receives the output, and the engine does not store any of the output on disk.
    '--log-driver=none',
    '--restart=no',
    `--env-file=${creation.envFile}`,
    ...mount(work, 'input', 'ro'),
    ...mount(work, 'input.json', 'ro'),
    ...mount(work, 'secrets', 'ro'),
    ...mount(work, 'output', 'rw'),
    // Podman parses an argument that begins with a bracket as JSON; Docker does not accept JSON here.
    ...(entrypoint === undefined ? [] : [`--entrypoint=${isPodman ? JSON.stringify([entrypoint]) : entrypoint}`]),
    image,
    ...rest,
    ...args,
  ];
}

/** Returns the argument for a mount. `Z` makes the mount private to this container where SELinux is active. */
function mount(work: WorkDirectory, name: string, mode: 'ro' | 'rw'): readonly string[] {
  return [`--volume=${work.at(name)}:${CONTAINER_ROOT}/${name}:${mode},Z`];
}
