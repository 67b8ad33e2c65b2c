import type { TenantNames } from '../context/tenant-names';
import { AppError } from '../errors/app-error';
import { type ServiceCaller, tenantsOf } from './service-caller';

/**
 * Returns the id of the tenant that a calling service names by id or slug, or of the caller's only tenant if it names none. Errors:
 * `not_found`, always with the same message, if no tenant is named, or it is unknown, or this caller is not allowed to act for it;
 * `forbidden` if it is inactive. A service must not get a token or other data on behalf of a suspended tenant.
 */
export async function namedTenant(tenants: TenantNames, caller: ServiceCaller, name: string): Promise<string> {
  const tenantId = await knownTenant(tenants, caller, name);
  if (await tenants.isActive(tenantId)) return tenantId;
  throw new AppError('forbidden', 'The tenant is not active.');
}

/**
 * Like {@link namedTenant}, but also accepts an inactive tenant. Use it for records, because events from before a suspension may be
 * reported after it. Errors: `not_found`, as in {@link namedTenant}.
 */
export async function knownTenant(tenants: TenantNames, caller: ServiceCaller, name: string): Promise<string> {
  const theirs = tenantsOf(caller);
  // A caller that is allowed to act for several tenants must name one of them.
  const only = theirs?.length === 1 ? (theirs[0] ?? '') : '';
  const tenantId = await tenants.idOf(name === '' ? only : name);
  if (tenantId !== null && (theirs === null || (await isOneOf(tenants, tenantId, theirs)))) return tenantId;
  throw notTheirs();
}

/**
 * Accepts a caller that is allowed to act for the tenant with this id, even if the tenant does not exist. Use it for ids that processes of
 * the installation pass on unchanged. Errors: `not_found` for a caller that is bound to other tenants or, if the id is `null`, to any
 * tenant.
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
  return new AppError('not_found', 'tenant_id does not name a tenant that this caller can act for.');
}

async function isOneOf(tenants: TenantNames, tenantId: string, names: readonly string[]): Promise<boolean> {
  for (const name of names) if ((await tenants.idOf(name)) === tenantId) return true;
  return false;
}
