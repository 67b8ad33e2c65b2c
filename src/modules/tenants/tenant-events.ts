import type { CallContext } from '../../kernel/context/call-context';
import type { StagedEvent } from '../../kernel/database/staged-event';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';

export type TenantAction =
  | 'tenant.create'
  | 'tenant.update'
  | 'tenant.current.update'
  | 'tenant.suspend'
  | 'tenant.activate'
  | 'tenant.export'
  | 'tenant.import'
  | 'tenant.delete'
  | 'tenant.erase';

/**
 * Where what platform administrators do to tenants is written down, once and with the tenant as its object:
 * - in the tenant's own log, when the call's path names a tenant that is there (the surface then calls for that tenant):
 *   changed, suspended, activated, exported, deleted;
 * - in the log `system`, when there is none yet or any more: created, imported, erased, and what names a missing one.
 */
export function tenantEvent(
  context: CallContext,
  action: TenantAction,
  tenantId: string,
  nowMs: number,
  metadata: Readonly<Record<string, unknown>> = {},
): StagedEvent {
  return stagedAuditEvent(
    auditEvent(context, { action, resourceType: 'tenant', resourceId: tenantId, metadata }, nowMs),
  );
}

/** The event of a tenant that comes in or has gone, which is in `system`. */
export function platformEvent(
  context: CallContext,
  action: TenantAction,
  tenantId: string,
  nowMs: number,
  metadata: Readonly<Record<string, unknown>> = {},
): StagedEvent & { readonly tenantId: null } {
  return { ...tenantEvent({ ...context, tenantId: null }, action, tenantId, nowMs, metadata), tenantId: null };
}
