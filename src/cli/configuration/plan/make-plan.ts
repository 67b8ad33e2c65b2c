import path from 'node:path';
import { below } from '../../../kernel/json/json-pointer';
import { CommandFault } from '../../command';
import type { Configuration, DesiredObject } from '../document/load-configuration';
import { type Fault, type Place, refuse } from '../document/fault';
import { inParallel } from '../in-parallel';
import type { FoundObject, Kind } from '../kinds/kind';
import { tenantKind } from '../kinds/tenant-kind';
import type { KnownTenant, Platform } from '../platform';
import { changedFields } from './diff';
import type { Change, Plan } from './plan';
import { markKey, readTenant, TENANTS_AT_ONCE, type TenantState } from './read-tenant';
import { referenceFaults } from './references';
import { removalsIn, removedTenants } from './removals';

/** A plan, with what only its display needs. */
export interface PlannedConfiguration {
  readonly plan: Plan;
  /** Managed objects that the configuration does not contain any more, and that stay because the plan does not prune. */
  readonly left: readonly Pick<Change, 'tenant' | 'section' | 'key'>[];
}

/**
 * Compares a configuration with an installation and returns the changes. Members that the configuration does not set are left as they are.
 * @param options.prune true to delete managed objects that the configuration does not contain any more.
 * @param options.adopt true to only mark existing objects of the configuration as managed.
 * Errors: `CommandFault` with the place of each fault: a dangling reference, a cycle, an object of another configuration, a change of a
 * member that is fixed, or a policy that does not compile.
 */
export async function makePlan(
  platform: Platform,
  configuration: Configuration,
  { prune = false, adopt = false }: { readonly prune?: boolean; readonly adopt?: boolean } = {},
): Promise<PlannedConfiguration> {
  const planning = { name: configuration.name, adopt, prune };
  const known = new Map((await platform.tenants()).map((tenant) => [tenant.slug, tenant]));
  const slugs = platform.own === null ? configuration.tenants : [ownSlug(platform, known, configuration.tenants)];
  const objects = Map.groupBy(configuration.objects, ({ tenant }) => tenant);
  const planned = await inParallel(slugs, TENANTS_AT_ONCE, async (slug) => {
    const desired = objects.get(slug) ?? [];
    const api = platform.forTenant(slug, configuration.credentials.get(slug), null);
    const state = await readTenant(api, new Set(desired.map(({ kind }) => kind.section)));
    return planTenant(state, desired, planning);
  });
  refuse(planned.flatMap(({ faults }) => faults));
  const removed = planned.flatMap(({ removals }) => removals);
  if (prune && platform.own === null) removed.push(...(await removedTenants(platform, configuration, known)));
  const changes = [...planned.flatMap(({ changes }) => changes), ...(prune ? removed : [])];
  return {
    plan: { format: 1, name: configuration.name, tenants: tenantIds(known, slugs), prune, changes },
    left: prune ? [] : removed,
  };
}

/** Returns the IDs of all tenants, so that another installation is recognized even if it has none of the configuration's tenants. */
function tenantIds(known: ReadonlyMap<string, KnownTenant>, slugs: readonly string[]): Plan['tenants'] {
  const ids = [...known.values()].map(({ slug, id }) => [slug, id] as const);
  return { ...Object.fromEntries(slugs.map((slug) => [slug, null])), ...Object.fromEntries(ids) };
}

/** Returns the caller's own tenant. Errors: `CommandFault` if the configuration does not contain it, so that `--prune` does not empty it. */
function ownSlug(platform: Platform, known: ReadonlyMap<string, KnownTenant>, tenants: readonly string[]): string {
  const slug = [...known.keys()][0] ?? platform.own ?? '';
  if (tenants.includes(slug)) return slug;
  throw new CommandFault(`The configuration does not contain the tenant "${slug}".`);
}

interface Planning {
  readonly name: string;
  readonly adopt: boolean;
  readonly prune: boolean;
}

interface PlannedTenant {
  readonly changes: readonly Change[];
  readonly removals: readonly Change[];
  readonly faults: readonly Fault[];
}

async function planTenant(
  state: TenantState,
  desired: readonly DesiredObject[],
  planning: Planning,
): Promise<PlannedTenant> {
  const { name, prune } = planning;
  const faults = [
    ...desired.flatMap((one) => objectFaults(state, one, name)),
    ...credentialFaults(state, desired),
    ...referenceFaults(state, desired),
  ];
  if (faults.length > 0) return { changes: [], removals: [], faults };
  const changes = (await Promise.all(desired.map((one) => changesOf(state, one, planning)))).flat();
  const differing = desired.filter(({ kind, key }) =>
    changes.some((change) => change.section === kind.section && change.key === key),
  );
  const checked = await Promise.all(differing.map(checkFaults));
  return { changes, removals: await removalsIn(state, desired, { name, prune }), faults: checked.flat() };
}

/** Returns the change that an object needs, if any. The object is read again, for its entity tag. */
async function changesOf(
  state: TenantState,
  desired: DesiredObject,
  { name, adopt }: Planning,
): Promise<readonly Change[]> {
  const { kind, key, members, tenant } = desired;
  const common = { tenant, section: kind.section, key, members, place: placeText(desired.placeOf([])) };
  const found = state.sections.get(kind.section)?.get(key);
  if (found === undefined && adopt) return [];
  if (found === undefined || isUnfinished(state, kind, found, desired)) {
    const shown = kind.compared?.filter((member) => member in members) ?? Object.keys(members);
    const fields = shown.map((member) => ({ member, to: members[member] }));
    return [{ ...common, action: 'create', id: null, tag: null, fields }];
  }
  const mark = state.marks.get(markKey(kind.section, key));
  const isOurs = mark?.managedBy === name && mark.objectId === found.id;
  const wasCreated = mark?.managedBy === name && mark.objectId === null;
  const adoption: Change = { ...common, action: 'adopt', id: found.id, tag: null, fields: [], members: {} };
  // Only a platform administrator can delete a tenant, so nobody else marks it.
  const isAdoptable = kind !== tenantKind || !state.api.isOwn;
  const adoptions = isAdoptable && (wasCreated || (adopt && !isOurs)) ? [adoption] : [];
  const current = adopt ? null : await differing(kind, desired, found, state.api);
  if (current === null) return adoptions;
  const fields = [...changedFields(current.members, members, kind.compared)];
  return [...adoptions, { ...common, action: 'update', id: current.id, tag: current.tag, fields }];
}

/**
 * Returns whether the creation of an object was interrupted before its secrets were stored. Repeating the same request returns the response
 * of the first one (see `Idempotency-Key`).
 */
function isUnfinished({ marks }: TenantState, kind: Kind, { key }: FoundObject, { members }: DesiredObject): boolean {
  const mark = marks.get(markKey(kind.section, key));
  return mark !== undefined && mark.objectId === null && kind.makesSecret?.(members) === true;
}

/** Returns the current form of an object that differs from the file; `null` if it does not differ. */
async function differing(
  { compared, refresh }: Kind,
  { members }: DesiredObject,
  found: FoundObject,
  api: TenantState['api'],
): Promise<FoundObject | null> {
  if (changedFields(found.members, members, compared).length === 0) return null;
  const current = refresh === undefined ? found : await refresh(api, found);
  if (current === null || changedFields(current.members, members, compared).length === 0) return null;
  return current;
}

/** Returns the faults of one object that only a comparison with the installation finds. */
function objectFaults(
  { api, sections, marks, tenant }: TenantState,
  desired: DesiredObject,
  name: string,
): readonly Fault[] {
  const { kind, key, members, pointer, placeOf } = desired;
  const fault = (message: string): readonly Fault[] => [{ place: placeOf([]), pointer, message }];
  if (!api.has(kind.surface)) {
    return fault(
      `needs an app of the tenant: add "credentials" to the tenant, or use --tenant with the tenant's own token`,
    );
  }
  const found = sections.get(kind.section)?.get(key);
  if (found === undefined) return [];
  if (found.isBuiltIn === true) return fault('belongs to the platform itself and cannot be configured');
  const mark = marks.get(markKey(kind.section, key));
  if (mark !== undefined && mark.managedBy !== name)
    return fault(`is managed by the configuration "${mark.managedBy}"`);
  if (api.isOwn && kind === tenantKind && 'plan' in members && tenant?.members['plan'] !== members['plan']) {
    return fault('has another plan, which only the platform can change');
  }
  const fixed = changedFields(found.members, members, kind.fixed ?? []);
  return fixed.map(({ member }) => ({
    place: placeOf([member]),
    pointer: below(pointer, member),
    message: `cannot change: delete the ${kind.title}, or give the new one another name`,
  }));
}

/** Returns a fault for each object that needs the app of the credentials if neither the tenant nor the configuration has this app. */
function credentialFaults({ api }: TenantState, desired: readonly DesiredObject[]): readonly Fault[] {
  const app = api.missingApp;
  if (app === null || desired.some(({ kind, key }) => kind.section === 'apps' && key === app)) return [];
  const message = `needs the app "${app}" of "credentials", which neither the configuration nor the tenant has in apps`;
  return desired
    .filter(({ kind }) => kind.surface === 'backend')
    .map(({ placeOf, pointer }) => ({ place: placeOf([]), pointer, message }));
}

/** Returns the faults that only a tool finds, such as those of a policy that does not compile. */
async function checkFaults({ kind, members, pointer, placeOf }: DesiredObject): Promise<readonly Fault[]> {
  const faults = (await kind.check?.(members, path.dirname(placeOf([]).file))) ?? [];
  return faults.map((fault) => ({ ...fault, pointer }));
}

function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}
