import { type Command, CommandFault } from '../command';
import { suggestion } from '../nearest';
import { parseOptions } from '../options';
import { convertClient, isBuiltIn } from './keycloak/client';
import { flattenGroups } from './keycloak/groups';
import type { KeycloakRealm } from './keycloak/realm';
import { openRealmExport, usersIn } from './keycloak/realm-files';
import { RealmRoles } from './keycloak/realm-roles';
import { convertUser, type UserConversion } from './keycloak/user';
import { moveApps } from './move-apps';
import { GroupMover } from './move-groups';
import { destinationOf, EXIT_HELP, MOVE_HELP, MOVE_OPTIONS } from './move-options';
import { movePeople } from './move-people';
import type { MovingUser } from './moving-user';
import { Notes } from './notes';
import { printReport } from './report';
import { parseRoleMapping, type RoleMapping } from './role-mapping';

const SCOPES = ['users.read', 'users.write', 'groups.read', 'groups.write', 'admin'];

/** `coresdk import keycloak <file or folder>` */
export const importKeycloak: Command = {
  usage: `Usage: coresdk import keycloak <file or folder> [options]

Moves the users, groups and clients of a Keycloak realm into the tenant of the credentials. Users keep their passwords. Reads a realm file
with users, or the folder of "kc.sh export --dir". Creates only what does not exist, so that you can repeat the command: users are
recognized by address, and groups and apps by name.

  --realm               the realm, if the folder contains several
  --role                role of users here, and their roles in the realm: --role admin=realm-admin,shop/editor (repeatable). A client
                        role is <client>/<role>. The highest role counts, also from groups and composite roles
  --default-role        role of all other users (member)
  --secrets-out         file to which the secrets of new apps are appended, one JSON object per line; only you can read it
${MOVE_HELP}

Example:
  coresdk import keycloak export/ --role admin=realm-admin --secrets-out secrets.jsonl --dry-run

Needs the scopes ${SCOPES.join(', ')}. Calls POST /v1/users/import, the groups and the apps on the backend.
${EXIT_HELP}`,
  async run(args, terminal) {
    const { values, positionals } = parseOptions(args, {
      ...MOVE_OPTIONS,
      realm: { type: 'string' },
      role: { type: 'string', multiple: true, default: [] },
      'secrets-out': { type: 'string' },
    });
    const [path, ...others] = positionals;
    if (path === undefined || others.length > 0) throw new CommandFault('Name one file or folder.', true);
    const notes = new Notes();
    const mapping = parseRoleMapping(values.role, values['default-role']);
    const { realm, userFiles } = await openRealmExport(path, values.realm, notes);
    const roles = rolesOf(realm, mapping);
    const isDryRun = values['dry-run'];
    const destination = await destinationOf(values, SCOPES);
    const clients = realm.clients.filter((client) => !isBuiltIn(client, realm.realm));
    const apps = clients.map((client) => convertClient(client, notes)).filter((app) => app !== null);
    // Apps move first, so that a missing --secrets-out stops the command before it changes anything.
    const moved = await moveApps(apps, { ...destination, isDryRun, secretsOut: values['secrets-out'], notes });
    const groups = new GroupMover(flattenGroups(realm.groups), notes);
    const people = await movePeople(converted(userFiles, { roles, mapping, notes }), {
      ...{ destination, isDryRun, notes, groups },
      terminal,
    });
    const counts = {
      users: people,
      groups: groups.groups,
      memberships: groups.members,
      apps: { read: clients.length, created: moved.created, existing: moved.existing },
    };
    const { tenant } = destination;
    const report = { isDryRun, tenant, counts, passwords: people.withPassword, apps: moved.apps, notes };
    return printReport(report, values.json, terminal);
  },
};

/** Returns the roles of a realm. Errors: `CommandFault` for a mapped role that the realm does not have. */
function rolesOf(realm: KeycloakRealm, { roles: mapped }: RoleMapping): RealmRoles {
  const roles = new RealmRoles(realm);
  for (const name of mapped.keys()) {
    if (roles.names.has(name)) continue;
    throw new CommandFault(`The realm "${realm.realm}" has no role "${name}".${suggestion(name, [...roles.names])}`);
  }
  return roles;
}

async function* converted(files: readonly string[], conversion: UserConversion): AsyncGenerator<MovingUser | null> {
  for await (const record of usersIn(files)) yield convertUser(record, conversion);
}
