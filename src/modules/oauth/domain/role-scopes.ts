import { isReserved } from '../../apps/contract/platform-scopes';
import type { UserRole } from '../../users/contract/users.types';

/**
 * The scopes of a token that a person gets without asking for any: what the role may do, of what the app has declared.
 * Owners and administrators get `admin` too; members what is not reserved; viewers what reads.
 */
export function roleScopes(role: UserRole, declared: readonly string[]): readonly string[] {
  switch (role) {
    case 'owner':
    case 'admin':
      return declared.filter((scope) => scope === 'admin' || !isReserved(scope));
    case 'member':
      return declared.filter((scope) => !isReserved(scope));
    case 'viewer':
      return declared.filter((scope) => !isReserved(scope) && scope.endsWith('.read'));
  }
}
