import type { Terminal } from '../command';
import type { GroupMover } from './move-groups';
import { type Destination, progressOf } from './move-options';
import { knownUsers, UserMover } from './move-users';
import type { MovingUser } from './moving-user';
import type { Notes } from './notes';

export interface PeopleMove {
  readonly destination: Destination;
  readonly isDryRun: boolean;
  readonly notes: Notes;
  readonly groups: GroupMover;
  readonly terminal: Terminal;
}

/** The numbers of users. */
export interface MovedPeople {
  readonly read: number;
  readonly created: number;
  readonly existing: number;
  readonly withPassword: number;
}

/**
 * Moves users, then their groups.
 * @param users all users; `null` stands for a user who cannot move.
 */
export async function movePeople(
  users: AsyncIterable<MovingUser | null>,
  { destination: { client }, isDryRun, notes, groups, terminal }: PeopleMove,
): Promise<MovedPeople> {
  const known = await knownUsers(client);
  const onMoved = ({ row, groups: paths }: MovingUser, key: string): void => {
    groups.join(paths, key, row.email);
  };
  const mover = new UserMover({ client, known, isDryRun, notes, onMoved, onProgress: progressOf('users', terminal) });
  let read = 0;
  for await (const user of users) {
    read += 1;
    if (user !== null) await mover.add(user);
  }
  await mover.finish();
  const { created, existing, withPassword } = mover;
  // The new users have IDs only now.
  const present = isDryRun || created === 0 || groups.groups.read === 0 ? known : await knownUsers(client);
  if (groups.groups.read > 0) {
    await groups.move({ client, users: present, isDryRun, onProgress: progressOf('memberships', terminal) });
  }
  return { read, created, existing, withPassword };
}
