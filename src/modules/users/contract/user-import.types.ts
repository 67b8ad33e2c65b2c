import { z } from 'zod';

export const IMPORT_LIMITS = {
  /** Maximum size of the body (rest.md §1). */
  maxBytes: 16 * 1024 * 1024,
  /** Maximum number of rows in an import. */
  maxRows: 10_000,
  /** Maximum number of characters in a field of a row. */
  maxFieldChars: 1_000,
  /** Maximum number of faults that a response lists. */
  maxFaults: 100,
} as const;

export const userImportQuery = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: '`true`: only check every row, without writing.' }),
});

const importFault = z
  .object({
    line: z.number().int().meta({ description: 'Line of the file, starting at 1.' }),
    member: z.string().meta({ description: 'The column; empty for the entire row.' }),
    code: z.string(),
    message: z.string(),
  })
  .meta({ id: 'UserImportFault' });

/** The result of an import. */
export const userImportReport = z
  .object({
    dryRun: z.boolean(),
    rows: z.number().int(),
    imported: z
      .number()
      .int()
      .meta({ description: 'Rows whose address now belongs to a user, whether new or existing.' }),
    faulty: z.number().int().meta({ description: 'Invalid rows. While one exists, no row is imported.' }),
    faults: z.array(importFault).meta({ description: `The first ${IMPORT_LIMITS.maxFaults} faults.` }),
  })
  .meta({ id: 'UserImportReport' });

export type ImportFault = Readonly<z.infer<typeof importFault>>;
export type UserImportReport = Readonly<z.infer<typeof userImportReport>>;

/** A file with a row for each user. */
export interface ImportFile {
  /** RFC 4180 with a header line, or a JSON object on each line. */
  readonly format: 'csv' | 'jsonl';
  /** UTF-8. */
  readonly bytes: Uint8Array;
}
