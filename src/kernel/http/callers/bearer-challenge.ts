import { AppError } from '../../errors/app-error';

const REALM = 'coresdk';

/** The challenge of RFC 6750 §3; without an error code when no credentials came (§3.1). */
export function bearerChallenge(
  parts: Readonly<Record<string, string>> = {},
  realm = REALM,
): Readonly<Record<string, string>> {
  const parameters = Object.entries({ realm, ...parts }).map(([name, value]) => `${name}="${value}"`);
  return { 'WWW-Authenticate': `Bearer ${parameters.join(', ')}` };
}

/** 403 for a token without the scope that a call needs. */
export function insufficientScope(scope: string, realm = REALM): AppError {
  return new AppError('forbidden', `This call needs the scope "${scope}".`, {
    reason: 'insufficient_scope',
    headers: bearerChallenge({ error: 'insufficient_scope', scope }, realm),
  });
}
