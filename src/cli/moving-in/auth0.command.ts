import { type Command, CommandFault } from '../command';
import { oneOf, parseOptions } from '../options';
import { USER_ROLES, type UserRole } from '../../modules/users/contract/users.types';
import { jsonLines } from './auth0/json-lines';
import { PasswordHashes } from './auth0/password-hashes';
import { convertUser, databaseIds, parseUser } from './auth0/user';
import { GroupMover } from './move-groups';
import { destinationOf, EXIT_HELP, MOVE_HELP, MOVE_OPTIONS } from './move-options';
import { movePeople } from './move-people';
import type { MovingUser } from './moving-user';
import { Notes } from './notes';
import { printReport } from './report';

const SCOPES = ['users.read', 'users.write', 'admin'];

/** `coresdk import auth0 <file>` */
export const importAuth0: Command = {
  usage: `Usage: coresdk import auth0 <file> [options]

Moves the users of an Auth0 tenant into the tenant of the credentials. Reads a user export: one JSON object per line, uncompressed. Users keep
their passwords if you also have the export of password hashes from Auth0's support. Creates only users whose addresses do not exist, so
that you can repeat the command.

  --password-hashes     the export of password hashes: one JSON object per line
  --default-role        role of all users, because exports contain no roles (member)
${MOVE_HELP}

Example:
  coresdk import auth0 users.ndjson --password-hashes hashes.ndjson --dry-run

Needs the scopes ${SCOPES.join(', ')}. Calls POST /v1/users/import on the backend.
${EXIT_HELP}`,
  async run(args, terminal) {
    const { values, positionals } = parseOptions(args, { ...MOVE_OPTIONS, 'password-hashes': { type: 'string' } });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw new CommandFault('Name one file.', true);
    const role = oneOf('default-role', values['default-role'], USER_ROLES);
    const notes = new Notes();
    const hashFile = values['password-hashes'];
    const hashes = hashFile === undefined ? null : await PasswordHashes.read(hashFile, notes);
    const isDryRun = values['dry-run'];
    const destination = await destinationOf(values, SCOPES);
    const people = await movePeople(usersIn(file, hashes, { role, notes }), {
      ...{ destination, isDryRun, notes, groups: new GroupMover([], notes) },
      terminal,
    });
    for (const id of hashes?.left ?? [])
      notes.notMoved('password', id, 'The user export does not contain the user of this password.');
    const { tenant } = destination;
    const report = { isDryRun, tenant, counts: { users: people }, passwords: people.withPassword, apps: [], notes };
    return printReport(report, values.json, terminal);
  },
};

interface UserConversion {
  readonly role: UserRole;
  readonly notes: Notes;
}

/**
 * Yields the users of an export. Users with a password come first: several users can have the same address because they signed in in
 * several ways, and only the first one moves.
 */
async function* usersIn(
  file: string,
  hashes: PasswordHashes | null,
  conversion: UserConversion,
): AsyncGenerator<MovingUser | null> {
  if (hashes !== null) yield* usersWithPassword(file, hashes, conversion);
  const reason =
    hashes === null ? 'Set --password-hashes to move passwords.' : 'The password export does not contain the user.';
  for await (const record of jsonLines(file)) {
    const user = parseUser(record, conversion.notes);
    const ids = user === null ? [] : databaseIds(user);
    if (hashes?.isTaken(ids) === true) continue;
    if (user !== null && ids.length > 0) conversion.notes.notMoved('password', user.user_id, reason);
    yield user === null ? null : convertUser(user, null, conversion);
  }
}

async function* usersWithPassword(
  file: string,
  hashes: PasswordHashes,
  conversion: UserConversion,
): AsyncGenerator<MovingUser | null> {
  // The second pass notes malformed users.
  const ignored = new Notes();
  for await (const record of jsonLines(file)) {
    const user = parseUser(record, ignored);
    const hash = user === null ? null : hashes.take(databaseIds(user));
    if (user !== null && hash !== null) yield convertUser(user, hash, conversion);
  }
}
