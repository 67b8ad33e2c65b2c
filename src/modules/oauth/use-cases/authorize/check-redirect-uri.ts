import type { Client } from '../../../apps/contract/apps.types';
import { isRedirectUriOf } from '../../domain/redirect-uri';
import type { Parameters } from './read-parameters';
import { AuthorizationRefusal } from './refusal';

/**
 * Returns the redirect URI of the request (RFC 6749 §3.1.2.3). It is required, as in OpenID Connect Core §3.1.2.1, and must be registered
 * for the client. Otherwise, the user sees the error, and no response is sent to the URI. Refuses with `invalid_request`.
 */
export function checkRedirectUri(parameters: Parameters, client: Client): string {
  const uri = parameters.get('redirect_uri');
  if (uri === undefined) {
    const message = parameters.isRepeated('redirect_uri') ? 'redirect_uri is repeated.' : 'redirect_uri is missing.';
    throw new AuthorizationRefusal('invalid_request', message);
  }
  if (!isRedirectUriOf(client, uri)) {
    throw new AuthorizationRefusal('invalid_request', 'redirect_uri is not registered for this app.');
  }
  return uri;
}
