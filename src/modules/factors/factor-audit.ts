import { Injectable } from '@nestjs/common';
import { callContext, type CallContext } from '../../kernel/context/call-context';
import { type StagedEvent, stageEvent } from '../../kernel/database/staged-event';
import type { Tx } from '../../kernel/database/sql';
import { Clock } from '../../kernel/time/clock';
import { AuditPort } from '../audit/contract/audit.port';
import { type AuditedAction, auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { FactorOwner } from './contract/factors.types';

/** Records what happens to factors. Records never contain codes, keys or answers. */
@Injectable()
export class FactorAudit {
  constructor(
    private readonly audit: AuditPort,
    private readonly clock: Clock,
  ) {}

  /** Records a success within the caller's transaction. */
  async within(tx: Tx, owner: FactorOwner, action: Omit<AuditedAction, 'resourceType'>): Promise<void> {
    await stageEvent(tx, this.staged(contextOf(owner), action));
  }

  /** Records a refusal, before its response. */
  async refused(
    owner: FactorOwner,
    action: string,
    reason: string,
    metadata: AuditedAction['metadata'] = {},
  ): Promise<void> {
    await this.record(contextOf(owner), { action, resourceId: owner.user.id, outcome: 'denied', reason, metadata });
  }

  /** Records a refusal for an unknown user. */
  async refusedUnknown(
    { ip, requestId }: Pick<FactorOwner, 'ip' | 'requestId'>,
    tenantId: string | null,
    reason: string,
  ): Promise<void> {
    const context = callContext({ requestId, tenantId, actor: { type: 'user', id: 'unknown' }, ip });
    const metadata = { method: 'passkey' };
    await this.record(context, { action: 'user.sign_in', resourceId: '', outcome: 'denied', reason, metadata });
  }

  private async record(context: CallContext, action: Omit<AuditedAction, 'resourceType'>): Promise<void> {
    await this.audit.record(context, auditEvent(context, { ...action, resourceType: 'user' }, this.clock.nowMs()));
  }

  private staged(context: CallContext, action: Omit<AuditedAction, 'resourceType'>): StagedEvent {
    return stagedAuditEvent(auditEvent(context, { ...action, resourceType: 'user' }, this.clock.nowMs()));
  }
}

/** Returns the context of an action by a user on their own factors. */
function contextOf({ user, ip, requestId }: FactorOwner): CallContext {
  return callContext({ requestId, tenantId: user.tenantId, actor: { type: 'user', id: user.id }, ip });
}
