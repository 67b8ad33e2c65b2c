import type { Tx } from '../../../kernel/database/sql';
import type { User } from '../../users/contract/users.types';
import type { Factor, FactorOwner, RemainingStep, SignInPurpose, UserFactors } from './factors.types';

/** The strong factors of users: passkeys and authenticator apps, and the recovery codes that replace lost ones. */
export abstract class FactorsPort {
  /** Returns what a user must still do to sign in after proving `amr` (RFC 8176). */
  abstract remaining(user: User, amr: readonly string[], purpose: SignInPurpose): Promise<RemainingStep>;

  /** Returns whether a tenant's users can sign in to an app with a passkey alone. */
  abstract allowsPasskeys(tenantId: string, appId: string): Promise<boolean>;

  /** Returns the factors of a user. */
  abstract list(tenantId: string, userId: string): Promise<UserFactors>;

  /** Renames a factor. Errors: `not_found`, even for another user's factor; `invalid_request` for an invalid name. */
  abstract rename(owner: FactorOwner, factorId: string, name: string): Promise<Factor>;

  /**
   * Removes a factor; with the last one, also the recovery codes. Tells the user by mail. Errors: `not_found`; `conflict` for the last
   * factor of a user who needs it: a rule requires a second factor, or a passkey is the only way to sign in.
   */
  abstract remove(owner: FactorOwner, factorId: string): Promise<void>;

  /**
   * Removes all factors and recovery codes of a user within the caller's transaction, because somebody else could have added them. The caller
   * records it.
   */
  abstract removeAllWithin(tx: Tx, tenantId: string, userId: string): Promise<void>;

  /** Replaces the recovery codes. @returns the new codes, which are shown once. Errors: `conflict` for a user without a factor. */
  abstract newRecoveryCodes(owner: FactorOwner): Promise<readonly string[]>;
}
