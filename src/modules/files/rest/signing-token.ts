import type { SigningToken } from '../contract/signed-urls.port';

/**
 * What of a bearer token, which the pipeline has verified, a URL is bound to besides user, app and tenant. A token that is no
 * JWT has neither session nor grant.
 */
export function signingToken(token: string): SigningToken {
  const claims = claimsOf(token);
  const text = (name: string): string | null => {
    const value = claims[name];
    return typeof value === 'string' ? value : null;
  };
  return { sessionId: text('sid'), grantId: text('grant_id') };
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return {};
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  return typeof claims === 'object' && claims !== null ? { ...claims } : {};
}
