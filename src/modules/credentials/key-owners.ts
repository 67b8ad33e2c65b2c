import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { canBeOfKey } from './contract/key-scopes';
import type { KeyOwner } from './storage/credentials.repository';

/** Returns true if a caller can access all of the tenant's keys. */
export function isAdministrator({ scopes = [] }: CallContext): boolean {
  return scopes.includes('admin');
}

/** Returns the owner of a key that this caller creates. Errors: `forbidden` for callers that cannot create keys. */
export function newKeyOwner({ actor: { type, id }, appId, credentialId }: CallContext): KeyOwner {
  if (credentialId !== undefined) {
    throw new AppError('forbidden', 'An API key cannot create keys. Sign in or use client credentials.');
  }
  if ((type !== 'user' && type !== 'service') || appId === null) {
    throw new AppError('forbidden', 'Only users and apps can have keys.');
  }
  return { type, id, appId };
}

/**
 * Checks that the caller may grant the scopes. Errors: `forbidden`, with the position, for a scope that the caller's token lacks or that
 * keys cannot have.
 */
export function assertCanGrant({ scopes: own = [] }: CallContext, scopes: readonly string[]): void {
  const at = scopes.findIndex((scope) => !own.includes(scope) || !canBeOfKey(scope));
  const scope = scopes[at];
  if (scope === undefined) return;
  const message = canBeOfKey(scope) ? 'The token of this call does not have it.' : 'Keys cannot have it.';
  throw new AppError('forbidden', `This call cannot grant a key the scope "${scope}".`, {
    fields: [{ pointer: `/scopes/${at}`, code: 'beyond', message }],
  });
}
