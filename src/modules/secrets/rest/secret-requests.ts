import { z } from 'zod';
import { AppError } from '../../../kernel/errors/app-error';
import { secretRef } from '../contract/resolution.types';
import type { NewSecretVersion, SecretInput } from '../contract/secrets.types';

/** Converts the body of a write request for the port. Errors: `invalid_request` for an invalid value. */
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

/** Decodes a value, and rejects one that would not be stored as sent: `Buffer` skips invalid base64 and replaces invalid UTF-16. */
function valueBytes({ value, encoding }: NewSecretVersion): Buffer {
  if (encoding === 'utf8') {
    if (value.isWellFormed()) return Buffer.from(value, 'utf8');
    throw unfit('must not have lone surrogates; send binary data as base64');
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

/** Resolved secrets in their REST form: as text if the bytes are text, and as base64 otherwise. */
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
