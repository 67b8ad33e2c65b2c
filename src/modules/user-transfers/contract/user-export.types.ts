import { z } from 'zod';

/** What an export is asked for by, and the input of a job of the kind `users/export`. */
export const userExportOrder = z
  .strictObject({
    format: z.enum(['jsonl', 'csv']).default('jsonl').meta({
      description: '`jsonl`: a user as the API has it on each line. `csv`: RFC 4180, with a first line of names.',
    }),
  })
  .meta({ id: 'UserExportOrder' });

export type UserExportOrder = z.infer<typeof userExportOrder>;
