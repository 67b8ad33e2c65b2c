import type { KeycloakGroup, KeycloakRealm, KeycloakRole } from './realm';

type ClientRoles = Readonly<Record<string, readonly string[]>>;

/** The roles that a user or a group has by itself. */
interface HeldRoles {
  readonly realmRoles: readonly string[];
  readonly clientRoles: ClientRoles;
}

/** The roles of a realm. Roles of clients have names such as `shop/editor`. */
export class RealmRoles {
  /** The roles that each composite role contains. */
  private readonly contained = new Map<string, readonly string[]>();
  private readonly ofGroup = new Map<string, readonly string[]>();
  readonly names: ReadonlySet<string>;

  constructor({ roles, groups }: Pick<KeycloakRealm, 'roles' | 'groups'>) {
    for (const role of roles.realm) this.contained.set(role.name, composites(role));
    for (const [client, list] of Object.entries(roles.client))
      for (const role of list) this.contained.set(`${client}/${role.name}`, composites(role));
    this.names = new Set(this.contained.keys());
    for (const group of groups) this.addGroup(group, '', []);
  }

  /** Returns all roles of a user: their own, those of their groups and of the groups above, and those in composite roles. */
  of(user: HeldRoles & { readonly groups: readonly string[] }): ReadonlySet<string> {
    const all = new Set<string>();
    const add = (name: string): void => {
      if (all.has(name)) return;
      all.add(name);
      for (const inner of this.contained.get(name) ?? []) add(inner);
    };
    for (const name of held(user)) add(name);
    for (const path of user.groups) for (const name of this.ofGroup.get(path) ?? []) add(name);
    return all;
  }

  private addGroup(group: KeycloakGroup, parent: string, inherited: readonly string[]): void {
    const path = groupPath(group, parent);
    const own = [...inherited, ...held(group)];
    this.ofGroup.set(path, own);
    for (const inner of group.subGroups) this.addGroup(inner, path, own);
  }
}

/** Returns the path by which users name a group, such as `/sales/emea`. */
export function groupPath({ path, name }: KeycloakGroup, parent: string): string {
  return path ?? `${parent}/${name}`;
}

function held({ realmRoles, clientRoles }: HeldRoles): readonly string[] {
  return [...realmRoles, ...clientRoleNames(clientRoles)];
}

function composites({ composites: { realm, client } = { realm: [], client: {} } }: KeycloakRole): readonly string[] {
  return [...realm, ...clientRoleNames(client)];
}

function clientRoleNames(roles: ClientRoles): readonly string[] {
  return Object.entries(roles).flatMap(([client, names]) => names.map((name) => `${client}/${name}`));
}
