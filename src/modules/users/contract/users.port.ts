import type { CallContext } from '../../../kernel/context/call-context';
import type { AddressedUser, NewUser, User } from './users.types';

/** The users of the tenant in the call's context. Another tenant's user is treated as `not_found`. */
export abstract class UsersPort {
  /** Creates a user. Errors: `conflict` if the address is in use in the tenant; `invalid_request` for an invalid address or password. */
  abstract create(context: CallContext, input: NewUser): Promise<AddressedUser>;

  /** Finds a user by id, from memory if possible; `null` if there is none. */
  abstract find(tenantId: string, userId: string): Promise<User | null>;

  /** Finds a user by address, ignoring case; `null` if there is none. */
  abstract findByEmail(tenantId: string, email: string): Promise<AddressedUser | null>;

  /** Returns whether a user has a password. */
  abstract hasPassword(tenantId: string, userId: string): Promise<boolean>;

  /** Returns whether a tenant has an owner who can act for it, or could do so after accepting an invitation. */
  abstract hasOwner(tenantId: string): Promise<boolean>;

  /**
   * Sets the status. Suspending ends every session and revokes every token of the user in the same transaction. Errors: `not_found`;
   * `conflict` for the last active owner.
   */
  abstract setStatus(context: CallContext, userId: string, status: 'active' | 'suspended'): Promise<User>;
}
