import { z } from 'zod';
import { flagResource } from './flags.types';

/** An accepted state of a tenant's flags. */
export const flagVersion = z
  .object({
    version: z.number().int().meta({ description: 'Increases with each change; the `snapshotId` of evaluations.' }),
    action: z.string().meta({ description: 'The audit action that created the version.' }),
    digest: z.string().meta({ description: 'SHA-256 of the document as JSON, hex.' }),
    flagCount: z.number().int(),
    changedFlags: z.array(z.string()).meta({ description: 'Keys of the changed flags, at most the first 100.' }),
    restoredFrom: z.number().int().nullable().meta({ description: 'The version that a revert restored.' }),
    scheduledId: z.string().nullable().meta({ description: 'The scheduled change that created the version.' }),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'FlagVersion' });
export type FlagVersion = Readonly<z.infer<typeof flagVersion>>;

const document = z.record(z.string(), z.unknown()).meta({ description: "In flagd's JSON." });

export const flagVersionDocument = flagVersion.extend({ document }).meta({ id: 'FlagVersionDocument' });

/** A summary of all flags, in the form that existing SDKs read. */
export const flagSummary = z
  .object({
    flags: z.array(flagResource.pick({ key: true, name: true, enabled: true, state: true, defaultVariant: true })),
    version: z.number().int(),
    allowed: z
      .literal(false)
      .optional()
      .meta({ description: 'Present if the caller has no access to the flags: `flags` is empty.' }),
    reason: z.string().optional().meta({ description: 'The reason for the missing access.' }),
  })
  .meta({
    id: 'FlagSummary',
    examples: [
      {
        flags: [{ key: 'checkout', name: 'checkout', enabled: true, state: 'ENABLED', defaultVariant: 'on' }],
        version: 1,
      },
    ],
  });
export type FlagSummary = Readonly<z.infer<typeof flagSummary>>;

export const flagDifference = z
  .object({
    kind: z.enum(['added', 'removed', 'changed']),
    pointer: z.string().meta({ description: 'JSON Pointer (RFC 6901) into the document.' }),
    from: z.unknown().optional(),
    to: z.unknown().optional(),
  })
  .meta({ id: 'FlagDifference' });
export type FlagDifference = Readonly<z.infer<typeof flagDifference>>;

export const flagDiff = z
  .object({ from: z.number().int(), to: z.number().int(), differences: z.array(flagDifference) })
  .meta({ id: 'FlagDiff' });
export type FlagDiff = Readonly<z.infer<typeof flagDiff>>;

const key = z.string().min(1).max(256);
const versionNumber = z.number().int().min(0).max(2_147_483_647);

/** A change to a tenant's flags that can be scheduled. */
export const flagChange = z
  .discriminatedUnion('op', [
    z.strictObject({ op: z.literal('put'), key, flag: z.unknown() }),
    z.strictObject({ op: z.literal('delete'), key }),
    z.strictObject({ op: z.literal('enable'), key }),
    z.strictObject({ op: z.literal('disable'), key }),
    z.strictObject({ op: z.literal('replace'), document: z.unknown() }),
    z.strictObject({ op: z.literal('revert'), version: versionNumber.min(1) }),
  ])
  .meta({ id: 'FlagChange', examples: [{ op: 'disable', key: 'new-checkout' }] });
export type FlagChange = Readonly<z.infer<typeof flagChange>>;

export const newScheduledChange = z.strictObject({
  at: z.iso
    .datetime({ offset: true, error: 'must be a time such as "2031-05-01T06:00:00Z" or "2031-05-01T08:00:00+02:00"' })
    .meta({ description: 'The time of the change; in the future, at most a year ahead.' }),
  change: flagChange,
});
export type NewScheduledChange = Readonly<z.infer<typeof newScheduledChange>>;

export const scheduledChange = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    change: flagChange,
    status: z.enum(['pending', 'applied', 'failed']),
    version: z.number().int().nullable().meta({ description: 'The version that the change created.' }),
    error: z.string().nullable().meta({ description: 'The reason why the change failed.' }),
    createdBy: z
      .string()
      .meta({ description: 'The principal that scheduled the change, on whose behalf it is applied.' }),
    createdByType: z.enum(['user', 'service', 'agent', 'system']),
    createdAt: z.iso.datetime(),
    doneAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ScheduledFlagChange' });
export type ScheduledChange = Readonly<z.infer<typeof scheduledChange>>;

/** A list entry: the change without the flag or the document that it sets. */
export const scheduledChangeSummary = scheduledChange
  .extend({
    change: z.object({
      op: z.enum(['put', 'delete', 'enable', 'disable', 'replace', 'revert']),
      key: z.string().optional(),
      version: z.number().int().optional(),
    }),
  })
  .meta({ id: 'ScheduledFlagChangeSummary' });
export type ScheduledChangeSummary = Readonly<z.infer<typeof scheduledChangeSummary>>;

export const revertTo = z.strictObject({ version: versionNumber.min(1) });
const version = z.coerce.number({ error: 'must be a version number, such as 3' }).int().min(0);
export const diffQuery = z.strictObject({
  from: version.meta({ description: 'A version; 0 for an empty document.' }),
  to: version.optional().meta({ description: 'A version; defaults to the current one.' }),
});

/** Returns the entity tag of a document version. It is strong, because a version never changes. */
export function documentEntityTag(version: number): string {
  return `"v${version}"`;
}
