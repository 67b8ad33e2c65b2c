import { z } from 'zod';
import type { Notes } from '../notes';
import { jsonLines } from './json-lines';

const hashSchema = z.object({
  _id: z.object({ $oid: z.string() }),
  alt_id: z.string().nullish(),
  passwordHash: z.string(),
});

/** The hashes of an export by Auth0's support, by user ID. Keeps about 150 bytes for each user. */
export class PasswordHashes {
  private readonly hashes = new Map<string, string>();
  private readonly taken = new Set<string>();

  /** Reads an export. Errors: `CommandFault` for a file that cannot be read. A malformed line is noted. */
  static async read(file: string, notes: Notes): Promise<PasswordHashes> {
    const found = new PasswordHashes();
    for await (const record of jsonLines(file)) {
      const parsed = hashSchema.safeParse(record);
      if (parsed.success) {
        const { _id: id, alt_id: other, passwordHash } = parsed.data;
        // A user from a custom database has another ID.
        found.hashes.set(`auth0|${other ?? id.$oid}`, passwordHash);
      } else notes.notMoved('password', '-', 'A line of the password export has no ID or no hash.');
    }
    return found;
  }

  /** Returns the hash of a user who was not asked for before; `null` if there is none. @param ids the IDs that the user can have. */
  take(ids: readonly string[]): string | null {
    const id = ids.find((one) => this.hashes.has(one) && !this.taken.has(one));
    if (id === undefined) return null;
    this.taken.add(id);
    return this.hashes.get(id) ?? null;
  }

  /** Returns whether the hash of a user was taken. */
  isTaken(ids: readonly string[]): boolean {
    return ids.some((id) => this.taken.has(id));
  }

  /** The IDs whose hashes were not taken. */
  get left(): readonly string[] {
    return [...this.hashes.keys()].filter((id) => !this.taken.has(id));
  }
}
