import { newId } from '../../../kernel/ids/ids';
import type { AuditEvent } from '../contract/audit.types';

/**
 * Returns the event for the first record of a log, at sequence 0. It contains the number of the tenant's events that are older than the
 * chain. These events follow it, in the order in which they are appended.
 */
export function genesisEvent(tenantId: string, earlierEvents: number, nowMs: number): AuditEvent {
  return {
    id: newId('aud', nowMs),
    tenantId,
    appId: null,
    actorType: 'system',
    actorId: 'system',
    action: 'audit.log.begin',
    resourceType: 'audit_log',
    resourceId: tenantId,
    outcome: 'success',
    reason: '',
    requestId: newId('req', nowMs),
    ip: null,
    policyRevision: null,
    metadata: { earlierEvents },
    personal: null,
    tsMs: nowMs,
  };
}
