import { z } from 'zod';

/** The limits of a configuration. */
export const CONFIG_LIMITS = {
  maxKeys: 1_000,
  maxValueChars: 16_384,
  /** The maximum total size of keys and values in UTF-8. */
  maxBytes: 256 * 1024,
  /** The number of stored versions per configuration; older versions can be neither read nor restored. */
  keptVersions: 100,
} as const;

/** The format of a key: dotted names of letters, digits, `_` and `-`. */
export const CONFIG_KEY = /^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/;
export const MAX_KEY_CHARS = 128;
/** Paths in the administration API, which cannot be keys. */
export const RESERVED_KEYS: ReadonlySet<string> = new Set(['defaults', 'versions', 'revert']);

const value = z.string().meta({ description: 'A string. Must not be a secret: store secrets in /api/v1/secrets.' });
const values = z.record(z.string(), value);

/** A configuration in the form that its administrators see. */
export const configDocument = z
  .object({
    version: z.number().int().meta({ description: 'Increases with each change of `own`; 0 before the first.' }),
    values: values.meta({
      description: 'The values that applications read: `own`, which overrides the defaults of the installation.',
    }),
    own: values.meta({ description: 'The values set for this tenant.' }),
    updatedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ConfigDocument' });
export type ConfigDocument = Readonly<z.infer<typeof configDocument>>;

export const configEntry = z
  .object({
    key: z.string(),
    value,
    source: z.enum(['own', 'default']).meta({ description: 'The origin of the value.' }),
  })
  .meta({ id: 'ConfigEntry' });
export type ConfigEntry = Readonly<z.infer<typeof configEntry>>;

export const configVersion = z
  .object({
    version: z.number().int(),
    action: z.string().meta({ description: 'The audit action that created the version.' }),
    changedKeys: z.array(z.string()).meta({ description: 'The keys that the version changed, up to 100.' }),
    restoredFrom: z.number().int().nullable().meta({ description: 'The version that a revert restored.' }),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'ConfigVersion' });
export type ConfigVersion = Readonly<z.infer<typeof configVersion>>;

export const configVersionDocument = configVersion.extend({ own: values }).meta({ id: 'ConfigVersionDocument' });
export type ConfigVersionDocument = Readonly<z.infer<typeof configVersionDocument>>;

/** Replaces all values: omitted keys are removed. */
export const newConfig = z.strictObject({ values }).meta({ id: 'NewConfig' });
export type NewConfig = Readonly<z.infer<typeof newConfig>>;

/** Changes some values in one request: `null` removes a key. */
export const configPatch = z
  .strictObject({ values: z.record(z.string(), value.nullable()) })
  .meta({ id: 'ConfigPatch' });
export type ConfigPatch = Readonly<z.infer<typeof configPatch>>;

export const newConfigValue = z.strictObject({ value }).meta({ id: 'NewConfigValue' });
export type NewConfigValue = Readonly<z.infer<typeof newConfigValue>>;

export const configRevert = z
  .strictObject({ version: z.number().int().min(1).max(2_147_483_647) })
  .meta({ id: 'ConfigRevert' });
export type ConfigRevert = Readonly<z.infer<typeof configRevert>>;

/** Returns the entity tag of a version: strong, because a version never changes. */
export function configEntityTag(version: number): string {
  return `"v${version}"`;
}
