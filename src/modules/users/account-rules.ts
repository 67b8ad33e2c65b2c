import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import type { Account } from './contract/accounts.types';
import type { UserRole } from './contract/users.types';
import { isAtLeast } from './domain/role-rank';
import type { AccountChange, HeldAccounts } from './storage/accounts.repository';

/**
 * As whom a call acts: the installation and its administrators as an owner, an app with a token of its own as an
 * administrator, a person as their role of this moment, whatever the token says. Anybody else as the least.
 */
export function actingRole({ actor, isPlatformAdmin }: CallContext, person: Account | null): UserRole {
  if (isPlatformAdmin || actor.type === 'system') return 'owner';
  if (actor.type === 'service') return 'admin';
  return actor.type === 'user' && person?.status === 'active' ? person.role : 'viewer';
}

/** Nobody gives a role above their own. Errors: `forbidden`. */
export function assertMayGive(acting: UserRole, role: UserRole): void {
  if (isAtLeast(acting, role)) return;
  throw new AppError('forbidden', `Only who is at least ${role} can make somebody ${role}.`);
}

/** Nobody touches who is above them. Errors: `forbidden`. */
export function assertMayTouch(acting: UserRole, target: Account): void {
  if (isAtLeast(acting, target.role)) return;
  throw new AppError('forbidden', `Only who is at least ${target.role} can change this user.`);
}

/** A tenant keeps an owner who can act for it. Errors: `conflict`. */
export function assertOwnerStays({ target, activeOwners }: HeldAccounts, change: AccountChange | 'removed'): void {
  if (target?.role !== 'owner' || target.status !== 'active' || activeOwners > 1) return;
  const stays =
    change !== 'removed' && (change.role ?? 'owner') === 'owner' && (change.status ?? 'active') === 'active';
  if (stays) return;
  throw new AppError('conflict', 'This is the last active owner of the tenant: make somebody else an owner first.');
}
