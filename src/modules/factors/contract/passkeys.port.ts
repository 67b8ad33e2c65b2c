import type { User } from '../../users/contract/users.types';
import type { Enrollment, FactorOwner, FactorVerdict } from './factors.types';

/** The site for which a passkey is used (WebAuthn Level 3 §13.4.9). */
export interface PasskeySite {
  /** The host name of the pages. A passkey belongs to one. */
  readonly rpId: string;
  /** The origins from which an answer is accepted. */
  readonly origins: readonly string[];
}

/** The answer of a browser: the JSON of a `PublicKeyCredential`, unverified. `challenge` is the one that the page contained. */
export interface PasskeyAnswer {
  readonly challenge: string;
  readonly json: string;
}

/** A sign-in with a passkey alone. */
export type PasskeySignIn = { readonly user: User; readonly amr: readonly string[] } | null;

/** Passkeys (WebAuthn Level 3). Every answer is accepted once. */
export abstract class PasskeysPort {
  /** Returns a new challenge: 256 random bits in base64url. */
  abstract newChallenge(): string;

  /** Returns the options for `navigator.credentials.get`. @param owner `null` for a sign-in in which the passkey names the user. */
  abstract requestOptions(site: PasskeySite, challenge: string, owner: FactorOwner | null): Promise<object>;

  /** Checks a passkey as the second factor of a user. */
  abstract prove(site: PasskeySite, owner: FactorOwner, answer: PasskeyAnswer): Promise<FactorVerdict>;

  /**
   * Signs a user in with a passkey alone. The device must have verified the user.
   * @param tenantId the only tenant whose users can sign in; `null` if the passkey determines the tenant.
   * @returns `null` for any reason why the answer is not accepted, which is recorded.
   */
  abstract signIn(
    site: PasskeySite,
    tenantId: string | null,
    answer: PasskeyAnswer,
    origin: Pick<FactorOwner, 'ip' | 'requestId'>,
  ): Promise<PasskeySignIn>;

  /** Returns the options for `navigator.credentials.create`. @param siteName the name that the device shows. */
  abstract creationOptions(site: PasskeySite, challenge: string, owner: FactorOwner, siteName: string): Promise<object>;

  /** Adds a passkey. @param name chosen by the user; empty for a default. */
  abstract enroll(site: PasskeySite, owner: FactorOwner, answer: PasskeyAnswer, name: string): Promise<Enrollment>;
}
