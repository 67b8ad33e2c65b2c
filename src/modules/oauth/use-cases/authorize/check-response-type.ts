import type { Client } from '../../../apps/contract/apps.types';
import type { Parameters } from './read-parameters';
import { AuthorizationRefusal } from './refusal';

/** Unsupported parameters, each with its error code (OpenID Connect Core §6, §7.2.1). */
const UNSUPPORTED = [
  ['request', 'request_not_supported'],
  ['request_uri', 'request_uri_not_supported'],
  ['registration', 'registration_not_supported'],
] as const;

/**
 * Checks that the request has no repeated or unsupported parameter, uses the code flow (RFC 6749 §4.1.1), and comes from a client that is
 * allowed to use this flow. RFC 9700 §2.1.2 advises against all other flows.
 */
export function checkResponseType(parameters: Parameters, client: Client): void {
  const repeated = parameters.repeated[0];
  if (repeated !== undefined) throw new AuthorizationRefusal('invalid_request', 'A parameter is repeated.');
  if (parameters.isTooLong) throw new AuthorizationRefusal('invalid_request', 'A parameter is too long.');
  for (const [name, code] of UNSUPPORTED) {
    if (parameters.get(name) !== undefined) {
      throw new AuthorizationRefusal(code, `The parameter ${name} is not supported.`);
    }
  }
  const mode = parameters.get('response_mode');
  if (mode !== undefined && mode !== 'query' && mode !== 'form_post') {
    throw new AuthorizationRefusal('invalid_request', 'response_mode must be query or form_post.');
  }
  const type = parameters.get('response_type');
  if (type === undefined) throw new AuthorizationRefusal('invalid_request', 'response_type is missing.');
  if (type !== 'code') throw new AuthorizationRefusal('unsupported_response_type', 'response_type must be code.');
  if (!client.grantTypes.includes('authorization_code')) {
    throw new AuthorizationRefusal(
      'unauthorized_client',
      'This app is not allowed to use the authorization_code grant.',
    );
  }
}
