import { AppError } from '../../errors/app-error';

const REALM = 'coresdk';

/** Returns the challenge of RFC 6750 §3, without an error code if the request had no credentials (§3.1). */
export function bearerChallenge(
  parts: Readonly<Record<string, string>> = {},
  realm = REALM,
): Readonly<Record<string, string>> {
  const parameters = Object.entries({ realm, ...parts }).map(([name, value]) => `${name}="${value}"`);
  return { 'WWW-Authenticate': `Bearer ${parameters.join(', ')}` };
}

/** Returns a 403 for a token without the scope that a call requires (RFC 6750 §3.1). @param message says how to get the scope. */
export function insufficientScope(scope: string, message: string, realm = REALM): AppError {
  return new AppError('forbidden', message, {
    reason: 'insufficient_scope',
    headers: bearerChallenge({ error: 'insufficient_scope', scope }, realm),
  });
}
