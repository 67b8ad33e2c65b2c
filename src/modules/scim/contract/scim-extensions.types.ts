import { z } from 'zod';

/** The change log topic for changed extensions. The key of a change is the URN. */
export const SCIM_EXTENSIONS_TOPIC = 'scim.extensions';

export const EXTENSION_LIMITS = { perTenant: 20, attributes: 100 } as const;

const name = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][\w-]*$/, 'must begin with a letter and contain only letters, digits, "_" and "-"');

const simple = {
  name,
  type: z.enum(['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference']),
  multiValued: z.boolean().default(false),
  description: z.string().max(500).default(''),
  caseExact: z.boolean().default(false),
  returned: z.enum(['default', 'request', 'never']).default('default'),
  canonicalValues: z.array(z.string().min(1).max(200)).max(100).optional(),
};

const simpleAttribute = z.strictObject(simple);

const attribute = z
  .union([
    simpleAttribute,
    z.strictObject({
      ...simple,
      type: z.literal('complex'),
      subAttributes: z.array(simpleAttribute).min(1).max(EXTENSION_LIMITS.attributes),
    }),
  ])
  .meta({ id: 'ScimExtensionAttribute' });

const isNamedOnce = (list: readonly { readonly name: string }[]): boolean =>
  new Set(list.map((one) => one.name.toLowerCase())).size === list.length;

/** The writable members of an extension. */
export const scimExtensionBody = z
  .strictObject({
    resource: z.enum(['User', 'Group']).meta({ description: 'The extended resource type.' }),
    name: z.string().trim().min(1).max(100),
    description: z.string().max(500).default(''),
    attributes: z
      .array(attribute)
      .min(1)
      .max(EXTENSION_LIMITS.attributes)
      .refine(isNamedOnce, 'must not name an attribute twice'),
  })
  .meta({ id: 'ScimExtensionBody' });

/** A schema that adds attributes to a tenant's users or groups (RFC 7643 §3.3). */
export const scimExtension = z
  .object({
    urn: z.string(),
    resource: z.enum(['User', 'Group']),
    name: z.string(),
    description: z.string(),
    attributes: z.array(attribute),
    version: z
      .number()
      .int()
      .meta({ description: 'Starts at 1 and increases with each change. The entity tag is derived from it.' }),
    updatedAt: z.string(),
    updatedBy: z.string(),
  })
  .meta({ id: 'ScimExtension' });

/** A valid URN for an extension. */
export const extensionUrn = z
  .string()
  .max(200)
  .regex(/^urn:[a-z0-9][a-z0-9-]{0,31}(:[A-Za-z0-9][A-Za-z0-9._-]*)+$/, 'must be a URN, such as urn:acme:scim:2.0:User')
  .refine((urn) => !urn.toLowerCase().startsWith('urn:ietf:'), 'must not belong to the IETF');

export type ScimExtension = Readonly<z.infer<typeof scimExtension>>;
export type ScimExtensionBody = Readonly<z.infer<typeof scimExtensionBody>>;
