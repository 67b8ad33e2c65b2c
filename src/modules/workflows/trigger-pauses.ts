import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { Database } from '../../kernel/database/database';
import { Clock } from '../../kernel/time/clock';
import type { RightDenial } from '../auth/contract/trigger-rights';
import { type TriggerAuthority, TriggersRepository } from './storage/triggers.repository';
import { stageTriggerEvent } from './trigger-events';

/** Pauses workflow triggers whose authority has ended, and records the reason. */
@Injectable()
export class TriggerPauses {
  constructor(
    private readonly database: Database,
    private readonly triggers: TriggersRepository,
    private readonly clock: Clock,
  ) {}

  /** Pauses a trigger. @param by the refused authority. A trigger whose authority has changed since then is not paused. */
  async pause(context: CallContext, workflowId: string, by: TriggerAuthority, denial: RightDenial): Promise<void> {
    const tenantId = requireTenant(context);
    await this.database.tenantTransaction(tenantId, async (tx) => {
      if (!(await this.triggers.pause(tx, tenantId, workflowId, by, denial.reason))) return;
      const facts = { outcome: 'denied', reason: denial.code, metadata: { why: denial.reason } } as const;
      const paused = { action: 'workflow.trigger.pause', resourceId: workflowId, ...facts };
      await stageTriggerEvent(tx, context, paused, this.clock.nowMs());
    });
  }
}
