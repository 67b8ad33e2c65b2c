import type { UserStatus } from '../contract/users.types';

/**
 * Returns whether a status is shown as active to an identity provider. Invited users count as active, because their access has not been
 * removed.
 */
export function isShownActive(status: UserStatus): boolean {
  return status === 'active' || status === 'invited';
}

/**
 * Returns the status of a user whom an identity provider declares active or inactive. A provider cannot lift a local administrator's
 * suspension, either directly or through `deactivated`.
 */
export function settledStatus(status: UserStatus, isActive: boolean): UserStatus {
  if (status === 'suspended' || isShownActive(status) === isActive) return status;
  return isActive ? 'active' : 'deactivated';
}
