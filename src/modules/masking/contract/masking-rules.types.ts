import { z } from 'zod';
import { entityName, fieldName, MASKING_LIMITS, maskingStrategy } from './masking.types';

/** The limits of a tenant's rules. */
const RULE_LIMITS = { maxEntities: 200, maxFields: 500, maxAllowed: 1_000, maxPatterns: 20 } as const;

const allowedValue = z.string().min(1).max(256);
const patternSource = z.string().min(1).max(MASKING_LIMITS.maxPatternLength);

const entityRule = z.strictObject({
  enabled: z
    .boolean()
    .optional()
    .meta({ description: 'True to detect the entity, false to ignore it. Unset: the default for the entity.' }),
  strategy: maskingStrategy.optional(),
});

const fieldRule = z.strictObject({
  field: fieldName.meta({
    description: 'A name, or a dotted path in which * stands for one part; not case-sensitive.',
  }),
  strategy: maskingStrategy.default('redact'),
});

const patternRule = z.strictObject({
  name: entityName.meta({ description: "The entity that the pattern's matches are classified as." }),
  pattern: patternSource.meta({ description: 'RE2 syntax, without look-around and back-references.' }),
  strategy: maskingStrategy.default('redact'),
});

/**
 * The rules for masking a tenant's values. Omitted members take the installation's defaults: find every entity that is on by default, mask
 * the common field names, and redact all values.
 */
export const newMaskingRules = z
  .strictObject({
    strategy: maskingStrategy
      .default('redact')
      .meta({ description: 'For personal data without a more specific strategy. Secrets stay redacted.' }),
    threshold: z
      .number('must be a number from 0 to 1')
      .min(0, 'must be a number from 0 to 1')
      .max(1, 'must be a number from 0 to 1')
      .default(0.5)
      .meta({ description: 'The minimum score of a finding.' }),
    entities: z
      .record(entityName, entityRule)
      .refine((record) => Object.keys(record).length <= RULE_LIMITS.maxEntities, 'must not have more than 200 members')
      .default({}),
    fields: z.array(fieldRule).max(RULE_LIMITS.maxFields).default([]),
    allowedFields: z
      .array(fieldName)
      .max(RULE_LIMITS.maxFields)
      .default([])
      .meta({ description: 'Members that are not masked entirely, although they have common sensitive names.' }),
    allowedValues: z
      .array(allowedValue)
      .max(RULE_LIMITS.maxAllowed)
      .default([])
      .meta({ description: 'Values that are never masked; case-sensitive.' }),
    patterns: z.array(patternRule).max(RULE_LIMITS.maxPatterns).default([]),
  })
  .meta({ id: 'NewMaskingRules' });
export type NewMaskingRules = Readonly<z.infer<typeof newMaskingRules>>;

export const maskingRules = newMaskingRules
  .extend({
    version: z.number().int().meta({ description: 'Increases with each change; 0 before the first.' }),
    updatedAt: z.string().nullable(),
    updatedBy: z.string().nullable(),
  })
  .meta({ id: 'MaskingRules' });
export type MaskingRules = Readonly<z.infer<typeof maskingRules>>;

/** The rules of a tenant that has not set any rules. */
export const DEFAULT_RULES: NewMaskingRules = newMaskingRules.parse({});

/** Returns the entity tag of a tenant's rules. */
export function rulesEntityTag({ version }: Pick<MaskingRules, 'version'>): string {
  return `"v${version}"`;
}

/** An entity that the engine can find. */
export const maskingEntity = z
  .object({
    name: z.string(),
    description: z.string(),
    onByDefault: z.boolean(),
    secret: z.boolean().meta({ description: 'True for a credential, false for personal data.' }),
    country: z.string().nullable().meta({ description: 'ISO 3166 code of the country that issues the identifier.' }),
  })
  .meta({ id: 'MaskingEntity' });
export type MaskingEntity = Readonly<z.infer<typeof maskingEntity>>;

/** One of a tenant's keys for tokens, hashes, formats and encrypted values. */
export const maskingKey = z
  .object({
    generation: z.number().int().meta({ description: 'Increases with each rotation; tokens contain it.' }),
    createdAt: z.string(),
    createdBy: z.string(),
    current: z.boolean().meta({ description: 'True for the key that creates new tokens.' }),
  })
  .meta({ id: 'MaskingKey' });
export type MaskingKey = Readonly<z.infer<typeof maskingKey>>;
