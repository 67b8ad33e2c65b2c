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

/** A flag in flagd's JSON, accepted as a string so that faults are reported by line. */
export const FLAG_BODY: AcceptedBody = { ...SENT, example: flag };
/** A document with all flags, accepted as a string. */
export const FLAGS_BODY: AcceptedBody = { ...SENT, example: { flags: { 'new-checkout': flag } } };

/** Returns the flags' JSON in a request. Errors: `invalid_request` if the body is empty or not UTF-8. */
export function flagText(body: SentBody | null): string {
  if (!body) throw new AppError('invalid_request', "The body is empty. Send flagd's JSON.");
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body.bytes);
  } catch {
    throw new AppError('invalid_request', 'The body is not valid UTF-8.');
  }
}

/** A JSON object, documented as such in OpenAPI. Not `z.record`, which silently drops a member named `__proto__`. */
export const contextObject = z
  .unknown()
  .refine((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'must be an object')
  .meta({ type: 'object', additionalProperties: true, description: '`targetingKey` and any attributes.' }) as z.ZodType<
  Readonly<Record<string, unknown>>
>;
