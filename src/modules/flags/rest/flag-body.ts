import { z } from 'zod';
import { AppError } from '../../../kernel/errors/app-error';
import type { AcceptedBody, SentBody } from '../../../kernel/http/body/accepted-body';
import { FLAG_LIMITS } from '../contract/flag-document.types';

const flag = {
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant: 'off',
  targeting: { if: [{ ends_with: [{ var: 'email' }, '@example.com'] }, 'on'] },
};

const SENT = { types: ['application/json'], limitBytes: FLAG_LIMITS.maxBytes };

/** A flag in flagd's JSON, taken as text: faults are reported by line. */
export const FLAG_BODY: AcceptedBody = { ...SENT, example: flag };
/** A document with all flags, taken as text. */
export const FLAGS_BODY: AcceptedBody = { ...SENT, example: { flags: { 'new-checkout': flag } } };

/** The text of flags that were sent. Errors: `invalid_request` when there is none, or it is no UTF-8. */
export function flagText(body: SentBody | null): string {
  if (!body) throw new AppError('invalid_request', "The body is empty; send flagd's JSON.");
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body.bytes);
  } catch {
    throw new AppError('invalid_request', 'The body is not UTF-8.');
  }
}

/** A JSON object, told as such to OpenAPI. Not `z.record`, which drops a member named `__proto__` in silence. */
export const contextObject = z
  .unknown()
  .refine((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'must be an object')
  .meta({ type: 'object', additionalProperties: true, description: '`targetingKey` and any attributes.' }) as z.ZodType<
  Readonly<Record<string, unknown>>
>;
