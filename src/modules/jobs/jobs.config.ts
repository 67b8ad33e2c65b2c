import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer } from '../../kernel/config/variables';
import { JOB_LIMITS } from './contract/job-limits';

export const jobsConfig = configSection('Jobs', {
  CORESDK_JOBS_DEFAULT_TIMEOUT: integer({
    default: 3_600,
    min: 1,
    max: JOB_LIMITS.maxTimeoutSeconds,
    unit: 'seconds',
    description: 'The time limit of an attempt if the job sets no limit.',
  }),
  JOBS_MAX_QUEUED: integer({
    default: 250_000,
    min: 1,
    max: 10_000_000,
    description:
      'The maximum number of waiting jobs of a tenant. Further jobs are refused. Waiting jobs are counted about once a second.',
  }),
  JOBS_MAX_LOG_BYTES: integer({
    default: 268_435_456,
    min: 1_024,
    max: JOB_LIMITS.maxLogBytes,
    unit: 'bytes',
    description: 'The maximum size of a job’s log over all attempts. A job that exceeds the limit fails.',
  }),
  JOBS_MAX_OUTPUT_BYTES: integer({
    default: 1_073_741_824,
    min: 1_024,
    max: 1_099_511_627_776,
    unit: 'bytes',
    description:
      'The maximum total size of a job’s output files. A job that exceeds the limit fails. Files are kept as long as the job.',
  }),
  JOBS_TENANT_CONCURRENCY: integer({
    default: 20,
    min: 1,
    max: 10_000,
    description: 'The maximum number of jobs of a tenant that run at the same time, across all workers.',
  }),
  JOBS_SYNC_SLOTS: integer({
    default: 32,
    min: 0,
    max: 1_000,
    description:
      'How many in-process tasks (imports, exports) one worker runs at the same time. A worker with 0 runs no such tasks.',
  }),
  JOBS_SYNC_CPU_SECONDS: integer({
    default: 300,
    min: 1,
    max: 86_400,
    description: 'How many seconds of CPU time one in-process task can use on the main thread of its worker.',
  }),
  JOBS_RUNNER_WAIT_SECONDS: integer({
    default: 900,
    min: 60,
    max: 3_600,
    unit: 'seconds',
    description:
      'How long a job waits for a worker that accepts its kind before the job fails, for example during an upgrade of the workers.',
  }),
  JOBS_RETENTION_DAYS: integer({
    default: 30,
    min: 1,
    max: 3_650,
    unit: 'days',
    description: 'How long a job is kept after its end, with its events, log and output.',
  }),
});

export type JobsConfig = ConfigOf<typeof jobsConfig>;
