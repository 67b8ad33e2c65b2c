import { USER_ROLES, type UserRole } from '../contract/users.types';

/** Returns whether a role is the same as another, or above it. */
export function isAtLeast(role: UserRole, other: UserRole): boolean {
  // They are listed most first.
  return USER_ROLES.indexOf(role) <= USER_ROLES.indexOf(other);
}

/** The roles that a role may give and touch: its own and those below. */
export function rolesUpTo(role: UserRole): readonly UserRole[] {
  return USER_ROLES.filter((other) => isAtLeast(role, other));
}
