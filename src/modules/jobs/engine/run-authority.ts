import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { stageEvent } from '../../../kernel/database/staged-event';
import { AppError, outage } from '../../../kernel/errors/app-error';
import { Clock } from '../../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { outageOfVerdict } from '../../auth/contract/auth.port';
import type { Job } from '../contract/job.types';
import {
  JobFailure,
  type JobOutcome,
  type JobPause,
  JobRunner,
  type JobRun,
  type RunnableJob,
} from '../contract/job-runner';
import { StartAuthorization } from '../start-authorization';

/** The delay before rechecking a job's authority when no decision was possible. */
const ASK_AGAIN_MS = 5_000;

type Judged = Pick<Job, 'id' | 'type' | 'kind' | 'image'>;

/** The reason why a job is not allowed to run. */
interface RunDenial {
  readonly code: string;
  readonly reason: string;
}

/** Checks that the authority of a job is still valid and allows the job to run. */
@Injectable()
export class RunAuthority {
  constructor(
    private readonly authorization: StartAuthorization,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Wraps a runner with a check of the job's authority before each attempt. */
  guard(runner: JobRunner): JobRunner {
    return new AuthorizedRunner(runner, this, this.database);
  }

  /** Returns the reason why a job is not allowed to run; `null` when it is allowed. Errors: `unavailable` when no decision is possible. */
  async denial(context: CallContext, job: Judged): Promise<RunDenial | null> {
    const verdict = await this.authorization.verdict(context, job);
    if (verdict.allowed) return null;
    const away = outageOfVerdict(verdict);
    if (away !== null) throw outage(away);
    return { code: verdict.code, reason: verdict.reason };
  }

  /** Records the denial of a job in the audit log. */
  async record(tx: Tx, context: CallContext, { id, type, kind }: Judged, { code, reason }: RunDenial): Promise<void> {
    const denied = { action: 'job.run', resourceType: 'job', resourceId: id, outcome: 'denied', reason: code } as const;
    const event = auditEvent(context, { ...denied, metadata: { type, kind, why: reason } }, this.clock.nowMs());
    await stageEvent(tx, stagedAuditEvent(event));
  }
}

/** A runner that checks the job's authority first. While no decision is possible, the job waits: it neither runs nor fails. */
class AuthorizedRunner extends JobRunner {
  readonly type;
  readonly kinds;
  readonly slots;

  constructor(
    private readonly runner: JobRunner,
    private readonly authority: RunAuthority,
    private readonly database: Database,
  ) {
    super();
    this.type = runner.type;
    this.kinds = runner.kinds;
    this.slots = runner.slots;
  }

  async run(runnable: RunnableJob, run: JobRun): Promise<JobOutcome | JobPause> {
    const { job } = runnable;
    const denial = await this.authority.denial(run.context, job).catch(undecided);
    if (denial === 'undecided') return { resumeAfterMs: ASK_AGAIN_MS };
    if (denial === null) return this.runner.run(runnable, run);
    await this.database.tenantTransaction(job.tenantId, (tx) => this.authority.record(tx, run.context, job, denial));
    const message = `The authority that started this job is not allowed to run it now: ${denial.reason}`;
    throw new JobFailure('denied', message, { mayRetry: false });
  }
}

function undecided(error: unknown): 'undecided' {
  if (error instanceof AppError && error.code === 'unavailable') return 'undecided';
  throw error;
}
