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

const reads = z.enum(['each', 'aggregated']).optional().meta({
  description:
    'Recording of successful plain reads of the public API, `each` until it is changed. `each`: a record of its own for each, before it is answered. `aggregated`: one record, with their number, for all of the same caller, address and action within AUDIT_READ_AGGREGATE_SECONDS (10); a process that is killed loses those of this time. Denials, failures, writes, and reads of secrets, files, outputs of jobs and the log itself have a record each either way. A PUT without it leaves it as it is.',
});

export const auditRetention = z.strictObject({ keepDays, legalHold: hold, reads }).meta({
  id: 'AuditRetention',
  examples: [{ keepDays: 365, legalHold: null, reads: 'each' }],
});

export type AuditRetention = z.infer<typeof auditRetention>;

/** How the successful plain reads of a tenant are recorded. */
export type ReadRecording = NonNullable<AuditRetention['reads']>;

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
