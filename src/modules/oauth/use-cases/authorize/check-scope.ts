import { AppError } from '../../../../kernel/errors/app-error';
import type { Client } from '../../../apps/contract/apps.types';
import { grantScopes } from '../../domain/scope';
import type { Parameters } from './read-parameters';
import { AuthorizationRefusal } from './refusal';

/**
 * The scopes that are asked for (RFC 6749 §3.3): declared by the app, or its default ones. `offline_access` of an app
 * that may not refresh is ignored, as OpenID Connect Core §11 has it. Refuses with `invalid_scope`.
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
