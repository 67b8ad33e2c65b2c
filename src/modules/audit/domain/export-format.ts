import { z } from 'zod';

/**
 * The format of a verifiable export. The first line contains the name of the log, its first record, and the roots of the subtrees before
 * that record. Each record follows in its canonical form, with checkpoints where they were signed. The last line contains the checkpoint
 * over all records. Verification needs only the public key: with different records, or different roots before them, the root of the tree
 * differs from the signed root.
 */

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const header = z.strictObject({
  auditLog: z.string().min(1),
  v: z.literal(1),
  from: count,
  before: z.array(hash).max(53),
});
const note = z.strictObject({
  checkpoint: z.string(),
  /** Hash of the previous record in the log. It is not a proof, but it locates accidental changes. */
  head: hash,
  /** True on the last line. */
  end: z.boolean(),
});

export type ExportHeader = z.infer<typeof header>;
export type ExportNote = z.infer<typeof note>;

export const readHeader = reader(header);
export const readNote = reader(note);

/** Returns a parser for one kind of line; it returns `null` for other lines. */
function reader<T extends z.ZodType>(schema: T): (line: string) => z.infer<T> | null {
  return (line) => {
    try {
      return schema.parse(JSON.parse(line));
    } catch {
      return null;
    }
  };
}
