import { AppError } from '../../../kernel/errors/app-error';
import type { CallNode } from '../../../kernel/threads/call-slots';
import { TaskStopped } from '../../../kernel/threads/task-stopped';
import { workerFile } from '../../../kernel/threads/worker-file';
import type { WorkerPool } from '../../../kernel/threads/worker-pool';
import { handMessage, type ThreadHost } from './thread-host';
import type { SkillTask, ThreadJob, ThreadMessage, ThreadOutcome } from './thread-job';

/** Returns the path of the handler for skill jobs, for pools that preload it. */
export const skillJobHandler = (): string => workerFile(__dirname, 'skill-job.handler.js');

/** The CPU time limit of checks, which take milliseconds unless the input is malicious. */
const CHECK_CPU_MS = 5_000;
const FIT_CPU_MS = 2_000;
/** The extra CPU time of a run before its thread is terminated. Usually the sandbox stops the code first. */
const GRACE_CPU_MS = 250;

export interface SkillJobOrder {
  readonly tenantId: string;
  readonly job: ThreadJob;
  /** The name of the skill, for logs. */
  readonly skill?: string;
  /** Handles the calls that the code makes. Absent for jobs that do not run code. */
  readonly host?: ThreadHost;
  /** Ends the job, or its wait for a thread. */
  readonly signal?: AbortSignal;
  /** The position of the job in the tree of skills that call each other. */
  readonly call?: CallNode;
}

/**
 * Runs a skill's job in a thread of a pool.
 * Errors: `unavailable` when too many jobs are waiting or the process is stopping; internal faults.
 */
export async function runSkillJob(pool: WorkerPool, order: SkillJobOrder): Promise<ThreadOutcome> {
  const { tenantId, job, skill, host, signal, call } = order;
  const cancelled = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const cancel = (): void => void Atomics.store(cancelled, 0, 1);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await pool.run<ThreadOutcome>({
      kind: `skill.${job.kind}`,
      handler: skillJobHandler(),
      tenantId,
      payload: { job, cancelled } satisfies SkillTask,
      cpuMs: cpuLimitOf(job),
      ...(skill === undefined ? {} : { resource: skill }),
      ...(signal === undefined ? {} : { signal }),
      ...(call === undefined ? {} : { call }),
      sizeBytes: sizeOf(job),
      onMessage: (message, reply) => {
        if (host !== undefined) handMessage(host, message as ThreadMessage, reply);
      },
    });
  } catch (error) {
    const outcome = signal?.aborted === true ? STOPPED.cancelled : outcomeOf(error, job);
    if (outcome === null) throw error;
    return outcome;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

const STOPPED = {
  cancelled: { kind: 'stopped', why: 'cancelled' },
  cpu: { kind: 'stopped', why: 'cpu' },
  wall: { kind: 'stopped', why: 'wall' },
} as const;

/** Returns the outcome that a pool error represents; `null` for faults. */
function outcomeOf(error: unknown, job: ThreadJob): ThreadOutcome | null {
  // The nested call's own tree occupies every thread that the call could get.
  if (error instanceof AppError && error.code === 'unprocessable') return { kind: 'limit', message: error.message };
  if (!(error instanceof TaskStopped) || error.reason === 'crashed') return null;
  if (error.reason === 'memory') return { kind: 'limit', message: 'The memory limit was exceeded.' };
  if (job.kind === 'run') return STOPPED[error.reason];
  return { kind: 'limit', message: 'The check takes too long.' };
}

function cpuLimitOf(job: ThreadJob): number {
  if (job.kind === 'run') return job.cpuMs + GRACE_CPU_MS;
  return job.kind === 'check' ? CHECK_CPU_MS : FIT_CPU_MS;
}

/** Estimates the memory that a waiting job uses. Sources are not counted, because the process caches them anyway. */
function sizeOf(job: ThreadJob): number {
  if (job.kind === 'run') return job.input.length;
  return job.kind === 'fit' ? job.value.length : 0;
}
