import type { CallContext } from '../../../kernel/context/call-context';
import type { Tx } from '../../../kernel/database/sql';
import type { AddressedUser, SignInOrigin, SignInOutcome, User, UserRole } from './users.types';

/** A role that an identity provider can assign. Only owners make owners. */
export type FederatedRole = Exclude<UserRole, 'owner'>;

/** A person whom an identity provider introduces. */
export interface NewPerson {
  readonly email: string;
  /** True if the provider is authoritative for the address. */
  readonly emailVerified: boolean;
  readonly displayName: string;
  readonly role: FederatedRole;
}

/** The connection through which somebody signs in. */
export interface SignInVia {
  /** `con-…` */
  readonly connectionId: string;
  /** The name of the connection, as an administrator wrote it. */
  readonly name: string;
}

/** The signed-in outcome of a sign-in. */
export type SignedIn = Extract<SignInOutcome, { readonly outcome: 'signed_in' }>;

/** The accounts of people who sign in through an identity provider of their tenant. The caller decides whose account it is. */
export abstract class FederationPort {
  /** Finds an account by address, ignoring case; `null` if there is none. */
  abstract findByEmail(tenantId: string, email: string): Promise<AddressedUser | null>;

  /** Returns whether a user has a password; false for an unknown user. */
  abstract hasPassword(tenantId: string, userId: string): Promise<boolean>;

  /**
   * Creates an active user without a password.
   * @param within further writes in the same transaction. Errors: `conflict` if the address is in use.
   */
  abstract create(
    context: CallContext,
    person: NewPerson,
    within: (tx: Tx, user: User) => Promise<void>,
  ): Promise<User>;

  /**
   * Gives an account to the person to whom its address belongs. Marks the address as verified and accepts an open invitation. If the
   * address was not verified, somebody else could have set up the account and be waiting for its owner: the password, every session and
   * every token end.
   * @param account the account, with the address that belongs to the person. @param within further writes in the same transaction;
   * `isReset` is true if the address was not verified. Errors: `not_found`; `conflict` if the account has another address by now;
   * `forbidden` for a user who is suspended or deactivated.
   */
  abstract claim(
    context: CallContext,
    account: Pick<AddressedUser, 'id' | 'email'>,
    within: (tx: Tx, isReset: boolean) => Promise<void>,
  ): Promise<User>;

  /** Assigns a role. Leaves owners as they are. Has no effect if the user already has the role. Errors: `not_found`. */
  abstract assignRole(context: CallContext, userId: string, role: FederatedRole): Promise<User>;

  /** Records a sign-in through a connection. @returns the outcome for the browser, with `amr` `fed`. */
  abstract signedIn(user: User, origin: SignInOrigin, via: SignInVia): Promise<SignedIn>;

  /**
   * Records a sign-in that was refused.
   * @param user the account, if it is known. @param reason machine-readable. @param detail an error code of the provider, or empty.
   */
  abstract refused(
    tenantId: string,
    user: Pick<User, 'id'> | null,
    origin: SignInOrigin,
    via: SignInVia,
    refusal: { readonly reason: string; readonly detail: string },
  ): Promise<void>;

  /** Mails a user that their account can now be used through a connection. Sends later; a failure is only logged. */
  abstract notifyLinked(user: User, via: SignInVia, locale: string, requestId: string): Promise<void>;
}
