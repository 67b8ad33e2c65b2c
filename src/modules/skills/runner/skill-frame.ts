import type { CallContext } from '../../../kernel/context/call-context';
import type { CallNode } from '../../../kernel/threads/call-slots';
import type { SkillProgress } from '../sandbox/thread-job';

/** One call of a skill: that of a job, or of a skill that another one calls. */
export interface SkillFrame {
  readonly tenantId: string;
  /** Acts for whoever handed the job in. */
  readonly context: CallContext;
  /** The job, and for a call within it also which one: known to whom it is sent, the same at each attempt. */
  readonly runId: string;
  readonly jobId: string;
  readonly attempt: number;
  /** The call of the skill above this one, which holds its thread meanwhile; `null` for a job's own. */
  readonly parent: CallNode | null;
  /** How many skills are above this one. */
  readonly depth: number;
  readonly signal: AbortSignal;
  /** Unix milliseconds at which the frame above ends; endless for a job's own. */
  readonly endsAtMs: number;
  log(stream: 'stdout' | 'stderr', text: string): void;
  progress(progress: SkillProgress): void;
}

/** Milliseconds that a call has which may take so many seconds by itself. */
export function leftMs({ endsAtMs }: SkillFrame, timeoutSeconds: number, nowMs: number): number {
  return Math.max(1, Math.min(timeoutSeconds * 1_000, endsAtMs - nowMs));
}
