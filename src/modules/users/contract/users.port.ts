import type { CallContext } from '../../../kernel/context/call-context';
import type { AddressedUser, NewUser, User } from './users.types';

/** The people of a tenant. The tenant is the context's; another tenant's user is `not_found`. */
export abstract class UsersPort {
  /**
   * Errors: `conflict` when the address is taken in the tenant; `invalid_request` for an invalid address or password.
   */
  abstract create(context: CallContext, input: NewUser): Promise<AddressedUser>;

  /** Finds a user by id, from memory where possible; `null` when there is none. */
  abstract find(tenantId: string, userId: string): Promise<User | null>;

  /** Finds a user by address, ignoring case; `null` when there is none. */
  abstract findByEmail(tenantId: string, email: string): Promise<AddressedUser | null>;

  /** Returns whether a tenant has an owner who can act for it, or could after accepting an invitation. */
  abstract hasOwner(tenantId: string): Promise<boolean>;

  /**
   * Suspending ends every session and revokes every token of the user in the same transaction.
   * Errors: `not_found`; `conflict` for the last active owner.
   */
  abstract setStatus(context: CallContext, userId: string, status: 'active' | 'suspended'): Promise<User>;
}
