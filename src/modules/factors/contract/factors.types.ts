import type { User } from '../../users/contract/users.types';

/** The kinds of strong factors: passkeys (WebAuthn), and authenticator apps with time-based codes (RFC 6238). */
export const FACTOR_KINDS = ['passkey', 'totp'] as const;
export type FactorKind = (typeof FACTOR_KINDS)[number];

export const FACTOR_LIMITS = { perUser: 20, nameChars: 64, recoveryCodes: 10 } as const;

/** A strong factor of a user. */
export interface Factor {
  /** `fac-…` */
  readonly id: string;
  readonly kind: FactorKind;
  /** Chosen by the user, on one line. */
  readonly name: string;
  /** True for a passkey that its provider copies to the user's other devices. */
  readonly isSynced: boolean;
  /** Unix milliseconds. */
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
}

/** The factors of a user, oldest first. */
export interface UserFactors {
  readonly factors: readonly Factor[];
  /** The number of unused recovery codes. */
  readonly recoveryCodes: number;
}

/** A way to present the second factor. A recovery code replaces a lost factor, once. */
export type SecondFactor = FactorKind | 'recovery_code';

/**
 * The step that remains after the first factor. `prove`: present one of `kinds`. `enroll`: add a strong factor, because a rule requires
 * one and the user has none.
 */
export type RemainingStep =
  | { readonly step: 'none' }
  | { readonly step: 'prove'; readonly kinds: readonly SecondFactor[] }
  | { readonly step: 'enroll' };

/** The purpose of a sign-in. */
export interface SignInPurpose {
  /** The app to which the user signs in; `null` for the product's own pages. */
  readonly appId: string | null;
  /** True if the app demands two factors with `acr_values`. */
  readonly twoFactors: boolean;
}

/** The user of a page, and the browser in which it is open. */
export interface FactorOwner {
  readonly user: User;
  readonly ip: string;
  readonly requestId: string;
}

/** The verdict on a presented factor. */
export type FactorVerdict =
  /** `amr`: the values that the proof adds (RFC 8176). */
  | { readonly proved: true; readonly amr: readonly string[] }
  /** `retryAfterSeconds` is set if the attempt was not evaluated. */
  | { readonly proved: false; readonly retryAfterSeconds?: number };

/** The outcome of adding a factor. */
export type Enrollment =
  /** `recoveryCodes` is set for the user's first factor. The codes are shown once. `amr` as in {@link FactorVerdict}. */
  | {
      readonly enrolled: true;
      readonly factor: Factor;
      readonly recoveryCodes: readonly string[] | null;
      readonly amr: readonly string[];
    }
  /** `wrong`: the answer of the app or device is not correct. `known`: this device already has a passkey of the user. */
  | { readonly enrolled: false; readonly reason: 'wrong' | 'known' | 'too_many' };
