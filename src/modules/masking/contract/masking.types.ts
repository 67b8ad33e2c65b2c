import { z } from 'zod';

/** Topic of rule and key changes in the change log; the key of a change is the tenant id. */
export const MASKING_TOPIC = 'masking';

/** What stands for a value that is gone (wire contract §2.8). */
export const REDACTED = '[REDACTED]';

/** What bounds the work of one call. */
export const MASKING_LIMITS = {
  /** Of a text, or of a value as JSON text, in UTF-16 units. Beyond it nothing is answered but `[REDACTED]`. */
  maxTextLength: 8 * 1024 * 1024,
  maxExtraFields: 200,
  /** Of a field's name or dotted path, in characters. */
  maxFieldLength: 256,
  maxExtraPatterns: 20,
  /** Patterns that a call may bring to have them refused one by one; beyond it the call is refused. */
  maxSentPatterns: 1_000,
  /** Of a pattern's source, in characters. */
  maxPatternLength: 512,
  /** Tokens of one call of detokenise. */
  maxTokens: 500,
  /** Of a token, in characters. */
  maxTokenLength: 16 * 1024,
} as const;

/**
 * What stands in the place of a value.
 * - `redact`: `[REDACTED]`.
 * - `mask`: asterisks but for the last four letters or digits (of an e-mail address: the first character and the domain).
 * - `tokenise`: `tok_…`, always the same for the same value of the tenant; turned back by detokenise.
 * - `hash`: `hash_…`, a keyed hash; always the same for the same value of the tenant, and never turned back.
 * - `format`: another value of the same form (length, kinds of characters, check digits), always the same.
 * - `encrypt`: `enc_…`, each time another; turned back by detokenise.
 */
export const maskingStrategy = z
  .enum(['redact', 'mask', 'tokenise', 'hash', 'format', 'encrypt'])
  .meta({ id: 'MaskingStrategy' });
export type MaskingStrategy = z.infer<typeof maskingStrategy>;

/** Name of an entity of the engine, such as `EMAIL_ADDRESS`, or of a tenant's pattern. */
export const entityName = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'upper-case letters, digits and _, at most 64');
export const fieldName = z.string().min(1).max(MASKING_LIMITS.maxFieldLength);

const entityStrategies = z.record(entityName, maskingStrategy).refine(hasFew, 'must not have more than 200 members');
const fieldStrategies = z.record(fieldName, maskingStrategy).refine(hasFew, 'must not have more than 200 members');

function hasFew(record: object): boolean {
  return Object.keys(record).length <= MASKING_LIMITS.maxExtraFields;
}

/** What a caller asks for besides the rules of its tenant. */
const maskOptions = {
  extraBlockedFields: z
    .array(fieldName)
    .max(MASKING_LIMITS.maxExtraFields)
    .default([])
    .meta({ description: 'Names or dotted paths (* for one part) of members to mask besides.' }),
  // One too many or too long is refused by itself, and the rest is masked: so far wider than what is taken.
  extraPatterns: z
    .array(z.string().max(64 * 1024))
    .max(MASKING_LIMITS.maxSentPatterns)
    .default([])
    .meta({ description: `RE2 sources to mask besides, at most ${MASKING_LIMITS.maxExtraPatterns}.` }),
  strategy: maskingStrategy
    .optional()
    .meta({ description: 'For personal data for which nothing else is said. Secrets stay redacted.' }),
  entityStrategies: entityStrategies.default({}).meta({ description: 'By entity, such as EMAIL_ADDRESS.' }),
  fieldStrategies: fieldStrategies
    .default({})
    .meta({ description: 'By name or dotted path; a member named here is masked whole.' }),
};

/** Body of `POST /v1/masking/mask`. */
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

/** Body of `POST /v1/masking/mask-string`. */
export const maskStringBody = z
  .strictObject({ value: z.string('must be a text; POST /v1/masking/mask takes any JSON value'), ...maskOptions })
  .omit({ extraBlockedFields: true, fieldStrategies: true })
  .meta({ id: 'MaskStringRequest' });
export type MaskStringBody = Readonly<z.infer<typeof maskStringBody>>;

/** A caller's pattern that was not taken. */
export const refusedPattern = z
  .object({ index: z.number().int(), reason: z.string() })
  .meta({ id: 'RefusedMaskingPattern' });
export type RefusedPattern = Readonly<z.infer<typeof refusedPattern>>;

const refusedPatterns = z.array(refusedPattern).meta({ description: 'What these would have matched is still there.' });

export const maskResult = z
  .object({ maskedValue: z.unknown().meta({ description: 'The value, masked.' }), refusedPatterns })
  .meta({ id: 'MaskResult' });

export const maskStringResult = z.object({ maskedValue: z.string(), refusedPatterns }).meta({ id: 'MaskStringResult' });

/** Body of `POST /v1/masking/detokenise`. */
export const detokeniseBody = z
  .strictObject({
    tokens: z.array(z.string().min(1).max(MASKING_LIMITS.maxTokenLength)).min(1).max(MASKING_LIMITS.maxTokens),
  })
  .meta({ id: 'DetokeniseRequest' });
export type DetokeniseBody = Readonly<z.infer<typeof detokeniseBody>>;

/** What a token stands for; `null` for one that is not of this tenant, in the same words as for one of nobody. */
export const detokenised = z
  .object({ token: z.string(), value: z.string().nullable() })
  .meta({ id: 'DetokenisedValue' });
export type Detokenised = Readonly<z.infer<typeof detokenised>>;

export const detokeniseResult = z.object({ items: z.array(detokenised) }).meta({ id: 'DetokeniseResult' });

/** What a call asks for, whichever surface it came by. */
export interface MaskingWish {
  readonly extraBlockedFields: readonly string[];
  readonly extraPatterns: readonly string[];
  /** `null`: as the tenant's rules say. */
  readonly strategy: MaskingStrategy | null;
  readonly entityStrategies: Readonly<Record<string, MaskingStrategy>>;
  readonly fieldStrategies: Readonly<Record<string, MaskingStrategy>>;
}

/** A masked text (for a value: its JSON text), and the caller's patterns that were not used for it. */
export interface MaskedText {
  /** Never empty for a text that was not. */
  readonly text: string;
  readonly refusedPatterns: readonly RefusedPattern[];
}
