import type { Enrollment, FactorOwner, FactorVerdict } from './factors.types';

/** The key of an authenticator app that is being added. Nothing is stored until the user has proved that the app has it. */
export interface NewTotpKey {
  /** 160 bits in base32 (RFC 4648 §6), for typing. */
  readonly key: string;
  /** `otpauth://totp/…`, for a QR code. */
  readonly uri: string;
}

/** Codes that users type: those of authenticator apps (TOTP, RFC 6238), and recovery codes. */
export abstract class OneTimeCodesPort {
  /**
   * Checks a code: six digits for an authenticator app, anything else for a recovery code. Each works once. Wrong codes are counted per
   * account and per address, and attempts beyond the limit are not evaluated. Every attempt is recorded.
   */
  abstract prove(owner: FactorOwner, code: string): Promise<FactorVerdict>;

  /** Returns a new key for an authenticator app. @param issuer the name of the tenant, which the app shows. */
  abstract newKey(owner: FactorOwner, issuer: string): NewTotpKey;

  /** Adds an authenticator app that has proved the key with a code. @param name chosen by the user; empty for a default. */
  abstract enroll(owner: FactorOwner, key: string, code: string, name: string): Promise<Enrollment>;
}
