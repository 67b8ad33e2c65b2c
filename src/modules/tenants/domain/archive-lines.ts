import { createHash } from 'node:crypto';
import { z } from 'zod';

/**
 * The format of a tenant archive: gzipped JSON Lines, without file names and therefore without unsafe paths:
 *
 *     {"archive":"coresdk-tenant", …}            header
 *     {"table":"apps.apps","columns":[…]}        section, for each table
 *     {"row":{…}}                                rows, as PostgreSQL writes them
 *     {"end":"apps.apps","rows":2, …}            end of a section
 *     {"manifest":[…], …}                        last: without it the archive is cut off
 */
export const ARCHIVE_FORMAT = 'coresdk-tenant';
export const ARCHIVE_VERSION = 2;

/**
 * Maximum length of a line, in bytes: enough for an 8 MiB policy bundle in hexadecimal, which doubles its size, together with its modules.
 */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const tableName = z.string().max(128);
const count = z.number().int().min(0);

export const archiveHeader = z.strictObject({
  archive: z.literal(ARCHIVE_FORMAT),
  version: z.literal(ARCHIVE_VERSION),
  tenant: z.strictObject({
    id: z.string().regex(/^tnt-[0-7][0-9a-hjkmnp-tv-z]{25}$/),
    slug: z.string().max(63),
    name: z.string().max(1024),
  }),
  exportedAt: z.iso.datetime(),
  /** Public key of the installation that created the archive. This is only a hint: the key that signed the manifest is what counts. */
  signedBy: z.string().max(256),
  /**
   * `sealed`: includes the tenant's data keys and secrets, encrypted with a key derived from a passphrase and `salt`. `excluded`: omits
   * them, and also omits hashes of passwords and client secrets.
   */
  secrets: z.enum(['sealed', 'excluded']),
  salt: z
    .string()
    .regex(/^[\w-]{22}$/)
    .nullable(),
});

export const sectionStart = z.strictObject({
  table: tableName,
  columns: z.array(z.string().max(128)).min(1).max(500),
});

/** `sha256` covers the rows as stored in the database, computed with {@link foldRow}. */
export const sectionEnd = z.strictObject({ end: tableName, rows: count, sha256 });

export const archiveManifest = z.strictObject({
  manifest: z.array(z.strictObject({ table: tableName, rows: count, sha256 })).max(1000),
  /** Tables that were not exported, each with the reason. */
  leftOut: z.array(z.strictObject({ table: tableName, reason: z.string().max(1024) })).max(1000),
  /** Hash of every byte before this line. */
  sha256,
  /** HMAC-SHA-256 of {@link provenText} with the passphrase's key: proves that its author knew the passphrase. */
  mac: sha256.nullable(),
  /** The same string as a note, signed by the installation that created the archive. */
  note: z.string().max(2048),
});

export type ArchiveHeader = Readonly<z.infer<typeof archiveHeader>>;
export type SectionStart = Readonly<z.infer<typeof sectionStart>>;
export type SectionEnd = Readonly<z.infer<typeof sectionEnd>>;
export type ArchiveManifest = Readonly<z.infer<typeof archiveManifest>>;

/** Returns the string that a manifest's proofs cover: the whole archive except the proofs. */
export function provenText({
  manifest,
  leftOut,
  sha256: ofLines,
}: Pick<ArchiveManifest, 'manifest' | 'leftOut' | 'sha256'>): string {
  const ofManifest = createHash('sha256').update(JSON.stringify({ manifest, leftOut })).digest('hex');
  return `${ARCHIVE_FORMAT} archive ${ARCHIVE_VERSION}\n${ofLines}\n${ofManifest}\n`;
}

const ROW_START = '{"row":';

/** Wraps a row's JSON in a line. Does not parse the JSON, because a PostgreSQL number can exceed the precision of a double. */
export function rowLine(json: string): string {
  return `${ROW_START}${json}}`;
}

/** Returns the JSON in a row's line; `null` for any other line. */
export function rowOf(line: string): string | null {
  return line.startsWith(ROW_START) ? line.slice(ROW_START.length, -1) : null;
}
