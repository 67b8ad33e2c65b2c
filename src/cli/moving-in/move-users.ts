import { z } from 'zod';
import { type UserImportReport, userImportReport } from '../../modules/users/contract/user-import.types';
import { emailKey } from '../../modules/users/domain/email-key';
import { CommandFault } from '../command';
import type { MovingUser, UserRow } from './moving-user';
import type { Notes } from './notes';
import type { PatientClient } from './patient-client';

/** The rows of one import call. */
const BATCH_ROWS = 500;
/** Members without which a user can move, and the words for them. */
const OPTIONAL = { passwordHash: 'password', displayName: 'name', locale: 'locale' } as const;

const knownUser = z.object({ id: z.string(), email: z.string().nullable() });

/** Returns the IDs of the tenant's users by the key of their address. */
export async function knownUsers(client: PatientClient): Promise<ReadonlyMap<string, string>> {
  const users = new Map<string, string>();
  await client.forEach(knownUser, '/v1/users', ({ id, email }) => {
    if (email !== null) users.set(emailKey(email), id);
  });
  return users;
}

export interface UserMove {
  readonly client: PatientClient;
  /** Users that exist already, by the key of their address. They stay as they are. */
  readonly known: ReadonlyMap<string, string>;
  readonly isDryRun: boolean;
  readonly notes: Notes;
  /** Called for each user who exists after the move. */
  readonly onMoved: (user: MovingUser, key: string) => void;
  /** Called after each batch. */
  readonly onProgress: (users: number) => void;
}

/** Moves users in batches. Keeps only the keys of their addresses. The platform checks each row before it creates any. */
export class UserMover {
  created = 0;
  existing = 0;
  withPassword = 0;
  private readonly seen = new Set<string>();
  private batch: MovingUser[] = [];

  constructor(private readonly move: UserMove) {}

  async add(user: MovingUser): Promise<void> {
    const { email } = user.row;
    const key = emailKey(email);
    if (this.seen.has(key)) {
      this.move.notes.notMoved('user', email, 'An earlier user of the export has the same address, ignoring case.');
      return;
    }
    this.seen.add(key);
    if (this.move.known.has(key)) {
      this.existing += 1;
      this.move.onMoved(user, key);
      return;
    }
    this.batch.push(user);
    if (this.batch.length === BATCH_ROWS) await this.finish();
  }

  /** Moves the users of an incomplete batch. */
  async finish(): Promise<void> {
    const users = await this.accepted(this.batch);
    this.batch = [];
    if (users.length > 0 && !this.move.isDryRun) await this.send(users, false);
    for (const user of users) {
      this.created += 1;
      if (user.row.passwordHash !== undefined) this.withPassword += 1;
      this.move.onMoved(user, emailKey(user.row.email));
    }
    this.move.onProgress(this.created + this.existing);
  }

  /** Returns the users that the platform accepts, without the members that it refuses. */
  private async accepted(users: readonly MovingUser[]): Promise<readonly MovingUser[]> {
    let rest = users;
    while (rest.length > 0) {
      const { faulty, faults } = await this.send(rest, true);
      if (faulty === 0) break;
      // A response lists at most 100 faults, so that several rounds can be necessary.
      const faultsOf = Map.groupBy(faults, ({ line }) => line);
      if (faultsOf.size === 0) throw new CommandFault('The platform refuses users without saying why.');
      rest = rest.flatMap((user, index) => this.corrected(user, faultsOf.get(index + 1) ?? []));
    }
    return rest;
  }

  /** Returns the user without the members that the platform refuses; nothing if it refuses a member that every user needs. */
  private corrected(user: MovingUser, faults: UserImportReport['faults']): readonly MovingUser[] {
    const { notes } = this.move;
    const { email } = user.row;
    // The caller is not allowed to move anyone, so that a report about each user would not help.
    const denied = faults.find(({ code, member }) => code === 'forbidden' && member !== 'role');
    if (denied !== undefined) throw new CommandFault(denied.message);
    const fatal = faults.find(({ member }) => !isOptional(member) || user.row[member] === undefined);
    if (fatal !== undefined) {
      notes.notMoved('user', email, `The platform refuses the ${fatal.member || 'user'}: ${fatal.message}`);
      return [];
    }
    let { row } = user;
    for (const { member, message } of faults) {
      if (!isOptional(member)) continue;
      notes.notMoved(OPTIONAL[member], email, `The platform refuses it: ${message}`);
      const { [member]: _refused, ...others } = row;
      row = others;
    }
    return [{ ...user, row }];
  }

  private send(users: readonly MovingUser[], isDryRun: boolean): Promise<UserImportReport> {
    const lines = users.map(({ row }): string => JSON.stringify(row satisfies UserRow));
    return this.move.client.send(userImportReport, 'POST', '/v1/users/import', {
      query: { dryRun: String(isDryRun) },
      body: { type: 'application/jsonl', content: lines.join('\n') },
    });
  }
}

function isOptional(member: string): member is keyof typeof OPTIONAL {
  return member in OPTIONAL;
}
