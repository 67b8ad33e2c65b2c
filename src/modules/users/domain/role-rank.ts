import { USER_ROLES, type UserRole } from '../contract/users.types';

/** Returns whether a role is equal to another or above it. */
export function isAtLeast(role: UserRole, other: UserRole): boolean {
  // Listed from the highest to the lowest.
  return USER_ROLES.indexOf(role) <= USER_ROLES.indexOf(other);
}

/** Returns the roles that a role may assign and change: its own and those below. */
export function rolesUpTo(role: UserRole): readonly UserRole[] {
  return USER_ROLES.filter((other) => isAtLeast(role, other));
}
