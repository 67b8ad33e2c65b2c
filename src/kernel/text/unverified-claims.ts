/**
 * Returns the claims of a JWT without verifying it. Use them only for counting, or for a lookup whose result is discarded unless the token
 * proves valid. Empty for a string that is not a JWT.
 */
export function unverifiedClaims(jwt: string): Readonly<Record<string, unknown>> {
  try {
    const payload: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof payload === 'object' && payload !== null ? { ...payload } : {};
  } catch {
    return {};
  }
}
