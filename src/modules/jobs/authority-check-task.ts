import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { isPrincipalEnd } from '../auth/contract/auth.port';
import { contextOfPrincipal } from '../auth/contract/principal.types';
import { storedPrincipal } from '../auth/contract/submitter';
import { RunAuthority } from './engine/run-authority';
import { JobEngine } from './engine/job-engine';
import { ScheduleAuthority } from './schedules/schedule-authority';
import type { JobRow } from './storage/job.row';
import { AuthorizedWorkRepository } from './storage/authorized-work.repository';

const EVERY_MS = 30_000;
const AT_ONCE = 200;
/** The longest time that a run continues after its authority has ended, not counting the delay until the next sweep. */
const RUNNING_SECONDS = 60;
/**
 * The interval between two checks of waiting work. The work is checked again when it begins. The deny-list remembers a machine's revoked
 * token for a day, and a user's revoked token until it expires. This check can miss a user's token that was revoked in the hour before
 * its expiry.
 */
const WAITING_SECONDS = 3_600;

/**
 * Ends work whose authority has ended and that no other check covers: running jobs, long-waiting jobs, and schedules with a distant next
 * tick. It runs in every worker, and each worker checks a share of the work.
 */
@Injectable()
export class AuthorityCheckTask {
  constructor(
    private readonly work: AuthorizedWorkRepository,
    private readonly engine: JobEngine,
    private readonly schedules: ScheduleAuthority,
    private readonly authority: RunAuthority,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Scheduled({
    name: 'jobs.check_authority',
    everyMs: EVERY_MS,
    failure: 'Could not check the authority of open jobs; will retry soon',
  })
  async sweepDue(signal: AbortSignal): Promise<void> {
    await this.sweep(RUNNING_SECONDS, WAITING_SECONDS, signal);
  }

  /**
   * Checks some of the work whose last check is older than these limits. If no decision is possible now, a later sweep checks the work
   * again.
   */
  async sweep(runningSeconds: number, waitingSeconds: number, signal?: AbortSignal): Promise<void> {
    for (const { tenant_id: tenantId, id } of await this.work.schedules(waitingSeconds, AT_ONCE)) {
      if (signal?.aborted) return;
      await this.schedules.check(tenantId, id).catch((err: unknown) => this.undecided(err, tenantId, id));
    }
    for (const row of await this.work.jobs(runningSeconds, waitingSeconds, AT_ONCE)) {
      if (signal?.aborted) return;
      await this.check(row).catch((err: unknown) => this.undecided(err, row.tenant_id, row.id));
    }
  }

  /** A policy that does not return a decision must not prevent the task from ending other tenants' work. */
  private undecided(err: unknown, tenantId: string, id: string): void {
    this.logger.warn({ err, tenantId, id }, 'Could not check the authority of open work; will retry');
  }

  private async check(row: JobRow): Promise<void> {
    const { tenant_id: tenantId, id } = row;
    const principal = storedPrincipal(row.principal, row.submitted_by, row.created_at);
    const context = contextOfPrincipal(principal, tenantId, { requestId: id, ip: null, traceparent: null });
    const denial = await this.authority.denial(context, row);
    // All other denials apply only to this act, and the next attempt reports them.
    if (denial === null || !isPrincipalEnd(denial.code)) return;
    await this.work.transaction(tenantId, async (tx) => {
      if (!(await this.engine.cancelWithin(tx, tenantId, id, denial.reason))) return;
      await this.authority.record(tx, context, row, denial);
    });
    this.engine.announce('cancelled');
  }
}
