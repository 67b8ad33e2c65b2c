import { faultyDefaults } from './image-reference';
import { type ConfigOf, configSection } from '../../../kernel/config/config-section';
import { boolean, integer, list, text } from '../../../kernel/config/variables';
import { JOB_LIMITS } from '../contract/job-limits';

const MIB = 1_048_576;
const GIB = 1_073_741_824;

/** Settings of the runner of container jobs. Nothing is allowed by default: no image, no network, no process. */
export const jobRunnersConfig = configSection(
  'Container jobs',
  {
    JOBS_CONTAINER_CLI: text({
      default: null,
      description:
        'The container engine: a path, or a name on the PATH. Unset: podman or docker, whichever is found first.',
    }),
    JOBS_IMAGES: list({
      default: [],
      description:
        'Images that jobs may run, by reference; a * at the end stands for any rest. Unset: none but the defaults, so that container jobs are refused where there are no defaults either.',
    }),
    JOBS_DEFAULT_IMAGES: list({
      default: [],
      description: 'Images of jobs that name none, as kind=image; a kind * is for all other kinds. They are allowed.',
    }),
    JOBS_CONTAINER_NETWORK: text({
      default: null,
      pattern: /^[A-Za-z0-9][\w.-]{0,127}$/,
      description:
        'Network of the engine for the images of JOBS_NETWORK_IMAGES. Give them one from which the internal network cannot be reached. Unset: no job has a network.',
    }),
    JOBS_NETWORK_IMAGES: list({
      default: [],
      description: 'Images whose jobs have that network, written as in JOBS_IMAGES.',
    }),
    JOBS_CONTAINERS: integer({
      default: 4,
      min: 1,
      max: 1_000,
      description: 'How many container jobs one worker runs at a time.',
    }),
    JOBS_CPU_MILLIS: integer({
      default: 1_000,
      min: 10,
      max: JOB_LIMITS.maxCpuMillis,
      description: 'Thousandths of a processor for a job that asks for none.',
    }),
    JOBS_MAX_CPU_MILLIS: integer({
      default: 4_000,
      min: 10,
      max: JOB_LIMITS.maxCpuMillis,
      description: 'Most that a job may ask for.',
    }),
    JOBS_MEMORY_BYTES: integer({
      default: 512 * MIB,
      min: 8 * MIB,
      max: JOB_LIMITS.maxMemoryBytes,
      unit: 'bytes',
      description: 'Memory of a job that asks for none.',
    }),
    JOBS_MAX_MEMORY_BYTES: integer({
      default: 4 * GIB,
      min: 8 * MIB,
      max: JOB_LIMITS.maxMemoryBytes,
      unit: 'bytes',
      description: 'Most that a job may ask for.',
    }),
    JOBS_MAX_GPUS: integer({
      default: 0,
      min: 0,
      max: JOB_LIMITS.maxGpus,
      description: 'Most GPUs that a job may ask for.',
    }),
    JOBS_MAX_PROCESSES: integer({
      default: 256,
      min: 1,
      max: 100_000,
      description: 'Most processes and threads of one job.',
    }),
    JOBS_MAX_DISK_BYTES: integer({
      default: GIB,
      min: MIB,
      max: 1_024 * GIB,
      unit: 'bytes',
      description:
        'Most that a job may have in its output directory; looked at twice a second, and the job then stopped.',
    }),
    JOBS_STOP_GRACE_MS: integer({
      default: 2_000,
      min: 0,
      max: 60_000,
      unit: 'ms',
      description: 'How long a job that is to end has from its SIGTERM to its SIGKILL.',
    }),
    JOBS_WORK_DIR: text({
      default: null,
      pattern: /^\/[^:,\0]*$/,
      patternHint: 'must be an absolute path without colons and commas',
      description: 'Where jobs have their input and output while they run. Unset: a directory of the system for such.',
    }),
    JOBS_ALLOW_LOCAL_PROCESS: boolean({
      default: false,
      description:
        'Runs container jobs as plain processes of this machine, without a wall around them. For development; refused in production.',
    }),
  },
  (values, { isProduction, reader }) => {
    if (values.JOBS_ALLOW_LOCAL_PROCESS && isProduction) {
      reader.fault('JOBS_ALLOW_LOCAL_PROCESS=true is not for production: it runs what tenants send without a wall.');
    }
    for (const text of faultyDefaults(values.JOBS_DEFAULT_IMAGES)) {
      reader.fault(`JOBS_DEFAULT_IMAGES has "${text}", which is no kind=image.`);
    }
    if (values.JOBS_NETWORK_IMAGES.length > 0 && values.JOBS_CONTAINER_NETWORK === null) {
      reader.fault('JOBS_CONTAINER_NETWORK must be set beside JOBS_NETWORK_IMAGES.');
    }
    for (const [most, usual] of [
      ['JOBS_MAX_CPU_MILLIS', 'JOBS_CPU_MILLIS'],
      ['JOBS_MAX_MEMORY_BYTES', 'JOBS_MEMORY_BYTES'],
    ] as const) {
      if (values[usual] > values[most]) reader.fault(`${usual} must not be above ${most}.`);
    }
  },
);

export type JobRunnersConfig = ConfigOf<typeof jobRunnersConfig>;
