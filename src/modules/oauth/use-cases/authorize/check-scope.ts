import { AppError } from '../../../../kernel/errors/app-error';
import type { Client } from '../../../apps/contract/apps.types';
import { grantScopes } from '../../domain/scope';
import type { Parameters } from './read-parameters';
import { AuthorizationRefusal } from './refusal';

/**
 * Returns the requested scopes (RFC 6749 §3.3), which the app must have declared, or its default scopes. Ignores `offline_access` for an
 * app that is not allowed to refresh, as in OpenID Connect Core §11. Refuses with `invalid_scope`.
 */
export function checkScope(parameters: Parameters, client: Client): readonly string[] {
  try {
    const scopes = grantScopes(parameters.get('scope'), client);
    const canRefresh = client.grantTypes.includes('refresh_token');
    return canRefresh ? scopes : scopes.filter((scope) => scope !== 'offline_access');
  } catch (error) {
    if (error instanceof AppError) throw new AuthorizationRefusal('invalid_scope', error.message);
    throw error;
  }
}
