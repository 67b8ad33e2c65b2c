/** The value of `amr` for a sign-in with two factors (RFC 8176 §2). */
export const MFA = 'mfa';

/** Returns whether a sign-in proved two factors. */
export function hasTwoFactors(amr: readonly string[]): boolean {
  return amr.includes(MFA);
}
