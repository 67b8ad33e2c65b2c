import { AppError } from '../../../kernel/errors/app-error';
import type { Client } from '../../apps/contract/apps.types';
import { addScopeHint } from '../../apps/contract/missing-scope';
import { OIDC_SCOPES } from '../../apps/contract/platform-scopes';

const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;
const MAX_SCOPES = 100;

/**
 * Returns the scopes to grant for the `scope` parameter (RFC 6749 §3.3): the requested scopes, all of which the app must have declared, or
 * its default scopes if none are requested. Errors: `invalid_scope`.
 */
export function grantScopes(requested: string | undefined, client: Client): readonly string[] {
  if (requested === undefined || requested.trim() === '') return client.defaultScopes;
  const scopes = parseScopes(requested);
  for (const scope of scopes) {
    if (!client.declaredScopes.includes(scope)) {
      const undeclared = `This app has not declared the scope "${scope.slice(0, 128)}".`;
      throw new AppError('invalid_scope', `${undeclared} ${addScopeHint(scope, client.clientId)}`.trimEnd());
    }
  }
  return scopes;
}

/** Returns the scopes for an app's own token. Excludes the scopes of OpenID Connect, which are about a person. Errors: `invalid_scope`. */
export function grantMachineScopes(requested: string | undefined, client: Client): readonly string[] {
  const scopes = grantScopes(requested, client);
  if (!scopes.some((scope) => OIDC_SCOPES.has(scope))) return scopes;
  if (scopes !== client.defaultScopes) {
    throw new AppError('invalid_scope', 'The scopes of OpenID Connect need a user, but this grant has none.');
  }
  return scopes.filter((scope) => !OIDC_SCOPES.has(scope));
}

/**
 * Returns the scopes of a narrower request: the requested scopes, all of which must have been granted, or all granted scopes if none are
 * requested (RFC 6749 §6). Errors: `invalid_scope`.
 */
export function narrowScopes(requested: string | undefined, granted: readonly string[]): readonly string[] {
  if (requested === undefined || requested.trim() === '') return granted;
  const scopes = parseScopes(requested);
  const wider = scopes.find((scope) => !granted.includes(scope));
  if (wider !== undefined) {
    throw new AppError('invalid_scope', `The scope "${wider.slice(0, 128)}" was not granted.`);
  }
  return scopes;
}

/** Returns the scope tokens in the order of the request, without duplicates. Errors: `invalid_scope`. */
function parseScopes(text: string): readonly string[] {
  const scopes = [...new Set(text.split(' ').filter((scope) => scope !== ''))];
  if (scopes.length > MAX_SCOPES) throw new AppError('invalid_scope', `Request at most ${MAX_SCOPES} scopes.`);
  if (scopes.some((scope) => !SCOPE_TOKEN.test(scope))) {
    throw new AppError('invalid_scope', 'The scope parameter contains an invalid character.');
  }
  return scopes;
}
