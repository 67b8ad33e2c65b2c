import { isCodeChallenge } from '../../domain/pkce';
import type { Parameters } from './read-parameters';
import { AuthorizationRefusal } from './refusal';

/**
 * Returns the PKCE challenge (RFC 7636 §4.3). Every client must send one, as RFC 9700 §2.1.1 advises. Only S256 is accepted: `plain`, which
 * is also the default if no method is specified, exposes the verifier. Refuses with `invalid_request` (§4.4.1).
 */
export function checkPkce(parameters: Parameters): string {
  const challenge = parameters.get('code_challenge');
  if (challenge === undefined) throw new AuthorizationRefusal('invalid_request', 'code_challenge is missing (PKCE).');
  if (parameters.get('code_challenge_method') !== 'S256') {
    throw new AuthorizationRefusal('invalid_request', 'code_challenge_method must be S256.');
  }
  if (!isCodeChallenge(challenge)) {
    throw new AuthorizationRefusal('invalid_request', 'code_challenge must be 43 to 128 characters of base64url.');
  }
  return challenge;
}
