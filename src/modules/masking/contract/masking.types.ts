import { z } from 'zod';

/** The change feed topic for changes to rules and keys. Each change is keyed by the tenant id. */
export const MASKING_TOPIC = 'masking';

/** The replacement for a removed value (wire contract §2.8). */
export const REDACTED = '[REDACTED]';

/** The limits on the work of one call. */
export const MASKING_LIMITS = {
  /** The maximum length of text, or of a value as JSON text, in UTF-16 units. For longer text, the response is only `[REDACTED]`. */
  maxTextLength: 8 * 1024 * 1024,
  maxExtraFields: 200,
  /** The maximum length of a field's name or dotted path, in characters. */
  maxFieldLength: 256,
  maxExtraPatterns: 20,
  /** The maximum number of patterns in a call. Patterns can be refused one by one; beyond this number, the whole call is refused. */
  maxSentPatterns: 1_000,
  /** The maximum length of a pattern's source, in characters. */
  maxPatternLength: 512,
  /** The maximum number of tokens per detokenise call. */
  maxTokens: 500,
  /** The maximum length of a token, in characters. */
  maxTokenLength: 16 * 1024,
} as const;

/**
 * The way to replace a value.
 * - `redact`: `[REDACTED]`.
 * - `mask`: asterisks except for the last four letters or digits (of an email address: the first character and the domain).
 * - `tokenise`: `tok_…`, always the same for the same value and tenant; detokenise reverses it.
 * - `hash`: `hash_…`, a keyed hash; always the same for the same value and tenant, and never reversible.
 * - `format`: another value of the same form (length, kinds of characters, check digits); always the same for the same value and tenant.
 * - `encrypt`: `enc_…`, different each time; detokenise reverses it.
 */
export const maskingStrategy = z
  .enum(['redact', 'mask', 'tokenise', 'hash', 'format', 'encrypt'])
  .meta({ id: 'MaskingStrategy' });
export type MaskingStrategy = z.infer<typeof maskingStrategy>;

/** The name of one of the engine's entities, such as `EMAIL_ADDRESS`, or of a tenant's pattern. */
export const entityName = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'uppercase letters, digits and _, at most 64');
export const fieldName = z.string().min(1).max(MASKING_LIMITS.maxFieldLength);

const entityStrategies = z.record(entityName, maskingStrategy).refine(hasFew, 'must not have more than 200 members');
const fieldStrategies = z.record(fieldName, maskingStrategy).refine(hasFew, 'must not have more than 200 members');

function hasFew(record: object): boolean {
  return Object.keys(record).length <= MASKING_LIMITS.maxExtraFields;
}

/** A call's options, in addition to its tenant's rules. */
const maskOptions = {
  extraBlockedFields: z
    .array(fieldName)
    .max(MASKING_LIMITS.maxExtraFields)
    .default([])
    .meta({ description: 'Names or dotted paths (* stands for one part) of additional members to mask.' }),
  // Higher limits than the actual ones apply here, so that only surplus or overlong patterns are refused, and the rest is masked.
  extraPatterns: z
    .array(z.string().max(64 * 1024))
    .max(MASKING_LIMITS.maxSentPatterns)
    .default([])
    .meta({ description: `RE2 patterns for additional values to mask, at most ${MASKING_LIMITS.maxExtraPatterns}.` }),
  strategy: maskingStrategy
    .optional()
    .meta({ description: 'For personal data without a more specific strategy. Secrets stay redacted.' }),
  entityStrategies: entityStrategies.default({}).meta({ description: 'Strategies by entity, such as EMAIL_ADDRESS.' }),
  fieldStrategies: fieldStrategies
    .default({})
    .meta({ description: 'Strategies by name or dotted path. A member named here is masked entirely.' }),
};

/** The body of `POST /v1/masking/mask`. */
export const maskBody = z
  .strictObject({
    value: z
      .unknown()
      .refine((value) => value !== undefined, 'is missing')
      .meta({ description: 'Any JSON value.' }),
    ...maskOptions,
  })
  .meta({ id: 'MaskRequest' });
export type MaskBody = Readonly<z.infer<typeof maskBody>>;

/** The body of `POST /v1/masking/mask-string`. */
export const maskStringBody = z
  .strictObject({ value: z.string('must be a string; POST /v1/masking/mask accepts any JSON value'), ...maskOptions })
  .omit({ extraBlockedFields: true, fieldStrategies: true })
  .meta({ id: 'MaskStringRequest' });
export type MaskStringBody = Readonly<z.infer<typeof maskStringBody>>;

/** A caller's pattern that was refused. */
export const refusedPattern = z
  .object({ index: z.number().int(), reason: z.string() })
  .meta({ id: 'RefusedMaskingPattern' });
export type RefusedPattern = Readonly<z.infer<typeof refusedPattern>>;

const refusedPatterns = z
  .array(refusedPattern)
  .meta({ description: 'Patterns that were not used. The result still contains what they match.' });

export const maskResult = z
  .object({ maskedValue: z.unknown().meta({ description: 'The value, masked.' }), refusedPatterns })
  .meta({ id: 'MaskResult' });

export const maskStringResult = z.object({ maskedValue: z.string(), refusedPatterns }).meta({ id: 'MaskStringResult' });

/** The body of `POST /v1/masking/detokenise`. */
export const detokeniseBody = z
  .strictObject({
    tokens: z.array(z.string().min(1).max(MASKING_LIMITS.maxTokenLength)).min(1).max(MASKING_LIMITS.maxTokens),
  })
  .meta({ id: 'DetokeniseRequest' });
export type DetokeniseBody = Readonly<z.infer<typeof detokeniseBody>>;

/** The value of a token; `null` for a token that belongs to another tenant, with the same message as for a token that does not exist. */
export const detokenised = z
  .object({ token: z.string(), value: z.string().nullable() })
  .meta({ id: 'DetokenisedValue' });
export type Detokenised = Readonly<z.infer<typeof detokenised>>;

export const detokeniseResult = z.object({ items: z.array(detokenised) }).meta({ id: 'DetokeniseResult' });

/** The options of a call, the same for every API. */
export interface MaskingOptions {
  readonly extraBlockedFields: readonly string[];
  readonly extraPatterns: readonly string[];
  /** `null` to use the strategy that the tenant's rules define. */
  readonly strategy: MaskingStrategy | null;
  readonly entityStrategies: Readonly<Record<string, MaskingStrategy>>;
  readonly fieldStrategies: Readonly<Record<string, MaskingStrategy>>;
}

/** The masked text (the JSON text if a value was masked), and the caller's patterns that were refused. */
export interface MaskedText {
  /** Empty only if the text is empty. */
  readonly text: string;
  readonly refusedPatterns: readonly RefusedPattern[];
}
