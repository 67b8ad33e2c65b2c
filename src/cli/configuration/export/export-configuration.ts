import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { inParallel } from '../in-parallel';
import type { FoundObject, Kind, Members, SaveFile } from '../kinds/kind';
import { KINDS } from '../kinds/kinds';
import { without } from '../kinds/rest-kinds';
import { tenantKind } from '../kinds/tenant-kind';
import { readTenant, TENANTS_AT_ONCE, type TenantState } from '../plan/read-tenant';
import type { Platform } from '../platform';
import type { Credentials } from '../document/schema';

/** An exported configuration. */
export interface Exported {
  /** The text of the file, in YAML. */
  readonly text: string;
  /** Sections that could not be read, by tenant, because there are no credentials of the tenant. */
  readonly omitted: ReadonlyMap<string, readonly string[]>;
}

/**
 * Exports an installation, or one tenant, as a configuration. Equal installations give equal text: objects are sorted by name, and members
 * have the order of the API. Leaves out generated IDs, secrets, what the platform itself made, and members that are not set.
 * @param save stores files next to the configuration, such as those of policies.
 */
export async function exportConfiguration(
  platform: Platform,
  name: string,
  credentials: ReadonlyMap<string, Credentials>,
  save: SaveFile,
): Promise<Exported> {
  const slugs = (await platform.tenants()).map(({ slug }) => slug).sort();
  const all = new Set(KINDS.map(({ section }) => section));
  const tenants = await inParallel(slugs, TENANTS_AT_ONCE, async (slug) => {
    const own = credentials.get(slug);
    const state = await readTenant(platform.forTenant(slug, own, null), all);
    const form = { ...(await tenantForm(state, save)), ...(own && { credentials: own }) };
    return { slug, form, omitted: omittedFrom(state) };
  });
  const content = { version: 1, name, tenants: Object.fromEntries(tenants.map(({ slug, form }) => [slug, form])) };
  return {
    text: stringify(content, { lineWidth: 0, aliasDuplicateObjects: false }),
    omitted: new Map(tenants.flatMap(({ slug, omitted }) => (omitted.length === 0 ? [] : [[slug, omitted]]))),
  };
}

function omittedFrom({ api }: TenantState): readonly string[] {
  return KINDS.filter((kind) => kind.isExported === false || !api.canRead(kind.surface)).map(({ section }) => section);
}

async function tenantForm(state: TenantState, save: SaveFile): Promise<Members> {
  const sections: Record<string, unknown> = {};
  for (const kind of KINDS.filter(({ isExported }) => isExported !== false)) {
    const found = [...(state.sections.get(kind.section)?.values() ?? [])].filter((one) => one.isBuiltIn !== true);
    const objects = await Promise.all(
      found.map(async (one) => [one.key, await objectForm(state, kind, one, save)] as const),
    );
    const used = objects.filter(([, members]) => kind.isSingle !== true || Object.keys(members).length > 0);
    if (used.length === 0) continue;
    sections[kind.section] = kind.isSingle === true ? used[0]?.[1] : Object.fromEntries(sortedByKey(used));
  }
  const { tenant } = state;
  return { ...(tenant === null ? {} : withoutDefaults(tenantKind, tenant.members)), ...sections };
}

async function objectForm({ api }: TenantState, kind: Kind, found: FoundObject, save: SaveFile): Promise<Members> {
  if (kind.fileForm !== undefined) return kind.fileForm.unload(api, found, save);
  if (kind.unset !== undefined && isDeepStrictEqual({ ...kind.unset }, { ...found.members })) return {};
  return withoutDefaults(kind, found.members);
}

/** Leaves out members that are not set, or that have the value that a creation would give them, unless the schema requires them. */
function withoutDefaults({ schema }: Kind, members: Members): Members {
  return Object.fromEntries(
    Object.entries(members).filter(([member, value]) => {
      const parsed = schema.safeParse(without(members, [member]));
      const isSet = value !== null && !isDeepStrictEqual(value, {});
      return !parsed.success || (isSet && !isDeepStrictEqual(parsed.data[member], value));
    }),
  );
}

function sortedByKey<T>(entries: readonly (readonly [string, T])[]): readonly (readonly [string, T])[] {
  return [...entries].sort(([one], [other]) => (one < other ? -1 : 1));
}
