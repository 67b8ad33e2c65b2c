import { Inject, Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import type { Tx } from '../../../kernel/database/sql';
import { AppError } from '../../../kernel/errors/app-error';
import { derivedId } from '../../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { Scheduled } from '../../../kernel/tasks/scheduled';
import { RunnerRegistry } from '../engine/runner-registry';
import { JobAdmission } from '../job-admission';
import { JobEngine } from '../engine/job-engine';
import { JobInsertion } from '../job-insertion';
import { type ArmedSchedule, ScheduleTicksRepository } from '../storage/schedule-ticks.repository';
import { nextTick } from './next-tick';
import { ScheduleAuthority } from './schedule-authority';

const EVERY_MS = 500;
const AT_ONCE = 200;
/** The maximum duration of a poll before the next one begins. A policy decision can take seconds, and each poll lets tenants take turns. */
const LOOK_MS = 2_000;

/**
 * Submits the jobs of schedules. It runs in every worker. One worker submits the job and moves the schedule to its next tick, in one
 * transaction. The task uses the database's clock: if the clock goes back, no tick is repeated, and if it leaps forward, only one tick
 * occurs. A schedule whose authority has ended is paused. While no decision is possible, the tick is postponed. Tenants take turns.
 */
@Injectable()
export class ScheduleTask {
  constructor(
    private readonly repository: ScheduleTicksRepository,
    private readonly admission: JobAdmission,
    private readonly authority: ScheduleAuthority,
    private readonly insertion: JobInsertion,
    private readonly engine: JobEngine,
    private readonly runners: RunnerRegistry,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Scheduled({
    name: 'jobs.schedule',
    everyMs: EVERY_MS,
    failure: 'Could not search for due job schedules; will retry soon',
  })
  async look(signal?: AbortSignal): Promise<void> {
    // A process without runners cannot tell which kinds are accepted.
    if (this.runners.all().length === 0) return;
    const until = performance.now() + LOOK_MS;
    for (const { tenant_id: tenantId, id } of await this.repository.due(AT_ONCE)) {
      if (signal?.aborted || performance.now() > until) return;
      try {
        await this.tick(tenantId, id);
      } catch (err) {
        this.logger.warn(
          { err, tenantId, scheduleId: id },
          'Could not run the tick of a job schedule; will retry soon',
        );
        await this.repository.putOff(tenantId, id);
      }
    }
  }

  private async tick(tenantId: string, id: string): Promise<void> {
    const isDone = await this.repository.transaction(tenantId, async (tx) => {
      const due = await this.repository.lock(tx, tenantId, id);
      if (due === null) return false;
      const context = await this.authority.contextOf(tx, tenantId, due);
      if (context === null) return false;
      const jobId = await this.submit(tx, context, due);
      // This one tick makes up for all missed ticks.
      const next = nextTick(due.cron, due.time_zone, Math.max(due.now_ms, due.next_at.getTime()));
      await this.repository.move(tx, tenantId, id, jobId, next);
      return jobId !== null;
    });
    if (isDone) this.engine.announce('submitted');
  }

  /**
   * Submits the job of a tick.
   * @returns the job's id; `null` when the job is refused. The tick is then skipped, so that it does not delay the next one.
   */
  private async submit(tx: Tx, context: CallContext, due: ArmedSchedule): Promise<string | null> {
    const tenantId = requireTenant(context);
    const request = { ...due.request, files: {} };
    try {
      await this.admission.assertRoom(tenantId, request, 0);
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'unavailable') throw error;
      this.logger.warn({ tenantId, scheduleId: due.id, reason: error.message }, 'A schedule did not submit a job');
      return null;
    }
    const id = derivedId('job', [due.id, due.next_at.toISOString()]);
    const origin = { parentId: null, depth: 0, scheduleId: due.id, requeuedFrom: null };
    await this.insertion.insert(tx, context, id, request, origin);
    return id;
  }
}
