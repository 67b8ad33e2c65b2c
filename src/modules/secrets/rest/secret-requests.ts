import { z } from 'zod';
import { AppError } from '../../../kernel/errors/app-error';
import { secretRef } from '../contract/resolution.types';
import type { NewSecretVersion, SecretInput } from '../contract/secrets.types';

/** The body of a write as the port takes it. Errors: `invalid_request` for a value that is none. */
export function inputOf(body: NewSecretVersion): SecretInput {
  const { cas, graceSeconds, maxVersions, description } = body;
  return {
    value: valueBytes(body),
    cas: cas ?? null,
    graceSeconds,
    maxVersions: maxVersions ?? null,
    description: description ?? null,
  };
}

/** Decodes a value, and refuses one that would not be stored as sent: `Buffer` skips invalid base64 and replaces invalid UTF-16. */
function valueBytes({ value, encoding }: NewSecretVersion): Buffer {
  if (encoding === 'utf8') {
    if (value.isWellFormed()) return Buffer.from(value, 'utf8');
    throw unfit('must have no half of a surrogate pair; send other bytes as base64');
  }
  const bytes = Buffer.from(value, encoding);
  if (bytes.toString('base64') === value) return bytes;
  throw unfit('must be base64 (RFC 4648 §4), padded');
}

function unfit(message: string): AppError {
  return new AppError('invalid_request', `The value ${message}.`, {
    fields: [{ pointer: '/value', code: 'invalid', message }],
  });
}

/** Resolved secrets as REST shows them: text where the bytes are text, else base64. */
export const resolution = z
  .object({
    resolved: z.array(
      z.object({
        name: z.string(),
        value: z.string(),
        encoding: z.enum(['utf8', 'base64']),
        version: z.string(),
        bundle: z.string().nullable(),
        ref: secretRef,
      }),
    ),
    unresolved: z.array(
      z.object({
        name: z.string(),
        bundle: z.string().nullable(),
        code: z.enum(['not_found', 'unavailable', 'internal']),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: 'ResolvedSecrets' });

export type ShownResolution = Readonly<z.infer<typeof resolution>>;
