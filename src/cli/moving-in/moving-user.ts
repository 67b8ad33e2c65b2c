import type { UserRole, UserStatus } from '../../modules/users/contract/users.types';

/** The members of a row in an import of users. Omitted members get the platform's defaults. */
export interface UserRow {
  readonly email: string;
  readonly emailVerified: boolean;
  readonly role: UserRole;
  readonly displayName?: string;
  readonly status?: UserStatus;
  readonly locale?: string;
  readonly passwordHash?: string;
}

/** A user on the way from another system. */
export interface MovingUser {
  readonly row: UserRow;
  /** Paths of the user's groups in the other system. */
  readonly groups: readonly string[];
}
