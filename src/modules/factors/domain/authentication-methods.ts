import { MFA } from '../contract/two-factors';

/** The values of `amr` (RFC 8176 §2) that this product issues for factors. */
const OTP = 'otp';
const USER_PRESENCE = 'user';
/** A key in software, such as a passkey that is copied between devices. */
const SOFTWARE_KEY = 'swk';
/** A key that cannot leave its device. */
const HARDWARE_KEY = 'hwk';

export const RECOVERY_AMR: readonly string[] = [OTP, MFA];
export const TOTP_AMR: readonly string[] = [OTP, MFA];

/**
 * Returns the values for a passkey. With user verification, such as a PIN or a fingerprint, it is two factors by itself. As a second factor
 * beside a password it is one of two.
 * @param isSecond true if the user has already proved another factor.
 */
export function passkeyAmr(isSynced: boolean, isVerified: boolean, isSecond: boolean): readonly string[] {
  return [isSynced ? SOFTWARE_KEY : HARDWARE_KEY, USER_PRESENCE, ...(isVerified || isSecond ? [MFA] : [])];
}
