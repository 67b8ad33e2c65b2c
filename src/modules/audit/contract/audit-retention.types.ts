import { z } from 'zod';

const keepDays = z
  .number()
  .int()
  .min(1)
  .max(36_500)
  .nullable()
  .meta({ description: 'Days after which a record is dropped, at least AUDIT_MIN_KEEP_DAYS (30); null means never.' });

const hold = z
  .strictObject({ reason: z.string().trim().min(1).max(512) })
  .nullable()
  .meta({ description: 'A legal hold. While it is set, no record is dropped and no person is erased.' });

const reads = z.enum(['each', 'aggregated']).optional().meta({
  description:
    'How successful plain reads of the public API are recorded; `each` by default. `each`: one record per read, written before the response. `aggregated`: one record with the number of reads per caller, address and action within AUDIT_READ_AGGREGATE_SECONDS (10); a killed process loses the reads of this period. Denials, failures, writes, and reads of secrets, files, job outputs and the log itself always have one record each. A PUT without it leaves it unchanged.',
});

export const auditRetention = z.strictObject({ keepDays, legalHold: hold, reads }).meta({
  id: 'AuditRetention',
  examples: [{ keepDays: 365, legalHold: null, reads: 'each' }],
});

export type AuditRetention = z.infer<typeof auditRetention>;

/** The recording mode for a tenant's successful plain reads. */
export type ReadRecording = NonNullable<AuditRetention['reads']>;

export const personErasure = z
  .strictObject({
    person: z.string().min(1).max(256).meta({ description: 'Id of the user as in events.' }),
  })
  .meta({ id: 'AuditErasureOrder' });

export type PersonErasure = z.infer<typeof personErasure>;

export const erasedPerson = z
  .object({ name: z.string().meta({ description: 'The random name that stays in the log in place of the person.' }) })
  .meta({ id: 'AuditErasure' });

export type ErasedPerson = z.infer<typeof erasedPerson>;
