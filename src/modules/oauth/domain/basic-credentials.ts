import { AppError } from '../../../kernel/errors/app-error';

/** The credentials that a client presented to authenticate. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** True if the credentials came in the `Authorization` header. A failure response then contains `WWW-Authenticate` (RFC 6749 §5.2). */
  readonly byHeader: boolean;
}

/** The challenge that is sent if authentication with the header fails or if no credentials are sent. */
export const BASIC_CHALLENGE = { 'WWW-Authenticate': 'Basic realm="coresdk", charset="UTF-8"' } as const;

/** Parses an `Authorization: Basic` header and form-decodes both parts (RFC 6749 §2.3.1). Returns `null` if the header is malformed. */
export function parseBasic(header: string): ClientCredentials | null {
  const encoded = /^Basic\s+([A-Za-z0-9+/_-]+={0,2})\s*$/i.exec(header)?.[1];
  if (encoded === undefined) return null;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 1) return null;
  try {
    return {
      clientId: formDecode(pair.slice(0, colon)),
      clientSecret: formDecode(pair.slice(colon + 1)),
      byHeader: true,
    };
  } catch {
    return null;
  }
}

function formDecode(text: string): string {
  return /[%+]/.test(text) ? decodeURIComponent(text.replaceAll('+', ' ')) : text;
}

/** Returns the error for every failed client authentication. The message is the same, regardless of the reason. */
export function invalidClient(byHeader: boolean): AppError {
  return new AppError('invalid_client', 'Client authentication failed.', byHeader ? { headers: BASIC_CHALLENGE } : {});
}
