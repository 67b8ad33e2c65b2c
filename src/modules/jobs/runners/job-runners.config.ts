import { faultyDefaults } from './image-reference';
import { type ConfigOf, configSection } from '../../../kernel/config/config-section';
import { boolean, integer, list, text } from '../../../kernel/config/variables';
import { JOB_LIMITS } from '../contract/job-limits';

const MIB = 1_048_576;
const GIB = 1_073_741_824;

/** Settings of the container job runner. By default, images, networks and plain processes are not allowed. */
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
        'References of the images that jobs can run; a trailing * matches any suffix. Unset: only the default images; if there are none, container jobs are refused.',
    }),
    JOBS_DEFAULT_IMAGES: list({
      default: [],
      description:
        'Default images for jobs that do not name one, as kind=image; the kind * covers all other kinds. These images are allowed.',
    }),
    JOBS_CONTAINER_NETWORK: text({
      default: null,
      pattern: /^[A-Za-z0-9][\w.-]{0,127}$/,
      description:
        'Engine network for the images of JOBS_NETWORK_IMAGES. Choose one that cannot reach the internal network. Unset: no job has a network.',
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
      description: 'Thousandths of a processor for a job that does not request a number.',
    }),
    JOBS_MAX_CPU_MILLIS: integer({
      default: 4_000,
      min: 10,
      max: JOB_LIMITS.maxCpuMillis,
      description: 'The maximum that a job can request.',
    }),
    JOBS_MEMORY_BYTES: integer({
      default: 512 * MIB,
      min: 8 * MIB,
      max: JOB_LIMITS.maxMemoryBytes,
      unit: 'bytes',
      description: 'Memory for a job that does not request an amount.',
    }),
    JOBS_MAX_MEMORY_BYTES: integer({
      default: 4 * GIB,
      min: 8 * MIB,
      max: JOB_LIMITS.maxMemoryBytes,
      unit: 'bytes',
      description: 'The maximum that a job can request.',
    }),
    JOBS_MAX_GPUS: integer({
      default: 0,
      min: 0,
      max: JOB_LIMITS.maxGpus,
      description: 'The maximum number of GPUs that a job can request.',
    }),
    JOBS_MAX_PROCESSES: integer({
      default: 256,
      min: 1,
      max: 100_000,
      description: 'The maximum number of processes and threads of one job.',
    }),
    JOBS_MAX_DISK_BYTES: integer({
      default: GIB,
      min: MIB,
      max: 1_024 * GIB,
      unit: 'bytes',
      description:
        'The maximum size of the output directory of a job. The size is checked twice a second; a job that exceeds it is stopped.',
    }),
    JOBS_STOP_GRACE_MS: integer({
      default: 2_000,
      min: 0,
      max: 60_000,
      unit: 'ms',
      description: 'Time between the SIGTERM and the SIGKILL for a job that must end.',
    }),
    JOBS_WORK_DIR: text({
      default: null,
      pattern: /^\/[^:,\0]*$/,
      patternHint: 'must be an absolute path without colons or commas',
      description:
        'The directory for the input and output of running jobs. Unset: a directory below the system’s directory for temporary files.',
    }),
    JOBS_ALLOW_LOCAL_PROCESS: boolean({
      default: false,
      description:
        'Runs container jobs as plain processes on this machine, without isolation. For development; refused in production.',
    }),
  },
  (values, { isProduction, reader }) => {
    if (values.JOBS_ALLOW_LOCAL_PROCESS && isProduction) {
      reader.fault(
        'JOBS_ALLOW_LOCAL_PROCESS=true is not allowed in production: it runs tenant code without isolation.',
      );
    }
    for (const text of faultyDefaults(values.JOBS_DEFAULT_IMAGES)) {
      reader.fault(`JOBS_DEFAULT_IMAGES contains "${text}", which does not have the form kind=image.`);
    }
    if (values.JOBS_NETWORK_IMAGES.length > 0 && values.JOBS_CONTAINER_NETWORK === null) {
      reader.fault('JOBS_NETWORK_IMAGES requires JOBS_CONTAINER_NETWORK. Set both.');
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
