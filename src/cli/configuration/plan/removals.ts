import { CommandFault } from '../../command';
import type { Configuration, DesiredObject } from '../document/load-configuration';
import { inParallel } from '../in-parallel';
import type { FoundObject } from '../kinds/kind';
import { kindOf, KINDS } from '../kinds/kinds';
import { TENANTS, tenantKind } from '../kinds/tenant-kind';
import type { Mark } from '../marks';
import type { KnownTenant, Platform } from '../platform';
import type { TenantApi } from '../tenant-api';
import type { Change } from './plan';
import { markKey, readTenant, TENANTS_AT_ONCE, type TenantState } from './read-tenant';

/**
 * Returns the deletions of objects that the configuration manages and does not contain any more.
 * @param name the name of the configuration.
 * @param prune false to only name them: they are not read again, and have no entity tags.
 * Errors: `CommandFault` if they would be deleted and the caller cannot read all of them.
 */
export async function removalsIn(
  state: TenantState,
  desired: readonly DesiredObject[],
  { name, prune }: { readonly name: string; readonly prune: boolean },
): Promise<readonly Change[]> {
  const dropped = droppedMarks(state, desired, name);
  if (prune) assertReadable(state, dropped);
  const { api, sections } = state;
  const removals = dropped.flatMap(({ kind: section, key, objectId }) => {
    const found = sections.get(section)?.get(key);
    // An object with the same name that someone else created is not the one that the configuration manages.
    const isManaged = found !== undefined && found.id === objectId;
    return isManaged && section !== TENANTS ? [{ section, found }] : [];
  });
  return (await Promise.all(removals.map(({ section, found }) => removalOf(api, section, found, prune)))).flat();
}

/** Returns the marks of the objects that the configuration manages and does not contain any more. */
function droppedMarks({ marks }: TenantState, desired: readonly DesiredObject[], name: string): readonly Mark[] {
  const kept = new Set(desired.map(({ kind, key }) => markKey(kind.section, key)));
  return [...marks].flatMap(([at, mark]) => (mark.managedBy === name && !kept.has(at) ? [mark] : []));
}

/** Refuses to prune objects that the caller cannot read, because they would stay without a word. */
function assertReadable({ api }: TenantState, dropped: readonly Mark[]): void {
  const unreadable = dropped.filter(({ kind }) => {
    const surface = KINDS.find(({ section }) => section === kind)?.surface;
    return surface !== undefined && !api.canRead(surface);
  });
  if (unreadable.length === 0) return;
  const names = unreadable.map(({ kind, key }) => `${api.slug}/${kind}/${key}`);
  throw new CommandFault(
    `An app of the tenant must delete ${names.join(', ')}: keep "credentials" in the tenant, and its app, until they are deleted. Then prune again without them.`,
  );
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
