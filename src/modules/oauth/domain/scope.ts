import { AppError } from '../../../kernel/errors/app-error';
import type { Client } from '../../apps/contract/apps.types';

const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;
const MAX_SCOPES = 100;

/**
 * The scopes to grant for the `scope` parameter (RFC 6749 §3.3): those asked, all of which the app must have declared,
 * or its default scopes when none is asked. Errors: `invalid_scope`.
 */
export function grantScopes(requested: string | undefined, client: Client): readonly string[] {
  if (requested === undefined || requested.trim() === '') return client.defaultScopes;
  const scopes = [...new Set(requested.split(' ').filter((scope) => scope !== ''))];
  if (scopes.length > MAX_SCOPES) throw new AppError('invalid_scope', `Ask for at most ${MAX_SCOPES} scopes.`);
  for (const scope of scopes) {
    if (!SCOPE_TOKEN.test(scope))
      throw new AppError('invalid_scope', 'The scope parameter has a character it must not.');
    if (!client.declaredScopes.includes(scope)) {
      throw new AppError('invalid_scope', `This app has not declared the scope "${scope.slice(0, 128)}".`);
    }
  }
  return scopes;
}
