import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writePart } from './part-file';

const FILE = 'manifest.json';
/** Of what this build writes, and all that it reads. */
const FORMAT = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const bytes = z.number().int().min(0);

/** One table, in a part of its own. */
const tablePart = z.strictObject({
  /** With its schema, such as `projects.projects`. */
  table: z.string(),
  /** In the order of the part. */
  columns: z.array(z.string()).min(1),
  rows: z.number().int().min(0),
  /** Of the part as it lies there, which is compressed. */
  bytes,
  sha256,
});

const manifest = z.strictObject({
  format: z.literal(FORMAT, 'it is of another format than this build reads'),
  /** Version of the product that wrote it. */
  version: z.string(),
  /** Of the snapshot. */
  takenAt: z.iso.datetime(),
  /** Version of the server. */
  postgres: z.string(),
  /** The migrations of the schema, in order. */
  migrations: z.array(z.string()).min(1),
  /** What `MASTER_KEY` has to open, as base64; `null` where nothing was sealed yet. */
  proof: z.base64().nullable(),
  tables: z.array(tablePart),
  /** Partitions of tables without a default partition, with their bounds as `CREATE TABLE` takes them. */
  partitions: z
    .array(
      z.strictObject({
        table: z.string(),
        name: z.string(),
        bound: z.string().regex(/^FOR VALUES FROM \('[\d :.+-]+'\) TO \('[\d :.+-]+'\)$/),
      }),
    )
    .default([]),
  /** The last value of each that was used, by its name with its schema. */
  sequences: z.record(z.string(), z.string().regex(/^-?\d+$/)),
  /** The list of all objects, one JSON per line, which says the SHA-256 of each; `contentBytes` is what they have in all. */
  objects: z.strictObject({ count: z.number().int().min(0), contentBytes: bytes, bytes, sha256 }),
  /** Tables whose rows are not here, each with the reason. */
  leftOut: z.record(z.string(), z.string()),
});

export type TablePart = Readonly<z.infer<typeof tablePart>>;
/** What a backup is made of: it is written last, and a folder without it is none. */
export type Manifest = Readonly<z.infer<typeof manifest>>;

/** Writes the manifest of a folder. @returns its SHA-256, by which the whole backup can be told from any other */
export async function writeManifest(folder: string, content: Omit<Manifest, 'format'>): Promise<string> {
  const text = `${JSON.stringify({ format: FORMAT, ...content }, null, 2)}\n`;
  return (await writePart(path.join(folder, FILE), [Buffer.from(text)])).sha256;
}

/** Reads it. Throws a `BackupFault` that says what is wrong with it. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(path.join(folder, FILE), 'utf8').catch((cause: unknown) => {
    throw new BackupFault(`${folder} has no ${FILE}: it is no backup, or one that was not finished.`, { cause });
  });
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new BackupFault(`${path.join(folder, FILE)} is damaged: it is no JSON.`, { cause });
  }
  const parsed = manifest.safeParse(found);
  if (parsed.success) return parsed.data;
  const [{ path: at, message } = { path: [], message: '' }] = parsed.error.issues;
  throw new BackupFault(`${path.join(folder, FILE)} cannot be used: ${at.join('.')}: ${message}.`);
}

/** Why a backup cannot be made or restored, in words for the operator. */
export class BackupFault extends Error {
  override readonly name = 'BackupFault';
}

/** A part is not what the manifest says of it. */
export class DamagedPart extends Error {
  override readonly name = 'DamagedPart';

  constructor(part: string) {
    super(`${part} is damaged: it is not what the manifest says. Nothing was restored.`);
  }
}
