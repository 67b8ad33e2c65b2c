import { z } from 'zod';
import { displayName } from '../../../kernel/http/input/display-name';

/** Topic of tenant changes in the change log. The key of a change is the tenant id. */
export const TENANTS_TOPIC = 'tenants';

const tenantPlan = z.enum(['free', 'pro', 'enterprise']);
const tenantStatus = z.enum(['active', 'suspended', 'pending_deletion']);

export const SLUG = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const RESERVED_SLUGS: ReadonlySet<string> = new Set(['system', 'current', 'import']);

const slug = z
  .string()
  .regex(SLUG, 'must be at most 63 lowercase letters, digits and hyphens')
  // The same parameters accept ids and slugs, so a slug must not look like an id. `system` is an internal log; the other reserved names are
  // path segments next to tenant ids.
  .refine((value) => !value.startsWith('tnt-') && !RESERVED_SLUGS.has(value), 'is reserved');
const logoUri = z
  .url({ protocol: /^https$/ })
  .max(2048)
  .nullable();
const color = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, 'must be #rrggbb')
  .nullable();
const settings = z.record(z.string().max(128), z.unknown()).refine(fitsSettings, 'must not be larger than 16 KiB');

function fitsSettings(value: unknown): boolean {
  try {
    return JSON.stringify(value).length <= 16_384;
  } catch {
    // Nested more deeply than the stack allows, and therefore far too large.
    return false;
  }
}

/** A tenant (rest.md §3). */
export const tenant = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    plan: tenantPlan,
    status: tenantStatus,
    logoUri: z.string().nullable(),
    color: z.string().nullable(),
    settings: z.record(z.string(), z.unknown()),
    eraseAfter: z
      .string()
      .nullable()
      .describe('Time until which you can reactivate a tenant that is pending_deletion.'),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Tenant' });

export const newTenant = z
  .strictObject({
    slug,
    name: displayName,
    plan: tenantPlan.default('free'),
    logoUri: logoUri.optional(),
    color: color.optional(),
    settings: settings.optional(),
  })
  .meta({ id: 'NewTenant' });

export const tenantPatch = z
  .strictObject({ name: displayName, plan: tenantPlan, logoUri, color, settings })
  .partial()
  .meta({ id: 'TenantPatch' });

/** The members that a tenant's own administrators can change. Only the platform changes the plan. */
export const ownTenantPatch = tenantPatch.omit({ plan: true }).meta({ id: 'OwnTenantPatch' });

export type Tenant = Readonly<z.infer<typeof tenant>>;
export type NewTenant = Readonly<z.infer<typeof newTenant>>;
export type TenantPatch = Readonly<z.infer<typeof tenantPatch>>;
export type OwnTenantPatch = Readonly<z.infer<typeof ownTenantPatch>>;
