import { newId } from '../../../kernel/ids/ids';
import type { AuditEvent } from '../contract/audit.types';

/**
 * The record with which a log begins, at sequence 0. It says how many events of the tenant were recorded before there was a
 * chain: they follow it, in the order in which they are taken in.
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
