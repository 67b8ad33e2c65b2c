import type { UserStatus } from '../contract/users.types';

/** Returns whether a status is shown as active to an identity provider. Invited users are: nobody has removed their access. */
export function isShownActive(status: UserStatus): boolean {
  return status === 'active' || status === 'invited';
}

/**
 * Returns the status of a user whom an identity provider declares active or inactive. A suspension by an administrator
 * here cannot be lifted by a provider, neither directly nor by way of `deactivated`.
 */
export function settledStatus(status: UserStatus, isActive: boolean): UserStatus {
  if (status === 'suspended' || isShownActive(status) === isActive) return status;
  return isActive ? 'active' : 'deactivated';
}
