import { z } from 'zod';

const keepDays = z
  .number()
  .int()
  .min(1)
  .max(36_500)
  .nullable()
  .meta({ description: 'Days after which a record is dropped, AUDIT_MIN_KEEP_DAYS (30) or more; null: never.' });

const hold = z
  .strictObject({ reason: z.string().trim().min(1).max(512) })
  .nullable()
  .meta({ description: 'A legal hold: nothing is dropped and nobody is erased while there is one.' });

export const auditRetention = z.strictObject({ keepDays, legalHold: hold }).meta({
  id: 'AuditRetention',
  examples: [{ keepDays: 365, legalHold: null }],
});

export type AuditRetention = z.infer<typeof auditRetention>;

export const personErasure = z
  .strictObject({
    person: z.string().min(1).max(256).meta({ description: 'Id of the user, as events name them.' }),
  })
  .meta({ id: 'AuditErasureOrder' });

export type PersonErasure = z.infer<typeof personErasure>;

export const erasedPerson = z
  .object({ name: z.string().meta({ description: 'The random name that is left of the person in the log.' }) })
  .meta({ id: 'AuditErasure' });

export type ErasedPerson = z.infer<typeof erasedPerson>;
