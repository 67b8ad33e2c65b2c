import { CommandFault } from '../../command';
import type { Configuration, DesiredObject } from '../document/load-configuration';
import { inParallel } from '../in-parallel';
import type { FoundObject } from '../kinds/kind';
import { kindOf, KINDS } from '../kinds/kinds';
import { TENANTS, tenantKind } from '../kinds/tenant-kind';
import type { KnownTenant, Platform } from '../platform';
import type { TenantApi } from '../tenant-api';
import type { Change } from './plan';
import { markKey, readTenant, TENANTS_AT_ONCE, type TenantState } from './read-tenant';

/**
 * Refuses to prune a tenant of which the configuration manages objects that the caller cannot read: they would stay without a word.
 * Errors: `CommandFault` with the names of these objects.
 */
export function assertPrunable({ api, marks }: TenantState, desired: readonly DesiredObject[], name: string): void {
  const kept = new Set(desired.map(({ kind, key }) => markKey(kind.section, key)));
  const unreadable = [...marks].flatMap(([at, { kind, key, managedBy }]) => {
    const surface = KINDS.find(({ section }) => section === kind)?.surface;
    const isHidden = surface !== undefined && !api.canRead(surface);
    return managedBy === name && isHidden && !kept.has(at) ? [`${api.slug}/${kind}/${key}`] : [];
  });
  if (unreadable.length === 0) return;
  throw new CommandFault(
    `An app of the tenant must delete ${unreadable.join(', ')}: keep "credentials" in the tenant, and its app, until they are deleted. Then prune again without them.`,
  );
}

/**
 * Returns the deletions of objects that the configuration manages and does not contain any more.
 * @param name the name of the configuration.
 * @param prune false to only name them: they are not read again, and have no entity tags.
 */
export async function removalsIn(
  { api, sections, marks }: TenantState,
  desired: readonly DesiredObject[],
  { name, prune }: { readonly name: string; readonly prune: boolean },
): Promise<readonly Change[]> {
  const kept = new Set(desired.map(({ kind, key }) => markKey(kind.section, key)));
  const removals = [...marks].flatMap(([at, { kind: section, key, managedBy, objectId }]) => {
    const found = sections.get(section)?.get(key);
    // An object with the same name that someone else created is not the one that the configuration manages.
    const isManaged = managedBy === name && found !== undefined && found.id === objectId;
    return isManaged && section !== TENANTS && !kept.has(at) ? [{ section, found }] : [];
  });
  return (await Promise.all(removals.map(({ section, found }) => removalOf(api, section, found, prune)))).flat();
}

/** Returns the deletions of tenants that the configuration manages and does not mention any more. */
export async function removedTenants(
  platform: Platform,
  { name, tenants }: Configuration,
  known: ReadonlyMap<string, KnownTenant>,
): Promise<readonly Change[]> {
  const others = [...known.values()].filter(({ slug }) => !tenants.includes(slug));
  const removals = await inParallel(others, TENANTS_AT_ONCE, async ({ slug, id }) => {
    const { api, tenant, marks } = await readTenant(platform.forTenant(slug, undefined, null), new Set());
    const mark = marks.get(markKey(TENANTS, slug));
    if (tenant === null || mark?.managedBy !== name || mark.objectId !== id) return [];
    return removalOf(api, TENANTS, tenant, true);
  });
  return removals.flat();
}

async function removalOf(
  api: TenantApi,
  section: string,
  found: FoundObject,
  prune: boolean,
): Promise<readonly Change[]> {
  const { remove, refresh } = section === TENANTS ? tenantKind : kindOf(section);
  const current = prune && refresh !== undefined ? await refresh(api, found) : found;
  if (remove === undefined || current === null) return [];
  const { key, id, tag } = current;
  return [{ action: 'delete', tenant: api.slug, section, key, id, tag, fields: [], members: {}, place: '' }];
}
