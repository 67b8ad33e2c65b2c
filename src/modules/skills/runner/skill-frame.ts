import type { CallContext } from '../../../kernel/context/call-context';
import type { CallNode } from '../../../kernel/threads/call-slots';
import type { SkillProgress } from '../sandbox/thread-job';

/** One call of a skill, either by a job or by another skill. */
export interface SkillFrame {
  readonly tenantId: string;
  /** Acts for the submitter of the job. */
  readonly context: CallContext;
  /** The id of the job, extended for a nested call. Receivers see it, and it is the same for each attempt. */
  readonly runId: string;
  readonly jobId: string;
  readonly attempt: number;
  /** The call of the parent skill, which occupies its thread in the meantime; `null` for a job's own call. */
  readonly parent: CallNode | null;
  /** The number of skills above this one. */
  readonly depth: number;
  readonly signal: AbortSignal;
  /** The end of the parent frame in Unix milliseconds; infinite for a job's own call. */
  readonly endsAtMs: number;
  log(stream: 'stdout' | 'stderr', text: string): void;
  progress(progress: SkillProgress): void;
}

/** Returns the milliseconds left for a call with this timeout, within the parent frame. */
export function leftMs({ endsAtMs }: SkillFrame, timeoutSeconds: number, nowMs: number): number {
  return Math.max(1, Math.min(timeoutSeconds * 1_000, endsAtMs - nowMs));
}
