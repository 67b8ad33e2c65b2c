import { z } from 'zod';

/** The storage limits of an installation and of a tenant. */
export const ENTITLEMENT_LIMITS = { maxPlans: 100, maxKeysOfPlan: 500, maxOverrides: 500 } as const;

/** The plans with which tenants can be created. They can be changed but not deleted. */
export const BUILT_IN_PLANS: ReadonlySet<string> = new Set(['free', 'pro', 'enterprise']);

/**
 * The largest 32-bit count of seconds since 1970, which is the format that public clients read (wire contract §1,
 * CheckEntitlementResponse).
 */
const LAST_MOMENT = '2038-01-19T03:14:07Z';

export const ENTITLEMENT_KEY = /^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$/;
export const MAX_ENTITLEMENT_KEY_CHARS = 128;
const key = z
  .string()
  .max(MAX_ENTITLEMENT_KEY_CHARS)
  .regex(
    ENTITLEMENT_KEY,
    'must contain only lowercase letters, digits, "_", "-" and single dots, and start with a letter',
  );

export const planName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,62}$/,
    'must contain only lowercase letters, digits, "_" and "-", and start with a letter',
  );
const note = z.string().max(500).default('').meta({ description: 'A note for administrators.' });
const limit = z
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .nullable()
  .meta({ description: 'The quota; 0 allows nothing, null is unlimited.' });
const expiresAt = z.iso
  .datetime({ offset: true, error: 'must be a time such as "2031-05-01T06:00:00Z"' })
  .refine((time) => Date.parse(time) <= Date.parse(LAST_MOMENT), `must not be after ${LAST_MOMENT}`)
  .nullable()
  .default(null)
  .meta({ description: 'The expiry time; null for never.' });

const definition = {
  description: note,
  features: z
    .array(key)
    .max(ENTITLEMENT_LIMITS.maxKeysOfPlan)
    .default([])
    .meta({ description: 'The features that the plan includes.' }),
  limits: z.record(key, limit).default({}).meta({ description: 'The quota for each key that has one.' }),
} as const;

export const newPlan = z
  .strictObject(definition)
  .refine(({ features }) => new Set(features).size === features.length, {
    path: ['features'],
    message: 'must not repeat a key',
  })
  .refine(({ features, limits }) => features.every((feature) => !Object.hasOwn(limits, feature)), {
    path: ['limits'],
    message: 'a key must be a feature or a limit, not both',
  })
  .refine(({ features, limits }) => features.length + Object.keys(limits).length <= ENTITLEMENT_LIMITS.maxKeysOfPlan, {
    path: ['limits'],
    message: `a plan can have at most ${ENTITLEMENT_LIMITS.maxKeysOfPlan} keys`,
  })
  .meta({ id: 'NewPlan' });
export type NewPlan = Readonly<z.infer<typeof newPlan>>;

const stored = {
  version: z.int().meta({ description: 'Increases with each change.' }),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
} as const;

export const plan = z.object({ name: z.string(), ...definition, ...stored }).meta({ id: 'Plan' });
export type Plan = Readonly<z.infer<typeof plan>>;

/** A license: a plan other than the plan with which the tenant was created, or an expiry for that plan. */
export const newLicense = z
  .strictObject({ plan: planName.meta({ examples: ['pro'] }), expiresAt, note })
  .meta({ id: 'NewLicence' });
export type NewLicense = Readonly<z.infer<typeof newLicense>>;
export const license = z.object({ plan: z.string(), expiresAt, note, ...stored }).meta({ id: 'Licence' });
export type License = Readonly<z.infer<typeof license>>;

/** An exception to a tenant's plan until it expires; `entitled: false` revokes what the plan grants. */
export const newOverride = z
  .strictObject({ entitled: z.boolean().default(true), limit: limit.optional(), expiresAt, note })
  .refine(({ entitled, limit: size }) => entitled || size === undefined, {
    path: ['limit'],
    message: 'not allowed with entitled: false',
  })
  .meta({ id: 'NewEntitlementOverride' });
export type NewOverride = Readonly<z.infer<typeof newOverride>>;
export const override = z
  .object({
    key: z.string(),
    entitled: z.boolean(),
    limit: limit.optional().meta({ description: 'Omitted for a feature without a quota; null is unlimited.' }),
    expiresAt,
    note,
    ...stored,
  })
  .meta({ id: 'EntitlementOverride' });
export type Override = Readonly<z.infer<typeof override>>;

/** A tenant's current entitlement for one key. */
export const entitlementView = z
  .object({
    key: z.string(),
    entitled: z.boolean(),
    limit: limit.optional().meta({ description: 'Omitted for a feature without a quota; null is unlimited.' }),
    expiresAt: z.iso.datetime().nullable(),
    source: z.enum(['plan', 'override']).nullable(),
    reason: z.string().nullable().meta({ description: 'The reason for a denial; null when entitled.' }),
  })
  .meta({ id: 'Entitlement' });
export type EntitlementView = Readonly<z.infer<typeof entitlementView>>;

export const tenantEntitlements = z
  .object({ plan: z.string(), licence: license.nullable(), items: z.array(entitlementView) })
  .meta({ id: 'TenantEntitlements' });
export type TenantEntitlements = Readonly<z.infer<typeof tenantEntitlements>>;

/** Returns the entity tag of a stored object: strong, and different after the object is deleted and created again. */
export function storedEntityTag({ version, createdAt }: Pick<Plan, 'version' | 'createdAt'>): string {
  return `"${version}-${Date.parse(createdAt).toString(36)}"`;
}
