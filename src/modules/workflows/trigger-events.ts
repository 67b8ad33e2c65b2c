import type { CallContext } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { type AuditedAction, auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';

/** Records what happened to the trigger of a workflow, in the transaction that does it. */
export async function stageTriggerEvent(
  tx: Tx,
  context: CallContext,
  audited: Omit<AuditedAction, 'resourceType'>,
  nowMs: number,
): Promise<void> {
  const event = auditEvent(context, { resourceType: 'workflow', ...audited }, nowMs);
  await stageEvent(tx, stagedAuditEvent(event));
}
