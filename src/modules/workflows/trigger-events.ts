import type { CallContext } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { type AuditedAction, auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';

/** Records a change to a workflow's trigger, in the same transaction as the change. */
export async function stageTriggerEvent(
  tx: Tx,
  context: CallContext,
  audited: Omit<AuditedAction, 'resourceType'>,
  nowMs: number,
): Promise<void> {
  const event = auditEvent(context, { resourceType: 'workflow', ...audited }, nowMs);
  await stageEvent(tx, stagedAuditEvent(event));
}
