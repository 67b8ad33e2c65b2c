import { setTimeout as sleep } from 'node:timers/promises';
import type { Counter } from 'prom-client';
import { AppError } from '../../../kernel/errors/app-error';
import type { ErrorCode } from '../../../kernel/errors/error-tables';
import type { Logger } from '../../../kernel/telemetry/logger';
import { backoffMs } from '../../../kernel/retry/retry-backoff';
import { JOB_LIMITS } from '../contract/job-limits';
import {
  JobFailure,
  type JobOutcome,
  type JobPause,
  JobRefusal,
  type JobRunner,
  JobStop,
  JobUndecided,
  type RunnableJob,
} from '../contract/job-runner';
import type { RunEnd, RunKey, RunReport } from '../storage/dispatch.repository';
import type { RunLog } from '../run/run-ports';
import type { RunProgress } from './run-progress';
import type { RunReporter } from './run-reports';
import type { RunningJob } from './running-job';

/** The time within which a signaled run must end. After that, the run is abandoned. */
export const END_WITHIN_MS = 5_000;
const RETRY_AT_LEAST_MS = 100;
/** Errors that are not the job's fault. The job is retried if a retry is allowed. */
const OURS: ReadonlySet<ErrorCode> = new Set([
  'internal',
  'unavailable',
  'deadline_exceeded',
  'temporarily_unavailable',
]);

/** One run of a job, with its dependencies. */
export interface Attempt {
  readonly key: RunKey;
  readonly runnable: RunnableJob;
  readonly runner: JobRunner;
  readonly run: RunningJob;
  readonly stop: AbortController;
  readonly progress: RunProgress;
  readonly log: RunLog | null;
  readonly reports: RunReporter;
  readonly logger: Logger;
  /** Counts the outcomes of runs. */
  readonly ended: Counter<'type' | 'outcome'>;
}

/**
 * Runs an attempt and reports its outcome. A run that was canceled or lost its job to another worker does not report an outcome. Throws
 * when the database does not accept the outcome, even after retries.
 */
export async function runAttempt(attempt: Attempt): Promise<void> {
  const { key, stop, reports, ended } = attempt;
  const { type } = attempt.runnable.job;
  const timer = setTimeout(
    () => stop.abort(new JobStop('timeout')),
    Math.min(attempt.runnable.job.timeoutSeconds * 1_000, 2 ** 31 - 1),
  );
  try {
    const outcome = await outcomeOf(attempt);
    const why = stopOf(stop.signal);
    if (why !== null && why !== 'timeout') return ended.inc({ type, outcome: why });
    if (outcome instanceof JobRefusal && reports.refuse?.(outcome) === true) {
      return ended.inc({ type, outcome: 'refused' });
    }
    const result = outcome instanceof JobFailure ? afterFailure(attempt, outcome) : afterSuccess(key, outcome, attempt);
    // From here on, only the loss of the job stops the reporting.
    await reports.writeWithRetry(result, stop.signal);
    ended.inc({ type, outcome: 'state' in result ? result.state : result.kind });
  } finally {
    clearTimeout(timer);
  }
}

async function outcomeOf(attempt: Attempt): Promise<JobOutcome | JobPause | JobFailure> {
  const { run, runner, runnable, stop, progress, log } = attempt;
  const running = runner.run(runnable, run).catch((error: unknown) => thrownOutcome(error, attempt));
  const outcome = await Promise.race([running, afterGrace(stop.signal)]);
  run.close();
  if (stopOf(stop.signal) === 'timeout') {
    await Promise.allSettled([progress.flush(), log?.close()]);
    const message = `The job ran longer than its limit of ${runnable.job.timeoutSeconds} seconds.`;
    return new JobFailure('timeout', message, { exitCode: 124 });
  }
  if (stop.signal.aborted) {
    await Promise.allSettled([log?.close()]);
    return {};
  }
  await progress.flush();
  try {
    // Write the log of the run before its end.
    await log?.close();
  } catch (error) {
    return outcome instanceof JobFailure ? outcome : failureOf(error, attempt);
  }
  return outcome;
}

/** Resolves with a failure when the grace period after the run's signal has ended. */
async function afterGrace(signal: AbortSignal): Promise<JobFailure> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await sleep(END_WITHIN_MS, undefined, { ref: false });
  return new JobFailure('internal', 'The job did not stop after it was signaled to end.');
}

function thrownOutcome(error: unknown, attempt: Attempt): JobFailure | JobPause {
  return error instanceof JobUndecided ? { resumeAfterMs: error.resumeAfterMs } : failureOf(error, attempt);
}

function failureOf(error: unknown, { stop, runnable, logger }: Attempt): JobFailure {
  if (error instanceof JobFailure) return error;
  // A write by the run was the first to detect that the job has ended or moved to another worker.
  if (error instanceof JobStop) stop.abort(error);
  if (stop.signal.aborted) return new JobFailure('internal', 'The job was signaled to end.');
  if (error instanceof AppError && !OURS.has(error.code)) {
    // Another port has refused the call, with a message that is meant for callers.
    const isLimit = error.code === 'rate_limited';
    return new JobFailure(isLimit ? 'limit' : 'failed', error.message, { mayRetry: isLimit, cause: error });
  }
  logger.error({ err: error, jobId: runnable.job.id, tenantId: runnable.job.tenantId }, 'A job run threw an error');
  return new JobFailure('internal', 'The job failed because of an error in the platform.');
}

function afterSuccess(key: RunKey, outcome: JobOutcome | JobPause, { runnable }: Attempt): RunEnd | RunReport {
  if ('resumeAfterMs' in outcome) {
    const waitMs = Math.min(JOB_LIMITS.maxDelaySeconds * 1_000, Math.max(RETRY_AT_LEAST_MS, outcome.resumeAfterMs));
    return { ...key, kind: 'pause', waitMs };
  }
  const { exitCode = 0, result = null } = outcome;
  const size = Buffer.byteLength(JSON.stringify(result));
  if (size > JOB_LIMITS.maxResultBytes) {
    const message = `The result has ${size} bytes; the maximum is ${JOB_LIMITS.maxResultBytes}. Write larger results to output files.`;
    return failed(key, new JobFailure('limit', message, { exitCode }));
  }
  return { ...key, state: 'succeeded', result, exitCode, data: { exitCode, outputUri: runnable.job.outputUri } };
}

function afterFailure({ key, runnable }: Attempt, failure: JobFailure): RunEnd | RunReport {
  const { attempt: attempts, maxAttempts } = runnable.job;
  if (!failure.mayRetry || attempts >= maxAttempts) return failed(key, failure);
  const { firstDelaySeconds, maxDelaySeconds, factor } = runnable.request.retry;
  const plan = { firstMs: firstDelaySeconds * 1_000, maxMs: maxDelaySeconds * 1_000, factor };
  const waitMs = Math.max(RETRY_AT_LEAST_MS, backoffMs(plan, attempts, Math.random()));
  const { code, exitCode } = failure;
  return { ...key, kind: 'retry', code, error: messageOf(failure), exitCode, waitMs };
}

function failed(key: RunKey, failure: JobFailure): RunEnd {
  const { code, exitCode } = failure;
  const error = messageOf(failure);
  return {
    ...key,
    state: 'failed',
    exitCode,
    errorCode: code,
    error,
    data: { exitCode, error: { code, message: error } },
  };
}

function messageOf({ message }: JobFailure): string {
  return message.slice(0, JOB_LIMITS.maxErrorChars);
}

function stopOf(signal: AbortSignal): JobStop['why'] | null {
  if (!signal.aborted) return null;
  return signal.reason instanceof JobStop ? signal.reason.why : 'lost';
}
