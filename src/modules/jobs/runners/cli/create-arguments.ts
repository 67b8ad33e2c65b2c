import type { Launch } from '../container-launcher';
import { CONTAINER_ROOT } from '../run-variables';
import type { DirectoryOwner, WorkDirectory } from '../work-directory';

/** Label by which a worker's containers are found again. */
export const WORKER_LABEL = 'coresdk.worker';

/** Of /tmp, which counts as memory of the container. */
const TMP_BYTES = 67_108_864;

/** Who runs in a container where this process is root: nobody of the machine. */
export const UNPRIVILEGED: DirectoryOwner = { uid: 65_532, gid: 65_532 };

export interface Creation {
  readonly launch: Launch;
  readonly name: string;
  readonly worker: string;
  readonly work: WorkDirectory;
  readonly envFile: string;
  /** Inside of the container; never root. */
  readonly user: DirectoryOwner;
  readonly isPodman: boolean;
  /** Name of the engine's network; `null` for none. */
  readonly network: string | null;
}

/**
 * The words by which an engine creates a container that can do nothing but compute: no network, no capability, no way to
 * more rights, nothing to write to but its output and a small /tmp. All that a tenant chose stands behind an equals sign or
 * behind the image, where nothing is taken for an option.
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
    // Rootless podman: this process's user is to be the same one inside, and so to have what it made.
    ...(isPodman && user !== UNPRIVILEGED ? ['--userns=keep-id'] : []),
    `--network=${network ?? 'none'}`,
    '--ipc=private',
    `--pids-limit=${limits.processes}`,
    `--memory=${limits.memoryBytes}`,
    // Memory and swap together: no swap.
    `--memory-swap=${limits.memoryBytes}`,
    `--cpus=${limits.cpuMillis / 1_000}`,
    ...(limits.gpus > 0 ? [`--gpus=${limits.gpus}`] : []),
    // What it says comes to us; the engine keeps none of it on disk.
    '--log-driver=none',
    '--restart=no',
    `--env-file=${creation.envFile}`,
    ...mount(work, 'input', 'ro'),
    ...mount(work, 'input.json', 'ro'),
    ...mount(work, 'secrets', 'ro'),
    ...mount(work, 'output', 'rw'),
    // Podman takes what begins with a bracket for JSON; docker knows no JSON here.
    ...(entrypoint === undefined ? [] : [`--entrypoint=${isPodman ? JSON.stringify([entrypoint]) : entrypoint}`]),
    image,
    ...rest,
    ...args,
  ];
}

/** `Z`: for this container alone, where SELinux is. */
function mount(work: WorkDirectory, name: string, mode: 'ro' | 'rw'): readonly string[] {
  return [`--volume=${work.at(name)}:${CONTAINER_ROOT}/${name}:${mode},Z`];
}
