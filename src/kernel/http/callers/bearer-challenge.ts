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

/**
 * Returns a 401 for a user whose sign-in is too weak or too old for the operation (RFC 9470 §3). The app sends the user to the authorization
 * endpoint with these values.
 */
export function insufficientAuthentication(acr: string, maxAgeSeconds: number): AppError {
  const message = 'This operation requires a recent sign-in with two factors. Sign in again, and repeat it.';
  const headers = bearerChallenge({
    error: 'insufficient_user_authentication',
    error_description: message,
    acr_values: acr,
    max_age: String(maxAgeSeconds),
  });
  return new AppError('unauthorized', message, { reason: 'insufficient_user_authentication', headers });
}

/** Returns a 403 for a token without the scope that a call requires (RFC 6750 §3.1). @param message says how to get the scope. */
export function insufficientScope(scope: string, message: string, realm = REALM): AppError {
  return new AppError('forbidden', message, {
    reason: 'insufficient_scope',
    headers: bearerChallenge({ error: 'insufficient_scope', scope }, realm),
  });
}
