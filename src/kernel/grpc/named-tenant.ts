import type { TenantNames } from '../context/tenant-names';
import { AppError } from '../errors/app-error';
import { type ServiceCaller, tenantsOf } from './service-caller';

/**
 * The id of the tenant that a calling service names by id or slug; the caller's only one when it names none.
 * Errors: `not_found` when none is named, for a tenant that does not exist, and for one that this caller may not speak
 * for, in the same words; `forbidden` for one that is not active: a suspended tenant gets no token, and nothing that a
 * service asks for in its name.
 */
export async function namedTenant(tenants: TenantNames, caller: ServiceCaller, name: string): Promise<string> {
  const tenantId = await knownTenant(tenants, caller, name);
  if (await tenants.isActive(tenantId)) return tenantId;
  throw new AppError('forbidden', 'The tenant is not active.');
}

/**
 * As {@link namedTenant}, whether the tenant is active or not: for what is only written down, as what happened in a tenant
 * until it was suspended is told afterwards. Errors: `not_found`, as there.
 */
export async function knownTenant(tenants: TenantNames, caller: ServiceCaller, name: string): Promise<string> {
  const theirs = tenantsOf(caller);
  // Who may speak for several has to say for which.
  const only = theirs?.length === 1 ? (theirs[0] ?? '') : '';
  const tenantId = await tenants.idOf(name === '' ? only : name);
  if (tenantId !== null && (theirs === null || (await isOneOf(tenants, tenantId, theirs)))) return tenantId;
  throw notTheirs();
}

/**
 * Lets pass a caller that may speak for the tenant of an id, whether there is one or not: for ids that processes of the
 * installation hand on as they have them. Errors: `not_found` for a caller that is bound to other tenants, or for what is
 * of none.
 */
export async function assertSpeaksFor(
  tenants: TenantNames,
  caller: ServiceCaller,
  tenantId: string | null,
): Promise<void> {
  const theirs = tenantsOf(caller);
  if (theirs === null || (tenantId !== null && (await isOneOf(tenants, tenantId, theirs)))) return;
  throw notTheirs();
}

function notTheirs(): AppError {
  return new AppError('not_found', 'tenant_id names no tenant that this caller may speak for.');
}

async function isOneOf(tenants: TenantNames, tenantId: string, names: readonly string[]): Promise<boolean> {
  for (const name of names) if ((await tenants.idOf(name)) === tenantId) return true;
  return false;
}
