import { AppError } from '../../../kernel/errors/app-error';

/** What a client presented to prove itself. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whether it came by the `Authorization` header: then a failure answers with `WWW-Authenticate` (RFC 6749 §5.2). */
  readonly byHeader: boolean;
}

/** The challenge of a failed login by header, and of none at all. */
export const BASIC_CHALLENGE = { 'WWW-Authenticate': 'Basic realm="coresdk", charset="UTF-8"' } as const;

/** The credentials of an `Authorization: Basic` header, each part form-decoded (RFC 6749 §2.3.1); `null` when malformed. */
export function parseBasic(header: string): ClientCredentials | null {
  const encoded = /^Basic\s+([A-Za-z0-9+/_-]+={0,2})\s*$/i.exec(header)?.[1];
  if (encoded === undefined) return null;
  const [clientId, ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  if (clientId === undefined || clientId === '' || rest.length === 0) return null;
  try {
    return { clientId: formDecode(clientId), clientSecret: formDecode(rest.join(':')), byHeader: true };
  } catch {
    return null;
  }
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/** The error for every failed client authentication, in the same words whatever was wrong. */
export function invalidClient(byHeader: boolean): AppError {
  return new AppError('invalid_client', 'Client authentication failed.', byHeader ? { headers: BASIC_CHALLENGE } : {});
}
