import { isReserved } from '../../apps/contract/platform-scopes';
import type { UserRole } from '../../users/contract/users.types';

/**
 * Returns the scopes of a token for a user who does not request any: the scopes that the app has declared and that the role is allowed to
 * use. Owners and administrators also get `admin`. Members get scopes that are not reserved. Viewers get read scopes.
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
