import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writePart } from './part-file';

const FILE = 'manifest.json';
/** The format that this build writes, and the only format that it reads. */
const FORMAT = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const bytes = z.number().int().min(0);

/** One table, in its own part. */
const tablePart = z.strictObject({
  /** Qualified name, such as `projects.projects`. */
  table: z.string(),
  /** Columns, in the order in which the part contains them. */
  columns: z.array(z.string()).min(1),
  rows: z.number().int().min(0),
  /** Compressed size of the part, as stored. */
  bytes,
  sha256,
});

const manifest = z.strictObject({
  format: z.literal(FORMAT, 'this build does not support its format'),
  /** Version of the product that wrote the backup. */
  version: z.string(),
  /** Time of the snapshot. */
  takenAt: z.iso.datetime(),
  /** PostgreSQL server version. */
  postgres: z.string(),
  /** The migrations of the schema, in order. */
  migrations: z.array(z.string()).min(1),
  /** A value that `MASTER_KEY` must be able to decrypt, as base64; `null` if no data has been sealed yet. */
  proof: z.base64().nullable(),
  tables: z.array(tablePart),
  /** Partitions of tables without a default partition, with their bounds in the syntax of `CREATE TABLE`. */
  partitions: z
    .array(
      z.strictObject({
        table: z.string(),
        name: z.string(),
        bound: z.string().regex(/^FOR VALUES FROM \('[\d :.+-]+'\) TO \('[\d :.+-]+'\)$/),
      }),
    )
    .default([]),
  /** The last value of each used sequence, by qualified name. */
  sequences: z.record(z.string(), z.string().regex(/^-?\d+$/)),
  /** The list of all objects, one JSON value per line with the SHA-256 of each; `contentBytes` is their total size. */
  objects: z.strictObject({ count: z.number().int().min(0), contentBytes: bytes, bytes, sha256 }),
  /** Tables whose rows are excluded, each with the reason. */
  leftOut: z.record(z.string(), z.string()),
});

export type TablePart = Readonly<z.infer<typeof tablePart>>;
/** The content of a backup. The manifest is written last, so a folder without one is not a backup. */
export type Manifest = Readonly<z.infer<typeof manifest>>;

/**
 * Writes the manifest of a folder.
 * @returns its SHA-256, which identifies the whole backup
 */
export async function writeManifest(folder: string, content: Omit<Manifest, 'format'>): Promise<string> {
  const text = `${JSON.stringify({ format: FORMAT, ...content }, null, 2)}\n`;
  return (await writePart(path.join(folder, FILE), [Buffer.from(text)])).sha256;
}

/** Reads the manifest. Throws a `BackupFault` that names the defect. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(path.join(folder, FILE), 'utf8').catch((cause: unknown) => {
    throw new BackupFault(`${folder} has no ${FILE}: it is not a backup, or the backup did not finish.`, { cause });
  });
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new BackupFault(`${path.join(folder, FILE)} is damaged: it is not JSON.`, { cause });
  }
  const parsed = manifest.safeParse(found);
  if (parsed.success) return parsed.data;
  const [{ path: at, message } = { path: [], message: '' }] = parsed.error.issues;
  throw new BackupFault(`${path.join(folder, FILE)} cannot be used: ${at.join('.')}: ${message}.`);
}

/** The reason why a backup cannot be created or restored, as a message for the operator. */
export class BackupFault extends Error {
  override readonly name = 'BackupFault';
}

/** Thrown when a part does not match the manifest. */
export class DamagedPart extends Error {
  override readonly name = 'DamagedPart';

  constructor(part: string) {
    super(`${part} is damaged: it does not match the manifest. No data was restored.`);
  }
}
