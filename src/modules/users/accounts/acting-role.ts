import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import type { Account } from '../contract/accounts.types';
import type { UserRole } from '../contract/users.types';
import { isAtLeast } from '../domain/role-rank';
import type { AccountChange, LockedAccounts } from '../storage/accounts.repository';

/**
 * Returns the role with which a call acts: `owner` for the installation and its administrators, or a user's current role, regardless of
 * what the token says. An app with its own token acts as `admin` only with the scope `admin`, which only an administrator grants;
 * `users.write` and `groups.write` make it a `member`. All other callers act as `viewer`.
 */
export function actingRole({ actor, isPlatformAdmin, scopes = [] }: CallContext, person: Account | null): UserRole {
  if (isPlatformAdmin || actor.type === 'system') return 'owner';
  if (actor.type === 'service') return scopes.includes('admin') ? 'admin' : 'member';
  return actor.type === 'user' && person?.status === 'active' ? person.role : 'viewer';
}

/** Refuses to assign a role above the caller's own. Errors: `forbidden`. */
export function assertMayGive(acting: UserRole, role: UserRole): void {
  if (isAtLeast(acting, role)) return;
  throw new AppError('forbidden', `To assign the role ${role}, you need ${needed(role)}.`);
}

/** Refuses to change a user above the caller. Errors: `forbidden`. */
export function assertMayTouch(acting: UserRole, target: Pick<Account, 'role'>): void {
  if (isAtLeast(acting, target.role)) return;
  throw new AppError('forbidden', `To change a user with the role ${target.role}, you need ${needed(target.role)}.`);
}

function needed(role: UserRole): string {
  return role === 'admin' ? 'the role admin or owner, or an app token with the scope admin' : `the role ${role}`;
}

/** Ensures that a tenant keeps an owner who can act for it. Errors: `conflict`. */
export function assertOwnerStays({ target, activeOwners }: LockedAccounts, change: AccountChange | 'removed'): void {
  if (target?.role !== 'owner' || target.status !== 'active' || activeOwners > 1) return;
  const stays =
    change !== 'removed' && (change.role ?? 'owner') === 'owner' && (change.status ?? 'active') === 'active';
  if (stays) return;
  throw new AppError('conflict', 'This is the last active owner of the tenant: make a different user an owner first.');
}
