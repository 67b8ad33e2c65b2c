import { z } from 'zod';

export const IMPORT_KIND = 'users/import';
/** Path of the one inline file of the job. */
export const IMPORT_FILE = 'users';

/** The input of a job of the kind `users/import`. */
export const importOrder = z.strictObject({ format: z.enum(['csv', 'jsonl']), dryRun: z.boolean().default(false) });
