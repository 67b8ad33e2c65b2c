import { AppError } from '../../../kernel/errors/app-error';
import { JobFailure, JobRefusal } from '../../jobs/contract/job-runner';
import type { SkillFault, StopReason, ThreadOutcome } from '../sandbox/thread-job';

const SHOWN_FAULTS = 5;

/** Returns the failure for a value that does not match its schema, with a message. A call with invalid input does not count as a run. */
export function misfitFailure(of: 'input' | 'output', faults: readonly SkillFault[]): JobFailure {
  const words = faults
    .slice(0, SHOWN_FAULTS)
    .map(({ pointer, message }) => `${pointer} ${message}`)
    .join('; ');
  const message = `The ${of} does not match its schema: ${words}.`;
  if (of === 'input') return new JobRefusal(new AppError('invalid_request', message, { fields: faults }));
  return new JobFailure('failed', message);
}

/** Returns the failure for a run without output. */
export function outcomeFailure(
  outcome: Exclude<ThreadOutcome, { kind: 'output' | 'checked' | 'fit' }>,
  limits: { readonly cpuMs: number; readonly wallMs: number },
): JobFailure {
  if (outcome.kind === 'misfit') return misfitFailure(outcome.of, outcome.faults);
  if (outcome.kind === 'thrown') return new JobFailure('failed', outcome.message);
  if (outcome.kind === 'limit') return new JobFailure('limit', outcome.message, { mayRetry: false });
  return stopFailure(outcome.why, limits);
}

function stopFailure(
  why: StopReason,
  { cpuMs, wallMs }: { readonly cpuMs: number; readonly wallMs: number },
): JobFailure {
  if (why === 'cancelled') return new JobFailure('failed', 'The run was cancelled.', { mayRetry: false });
  if (why === 'wall') return new JobFailure('timeout', `The code ran longer than ${wallMs / 1_000} s.`);
  return new JobFailure('limit', `The code used more than ${cpuMs / 1_000} s of CPU time.`, { mayRetry: false });
}
