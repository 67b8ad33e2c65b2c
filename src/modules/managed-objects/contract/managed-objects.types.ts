import { z } from 'zod';
import { pageQuery } from '../../../kernel/lists/page';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';

export const MANAGED_OBJECT_LIMITS = {
  /** Maximum number of marks of a tenant. */
  perTenant: 20_000,
  /** Maximum number of objects in one request. */
  perRequest: 1_000,
} as const;

const kind = z
  .string()
  .regex(/^[a-z][A-Za-z]{0,63}$/, 'must be at most 64 letters and begin with a lowercase letter')
  .meta({ description: 'The kind of the object, such as `apps`.' });
const key = z
  .string()
  .min(1)
  .max(2_048)
  .regex(/^[^\0]*$/, 'must not contain the character NUL')
  .meta({ description: 'The name of the object within its kind.' });
/** The name of a configuration. */
export const CONFIGURATION_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const managedBy = z
  .string()
  .regex(CONFIGURATION_NAME, 'must be at most 63 lowercase letters, digits and hyphens')
  .meta({ description: 'The name of the configuration.' });
const objectId = z.string().min(1).max(512).nullable().meta({
  description:
    'Distinguishes the object from an earlier one with the same key, such as its generated ID; null while it is being created.',
});
const changeSet = z.uuid().nullable().meta({ description: 'The change set that marked the object.' });

/** A mark: a configuration manages an object, and can therefore delete it. */
export const managedObject = z
  .object({ kind, key, managedBy, objectId, changeSet, updatedAt: z.iso.datetime() })
  .meta({ id: 'ManagedObject' });

const isNamedOnce = (objects: readonly { readonly kind: string; readonly key: string }[]): boolean =>
  new Set(objects.map((one) => JSON.stringify([one.kind, one.key]))).size === objects.length;

function listOf<T extends z.ZodType<{ readonly kind: string; readonly key: string }>>(object: T): z.ZodArray<T> {
  return z
    .array(object)
    .min(1)
    .max(MANAGED_OBJECT_LIMITS.perRequest)
    .refine(isNamedOnce, 'must not name an object twice');
}

/** Objects to mark. */
export const objectMarking = z
  .strictObject({
    managedBy,
    changeSet: changeSet.default(null),
    objects: listOf(z.strictObject({ kind, key, objectId })),
    takeOver: z
      .boolean()
      .default(false)
      .meta({ description: 'True to also mark objects that another configuration manages.' }),
  })
  .meta({ id: 'ObjectMarking' });

/** Objects whose marks to remove. */
export const objectRelease = z
  .strictObject({ managedBy, objects: listOf(z.strictObject({ kind, key })) })
  .meta({ id: 'ObjectRelease' });

export const markedObjects = z
  .object({ objects: z.number().int().meta({ description: 'The number of objects whose marks changed.' }) })
  .meta({ id: 'MarkedObjects' });

export const managedObjectQuery = pageQuery.extend({
  ...tenantQuery.shape,
  managedBy: managedBy.optional(),
  kind: kind.optional(),
});

export type ManagedObject = Readonly<z.infer<typeof managedObject>>;
export type ObjectMarking = Readonly<z.infer<typeof objectMarking>>;
export type ObjectRelease = Readonly<z.infer<typeof objectRelease>>;
export type MarkedObjects = Readonly<z.infer<typeof markedObjects>>;
export type ManagedObjectQuery = Readonly<z.infer<typeof managedObjectQuery>>;
