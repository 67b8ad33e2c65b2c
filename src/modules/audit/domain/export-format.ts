import { z } from 'zod';

/**
 * A log as lines of text that prove themselves. The first says whose log it is, from which record on, and the roots of the
 * subtrees before that; then each record in its canonical form, with checkpoints where they were signed; the last has the
 * checkpoint over all. Nothing else is needed to verify it but the public key: with other records, or other roots before
 * them, the tree has another root than the signed one.
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
  /** Hash of the record before, as the log has it. It vouches for nothing, and tells which record a careless hand changed. */
  head: hash,
  /** Whether it is the last line. */
  end: z.boolean(),
});

export type ExportHeader = z.infer<typeof header>;
export type ExportNote = z.infer<typeof note>;

export const readHeader = reader(header);
export const readNote = reader(note);

/** Reads a line of one kind; `null` when it is none. */
function reader<T extends z.ZodType>(schema: T): (line: string) => z.infer<T> | null {
  return (line) => {
    try {
      return schema.parse(JSON.parse(line));
    } catch {
      return null;
    }
  };
}
