import { CommandFault } from '../../command';
import { KINDS } from '../kinds/kinds';
import type { FoundObject, Kind } from '../kinds/kind';
import { TENANTS, tenantKind } from '../kinds/tenant-kind';
import { type Mark, readMarks } from '../marks';
import type { TenantApi } from '../tenant-api';

/** The number of tenants that are read at the same time. */
export const TENANTS_AT_ONCE = 8;

/** The state of a tenant: its objects by section and key, and which of them are managed. */
export interface TenantState {
  readonly api: TenantApi;
  /** `null` if the tenant does not exist. */
  readonly tenant: FoundObject | null;
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, FoundObject>>;
  readonly marks: ReadonlyMap<string, Mark>;
}

/** Returns the key of a mark in {@link TenantState.marks}. */
export function markKey(section: string, key: string): string {
  return JSON.stringify([section, key]);
}

/**
 * Reads the objects of a tenant.
 * @param wanted the sections to read in addition to those with managed objects.
 * Errors: `CommandFault` for two objects with the same name, because a configuration tells objects apart by their names.
 */
export async function readTenant(api: TenantApi, wanted: ReadonlySet<string>): Promise<TenantState> {
  const [tenant = null] = await tenantKind.read(api);
  if (tenant === null) return { api, tenant, sections: new Map(), marks: new Map() };
  const marks = new Map((await readMarks(api)).map((mark) => [markKey(mark.kind, mark.key), mark]));
  const managed = new Set([...marks.values()].map(({ kind }) => kind));
  const kinds = KINDS.filter(({ section }) => wanted.has(section) || managed.has(section));
  // Read before the others, which name apps by their client IDs. The credentials for the public surface belong to an app, too.
  const apps = KINDS.filter((kind) => isApps(kind) && kinds.length > 0);
  const first = await Promise.all(apps.map((kind) => readKind(api, kind)));
  // Until the app of the credentials exists, nothing acts on the public surface for the tenant, so its objects count as new.
  const others = kinds.filter((kind) => !isApps(kind) && api.canRead(kind.surface));
  const rest = await Promise.all(others.map((kind) => readKind(api, kind)));
  return { api, tenant, sections: new Map([[TENANTS, new Map([[api.slug, tenant]])], ...first, ...rest]), marks };
}

function isApps({ section }: Kind): boolean {
  return section === 'apps';
}

async function readKind(api: TenantApi, kind: Kind): Promise<[string, ReadonlyMap<string, FoundObject>]> {
  const objects = new Map<string, FoundObject>();
  for (const one of await kind.read(api)) {
    const other = objects.get(one.key);
    if (other !== undefined) {
      throw new CommandFault(
        `The tenant "${api.slug}" has two objects in ${kind.section} with the name "${one.key}": ${other.id} and ${one.id}. A configuration tells them apart by their names: rename or delete one of them.`,
      );
    }
    objects.set(one.key, one);
  }
  return [kind.section, objects];
}
