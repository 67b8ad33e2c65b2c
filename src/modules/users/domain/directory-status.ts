import type { UserStatus } from '../contract/users.types';

/** Whether a status is shown as active to an identity provider: who is invited has been taken away from nobody. */
export function isShownActive(status: UserStatus): boolean {
  return status === 'active' || status === 'invited';
}

/**
 * The status of a user whom an identity provider says to be active or not. What an administrator here has suspended, no
 * provider lifts: neither at once, nor by way of `deactivated`.
 */
export function settledStatus(status: UserStatus, isActive: boolean): UserStatus {
  if (status === 'suspended' || isShownActive(status) === isActive) return status;
  return isActive ? 'active' : 'deactivated';
}
