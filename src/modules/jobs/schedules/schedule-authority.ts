import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import type { Tx } from '../../../kernel/database/sql';
import { outage } from '../../../kernel/errors/app-error';
import { Clock } from '../../../kernel/time/clock';
import { isPrincipalEnd, outageOfVerdict } from '../../auth/contract/auth.port';
import { contextOfPrincipal } from '../../auth/contract/principal.types';
import { storedPrincipal } from '../../auth/contract/submitter';
import { StartAuthorization } from '../start-authorization';
import { type ArmedSchedule, ScheduleTicksRepository } from '../storage/schedule-ticks.repository';
import { stageScheduleEvent } from './schedule-events';

/** Checks that a schedule is still allowed to run, and pauses it when its authority has ended. */
@Injectable()
export class ScheduleAuthority {
  constructor(
    private readonly repository: ScheduleTicksRepository,
    private readonly authorization: StartAuthorization,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the context in which a locked schedule submits its job; `null` when the schedule was paused.
   * @param onlyEnds leaves the schedule unchanged when its authority is valid and only this job is denied. Errors: `unavailable` when no
   *   decision is possible.
   */
  async contextOf(tx: Tx, tenantId: string, held: ArmedSchedule, onlyEnds = false): Promise<CallContext | null> {
    const { id, name, principal, submitted_by: submitter, updated_at: savedAt } = held;
    const stored = storedPrincipal(principal, submitter, savedAt);
    const context = contextOfPrincipal(stored, tenantId, { requestId: id, ip: null, traceparent: null });
    const verdict = await this.authorization.verdict(context, held.request);
    if (verdict.allowed) return context;
    const away = outageOfVerdict(verdict);
    if (away !== null) throw outage(away);
    const { code, reason } = verdict;
    if (onlyEnds && !isPrincipalEnd(code)) return context;
    await this.repository.pause(tx, requireTenant(context), id, reason);
    const facts = { outcome: 'denied', reason: code, metadata: { name, why: reason } } as const;
    const paused = { action: 'job.schedule.pause', resourceId: id, ...facts };
    await stageScheduleEvent(tx, context, paused, this.clock.nowMs());
    return null;
  }

  /** Pauses a schedule whose authority has ended, even long before its next tick. Errors: as for {@link contextOf}. */
  async check(tenantId: string, id: string): Promise<void> {
    await this.repository.transaction(tenantId, async (tx) => {
      const held = await this.repository.lockArmed(tx, tenantId, id);
      if (held !== null) await this.contextOf(tx, tenantId, held, true);
    });
  }
}
