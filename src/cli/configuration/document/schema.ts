import { z } from 'zod';
import { CONFIGURATION_NAME } from '../../../modules/managed-objects/contract/managed-objects.types';
import { SLUG } from '../../../modules/tenants/contract/tenants.types';
import { KINDS } from '../kinds/kinds';
import type { Kind } from '../kinds/kind';
import { secretRef } from '../kinds/secret-kind';
import { tenantMembers } from '../kinds/tenant-kind';

const MAX_KEY_CHARS = 512;

const credentials = z
  .strictObject({ app: z.string().min(1), secretRef })
  .meta({ description: 'The app of the tenant that applies its webhooks, schedules, skills and workflows.' });

export type Credentials = Readonly<z.infer<typeof credentials>>;

function sectionOf({ schema, isSingle, title }: Kind): z.ZodType {
  if (isSingle === true) return schema.optional();
  return z
    .record(z.string().min(1).max(MAX_KEY_CHARS), schema)
    .optional()
    .meta({ description: `By name or key: each ${title}.` });
}

/** A tenant in a configuration: its own members, and its objects by section. */
const tenantSection = z.strictObject({
  ...tenantMembers.shape,
  name: tenantMembers.shape.name.optional(),
  credentials: credentials.optional(),
  ...Object.fromEntries(KINDS.map((kind) => [kind.section, sectionOf(kind)])),
});

/** A configuration file. A folder contains several, whose tenants are merged. */
export const configurationFile = z
  .strictObject({
    $schema: z.string().optional(),
    version: z.literal(1),
    name: z
      .string()
      .regex(CONFIGURATION_NAME, 'must be at most 63 lowercase letters, digits and hyphens')
      .meta({ description: 'Marks the objects that the configuration manages. Every file of a folder has the same.' }),
    tenants: z
      .record(z.string().regex(SLUG, 'must be at most 63 lowercase letters, digits and hyphens'), tenantSection)
      .default({})
      .meta({ description: 'The tenants by slug.' }),
  })
  .meta({ title: 'CoreSDK Platform configuration' });

export type ConfigurationFile = Readonly<z.infer<typeof configurationFile>>;

/** Returns the JSON Schema (draft 2020-12) of a configuration file, for editors. */
export function configurationSchema(): object {
  return z.toJSONSchema(configurationFile, { io: 'input', unrepresentable: 'any' });
}
