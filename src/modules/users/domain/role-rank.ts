import { USER_ROLES, type UserRole } from '../contract/users.types';

/** Returns whether a role is equal to or above another role. */
export function isAtLeast(role: UserRole, other: UserRole): boolean {
  // The roles are listed from the highest to the lowest.
  return USER_ROLES.indexOf(role) <= USER_ROLES.indexOf(other);
}

/** Returns the roles that a user with a role can assign and change: the same role and all lower roles. */
export function rolesUpTo(role: UserRole): readonly UserRole[] {
  return USER_ROLES.filter((other) => isAtLeast(role, other));
}
