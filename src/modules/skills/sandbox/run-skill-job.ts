import { AppError } from '../../../kernel/errors/app-error';
import type { CallNode } from '../../../kernel/threads/call-slots';
import { TaskStopped } from '../../../kernel/threads/task-stopped';
import { workerFile } from '../../../kernel/threads/worker-file';
import type { WorkerPool } from '../../../kernel/threads/worker-pool';
import { handMessage, type ThreadHost } from './thread-host';
import type { SkillTask, ThreadJob, ThreadMessage, ThreadOutcome } from './thread-job';

/** The handler of skills' jobs, for pools that preload it. */
export const skillJobHandler = (): string => workerFile(__dirname, 'skill-job.handler.js');

/** CPU time of checks, which take milliseconds unless somebody means harm. */
const CHECK_CPU_MS = 5_000;
const FIT_CPU_MS = 2_000;
/** CPU time that a run has beyond its limit before its thread is ended: the sandbox stops code itself where it can. */
const GRACE_CPU_MS = 250;

export interface SkillJobOrder {
  readonly tenantId: string;
  readonly job: ThreadJob;
  /** Name of the skill, for logs. */
  readonly skill?: string;
  /** Serves the calls of the code; left out for jobs that run none. */
  readonly host?: ThreadHost;
  /** Ends the job, or its wait. */
  readonly signal?: AbortSignal;
  /** The place of the job among skills that call each other. */
  readonly call?: CallNode;
}

/**
 * Runs a job of a skill in a thread of a pool.
 * Errors: `unavailable` when too much waits or the process stops; faults of ours.
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

/** The outcome that an error of the pool stands for; `null` for faults. */
function outcomeOf(error: unknown, job: ThreadJob): ThreadOutcome | null {
  // A nested call whose own tree holds every thread that it could get.
  if (error instanceof AppError && error.code === 'unprocessable') return { kind: 'limit', message: error.message };
  if (!(error instanceof TaskStopped) || error.reason === 'crashed') return null;
  if (error.reason === 'memory') return { kind: 'limit', message: 'It needed more memory than it may have.' };
  if (job.kind === 'run') return STOPPED[error.reason];
  return { kind: 'limit', message: 'It takes too long to check.' };
}

function cpuLimitOf(job: ThreadJob): number {
  if (job.kind === 'run') return job.cpuMs + GRACE_CPU_MS;
  return job.kind === 'check' ? CHECK_CPU_MS : FIT_CPU_MS;
}

/** Size of what waits with a job, about: sources are kept by the process anyway. */
function sizeOf(job: ThreadJob): number {
  if (job.kind === 'run') return job.input.length;
  return job.kind === 'fit' ? job.value.length : 0;
}
