import type { CallContext } from '../../../kernel/context/call-context';
import type { CallNode } from '../../../kernel/threads/call-slots';
import type { SkillProgress } from '../sandbox/thread-job';

/** One call to a skill, made either by a job or by another skill. */
export interface SkillFrame {
  readonly tenantId: string;
  /** The context in which the call acts on behalf of the job's submitter. */
  readonly context: CallContext;
  /** The id of the job, extended for a nested call. Receivers see this id, and it is the same for each attempt. */
  readonly runId: string;
  readonly jobId: string;
  readonly attempt: number;
  /** The call of the parent skill, which occupies a thread in the meantime; `null` for the outermost call of a job. */
  readonly parent: CallNode | null;
  /** The number of skills above this one in the tree of calls. */
  readonly depth: number;
  readonly signal: AbortSignal;
  /** The time when the parent frame ends, in Unix milliseconds; infinite for the outermost call of a job. */
  readonly endsAtMs: number;
  log(stream: 'stdout' | 'stderr', text: string): void;
  progress(progress: SkillProgress): void;
}

/** Returns the number of milliseconds that a call with this timeout has left within the parent frame. */
export function leftMs({ endsAtMs }: SkillFrame, timeoutSeconds: number, nowMs: number): number {
  return Math.max(1, Math.min(timeoutSeconds * 1_000, endsAtMs - nowMs));
}
