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
 * Returns the event for a platform administrator's action on a tenant. Each action is recorded once, with the tenant as its object:
 * - in the tenant's own log, if the path names an existing tenant (the surface then acts for that tenant): changed, suspended, activated,
 *   exported, deleted;
 * - in the `system` log, if the tenant does not exist yet or no longer exists: created, imported, erased, and calls that name a missing
 *   tenant.
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

/** Returns the event for a created, imported or erased tenant. Such an event belongs to the `system` log. */
export function platformEvent(
  context: CallContext,
  action: TenantAction,
  tenantId: string,
  nowMs: number,
  metadata: Readonly<Record<string, unknown>> = {},
): StagedEvent & { readonly tenantId: null } {
  return { ...tenantEvent({ ...context, tenantId: null }, action, tenantId, nowMs, metadata), tenantId: null };
}
