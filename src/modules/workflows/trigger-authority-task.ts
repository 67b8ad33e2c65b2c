import { Inject, Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { isPrincipalEnd } from '../auth/contract/auth.port';
import { contextOfPrincipal } from '../auth/contract/principal.types';
import { storedPrincipal } from '../auth/contract/submitter';
import { type ActiveTrigger, TriggersRepository } from './storage/triggers.repository';
import { TriggerPauses } from './trigger-pauses';
import { TriggerRights } from './trigger-rights';

const EVERY_MS = 30_000;
const AT_ONCE = 200;
/**
 * The interval between two checks of a trigger. The deny-list remembers a machine's revoked token for a day, and a user's revoked token
 * until it expires. This check can miss a user's token that was revoked in the last hour before its expiry.
 */
const WAITING_SECONDS = 3_600;

/**
 * Pauses triggers whose authority has ended, even if they never fire. It runs in every backend, and each backend checks a share of the
 * triggers.
 */
@Injectable()
export class TriggerAuthorityTask {
  constructor(
    private readonly triggers: TriggersRepository,
    private readonly rights: TriggerRights,
    private readonly pauses: TriggerPauses,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Scheduled({
    name: 'workflows.check_authority',
    everyMs: EVERY_MS,
    failure: 'Could not check the authority of triggers; will retry soon',
  })
  async sweepDue(signal: AbortSignal): Promise<void> {
    await this.sweep(WAITING_SECONDS, signal);
  }

  /**
   * Checks some triggers whose last check is older than this limit. If no decision is possible now, a later sweep checks the triggers
   * again.
   */
  async sweep(waitingSeconds: number, signal?: AbortSignal): Promise<void> {
    for (const trigger of await this.triggers.claimActive(waitingSeconds, AT_ONCE)) {
      if (signal?.aborted) return;
      // A policy that does not return a decision must not prevent the task from pausing other tenants' triggers.
      await this.check(trigger).catch((err: unknown) => {
        const { tenant_id: tenantId, workflow_id: workflowId } = trigger;
        this.logger.warn({ err, tenantId, workflowId }, 'Could not check the authority of a trigger');
      });
    }
  }

  private async check({ tenant_id: tenantId, workflow_id: workflowId, ...row }: ActiveTrigger): Promise<void> {
    const authority = { submitter: row.submitted_by, principal: row.principal };
    const principal = storedPrincipal(row.principal, row.submitted_by, row.armed_at);
    const from = { requestId: newId('req'), ip: null, traceparent: null };
    const context = contextOfPrincipal(principal, tenantId, from);
    const denial = await this.rights.denial(context, workflowId);
    // All other denials apply only to this act, and pause the trigger when it fires.
    if (denial !== null && isPrincipalEnd(denial.code)) await this.pauses.pause(context, workflowId, authority, denial);
  }
}
