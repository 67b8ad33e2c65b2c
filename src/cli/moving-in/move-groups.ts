import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { groupNameKey } from '../../modules/users/domain/name-key';
import { Refusal } from '../api/refusal';
import { inParallel } from '../configuration/in-parallel';
import type { Notes } from './notes';
import type { PatientClient } from './patient-client';

const MEMBERS_AT_ONCE = 4;
/** Statuses with which the platform refuses one object, but not the caller. */
const OBJECT_REFUSED: ReadonlySet<number> = new Set([400, 404, 409, 422]);

const shownGroup = z.object({ id: z.string(), displayName: z.string(), memberCount: z.number() });
type ShownGroup = z.infer<typeof shownGroup>;
const shownMember = z.object({ userId: z.string() });

/** A group on the way from another system. */
export interface MovingGroup {
  /** The path by which users name the group. */
  readonly path: string;
  /** The name of the group here. */
  readonly name: string;
}

export interface GroupMove {
  readonly client: PatientClient;
  /** The IDs of users by the key of their address. */
  readonly users: ReadonlyMap<string, string>;
  readonly isDryRun: boolean;
  /** Called after each new membership with their number so far. */
  readonly onProgress: (members: number) => void;
}

/** Moves groups and their members. A group that exists here, ignoring case, gets the members that it does not have. */
export class GroupMover {
  readonly groups = { read: 0, created: 0, existing: 0 };
  readonly members = { read: 0, created: 0, existing: 0 };
  /** The keys of the members' addresses, by the path of the group. */
  private readonly keysOf = new Map<string, string[]>();

  constructor(
    private readonly moving: readonly MovingGroup[],
    private readonly notes: Notes,
  ) {
    const names = new Set<string>();
    for (const { path, name } of moving) {
      this.groups.read += 1;
      const key = groupNameKey(name);
      if (names.has(key)) this.notes.notMoved('group', path, 'Another group has the same name, ignoring case.');
      else this.keysOf.set(path, []);
      names.add(key);
    }
  }

  /** Remembers the groups of a user. @param key the key of the user's address. */
  join(paths: readonly string[], key: string, email: string): void {
    for (const path of paths) {
      this.members.read += 1;
      const keys = this.keysOf.get(path);
      if (keys === undefined) this.notes.notMoved('membership', email, `The group "${path}" does not move.`);
      else keys.push(key);
    }
  }

  /** Creates the groups and adds their members. */
  async move(move: GroupMove): Promise<void> {
    const { client, isDryRun } = move;
    const existing = new Map<string, ShownGroup>();
    await client.forEach(shownGroup, '/v1/groups', (group) => {
      existing.set(groupNameKey(group.displayName), group);
    });
    for (const { path, name } of this.moving) {
      const keys = this.keysOf.get(path);
      if (keys === undefined) continue;
      const found = existing.get(groupNameKey(name));
      if (found !== undefined) this.groups.existing += 1;
      const group = found ?? (isDryRun ? null : await this.create(client, name));
      if (group === undefined) continue;
      if (found === undefined) this.groups.created += 1;
      const missing = await this.missingIn(group, keys, move);
      this.members.existing += keys.length - missing.length;
      if (isDryRun || group === null) this.members.created += missing.length;
      else await this.addMembers(group, missing, move);
    }
  }

  /** @returns the new group; `undefined` if the platform refuses it. */
  private async create(client: PatientClient, name: string): Promise<ShownGroup | undefined> {
    const headers = { 'idempotency-key': randomUUID() };
    return this.unlessRefused('group', name, () =>
      client.send(shownGroup, 'POST', '/v1/groups', { json: { displayName: name }, headers }),
    );
  }

  /** Returns the keys of the users who are not members yet. @param group `null` for a group that a dry run would create. */
  private async missingIn(
    group: ShownGroup | null,
    keys: readonly string[],
    { client, users }: GroupMove,
  ): Promise<readonly string[]> {
    if (group === null || group.memberCount === 0) return keys;
    const present = new Set<string>();
    await client.forEach(shownMember, `/v1/groups/${group.id}/members`, ({ userId }) => present.add(userId));
    return keys.filter((key) => !present.has(users.get(key) ?? ''));
  }

  private async addMembers(
    { id, displayName }: ShownGroup,
    keys: readonly string[],
    { client, users, onProgress }: GroupMove,
  ): Promise<void> {
    await inParallel(keys, MEMBERS_AT_ONCE, async (key) => {
      const path = `/v1/groups/${id}/members/${users.get(key) ?? '-'}`;
      const added = await this.unlessRefused('membership', `${key} in ${displayName}`, async () => {
        await client.run('PUT', path);
        return true;
      });
      if (added === true) this.members.created += 1;
      onProgress(this.members.created);
    });
  }

  private async unlessRefused<T>(item: string, subject: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refusal) || !OBJECT_REFUSED.has(error.status)) throw error;
      this.notes.notMoved(item, subject, error.message);
      return undefined;
    }
  }
}
