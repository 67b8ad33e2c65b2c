import { JobFailure } from '../contract/job-runner';
import { cpuMillisOf, memoryBytesOf, type ResourceLimits } from '../contract/job-request.types';
import type { LaunchLimits } from './container-launcher';
import type { JobRunnersConfig } from './job-runners.config';

/**
 * Returns the resource limits of a job: the limit that the job sets, otherwise its request, otherwise the installation's default. Errors:
 * `JobFailure` with the reason `limit` when a value exceeds the installation's maximum.
 */
export function limitsOf(asked: ResourceLimits, settings: JobRunnersConfig): LaunchLimits {
  const cpuMillis = cpuMillisOf(asked.cpuLimit) ?? cpuMillisOf(asked.cpuRequest) ?? settings.JOBS_CPU_MILLIS;
  const memoryBytes =
    memoryBytesOf(asked.memoryLimit) ?? memoryBytesOf(asked.memoryRequest) ?? settings.JOBS_MEMORY_BYTES;
  check('processors (in thousandths)', cpuMillis, settings.JOBS_MAX_CPU_MILLIS);
  check('bytes of memory', memoryBytes, settings.JOBS_MAX_MEMORY_BYTES);
  check('GPUs', asked.gpuCount, settings.JOBS_MAX_GPUS);
  return {
    cpuMillis,
    memoryBytes,
    gpus: asked.gpuCount,
    processes: settings.JOBS_MAX_PROCESSES,
    diskBytes: settings.JOBS_MAX_DISK_BYTES,
  };
}

function check(what: string, asked: number, most: number): void {
  if (asked <= most) return;
  throw new JobFailure('limit', `The job requests ${asked} ${what}; the limit of this installation is ${most}.`, {
    mayRetry: false,
  });
}
