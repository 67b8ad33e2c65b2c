import { z } from 'zod';
import { AppError } from '../../../kernel/errors/app-error';
import { invalidContext } from '../contract/evaluation-context';
import type { EvaluationContext, FlagEvaluation } from '../contract/flag-evaluation.types';

/** The error codes of OFREP (https://github.com/open-feature/protocol, openapi.yaml). */
export type OfrepErrorCode = 'FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'TARGETING_KEY_MISSING' | 'INVALID_CONTEXT' | 'GENERAL';

/** The code of the field error that identifies a missing targeting key. */
export const TARGETING_KEY_MISSING = 'targeting_key_missing';

export const ofrepRequest = z
  .looseObject({ context: z.unknown().optional() })
  .meta({ id: 'OfrepEvaluationRequest', description: '`context` contains `targetingKey` and any attributes.' });
export type OfrepRequest = z.infer<typeof ofrepRequest>;

const failure = z.object({ key: z.string(), errorCode: z.string(), errorDetails: z.string() });
const success = z.object({
  key: z.string(),
  reason: z.string(),
  variant: z
    .string()
    .meta({ description: 'Empty if there is no value; always present, because providers read it in every response.' }),
  value: z.unknown().optional().meta({ description: 'Omitted if the code default of the caller applies.' }),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export const ofrepEvaluation = z.union([success, failure]).meta({ id: 'OfrepEvaluation' });
export type OfrepEvaluation = z.infer<typeof ofrepEvaluation>;
export const ofrepEvaluations = z
  .object({ flags: z.array(ofrepEvaluation), metadata: z.object({ snapshotId: z.string() }) })
  .meta({ id: 'OfrepEvaluations' });
export type OfrepEvaluations = z.infer<typeof ofrepEvaluations>;

/** Converts an evaluation to the OFREP format. */
export function toOfrep({
  key,
  value,
  variant,
  reason,
  errorCode,
  errorMessage,
  metadata,
}: FlagEvaluation): OfrepEvaluation {
  if (errorCode !== null) {
    return { key, errorCode: errorCode === 'TYPE_MISMATCH' ? 'GENERAL' : errorCode, errorDetails: errorMessage };
  }
  return { key, reason, variant: variant ?? '', ...(value === undefined ? {} : { value }), metadata };
}

/**
 * Returns the context of a request, or an empty context if the request has none. Errors: `invalid_request` for a context that is not an
 * object, and for an invalid targeting key.
 */
export function contextOf({ context }: OfrepRequest): EvaluationContext {
  if (context === undefined || context === null) return {};
  if (typeof context !== 'object' || Array.isArray(context)) throw invalidContext('context must be an object.');
  const by: EvaluationContext = context as EvaluationContext;
  if (!Object.hasOwn(by, 'targetingKey')) return by;
  const key = by['targetingKey'];
  if (key === '' || key === null) throw missingTargetingKey();
  if (typeof key !== 'string') throw invalidContext('targetingKey must be a string.');
  return by;
}

function missingTargetingKey(): AppError {
  const message = 'targetingKey is empty.';
  return new AppError('invalid_request', message, {
    fields: [{ pointer: '/context/targetingKey', code: TARGETING_KEY_MISSING, message }],
  });
}
