/**
 * Returns the claims of a JWT without verifying anything: good for counting by them, or for a lookup that is discarded unless the
 * token proves to be good. Empty for anything that is no JWT.
 */
export function unverifiedClaims(jwt: string): Readonly<Record<string, unknown>> {
  try {
    const payload: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof payload === 'object' && payload !== null ? { ...payload } : {};
  } catch {
    return {};
  }
}
