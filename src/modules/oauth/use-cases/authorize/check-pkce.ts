import { isCodeChallenge } from '../../domain/pkce';
import type { Parameters } from './read-parameters';
import { AuthorizationRefusal } from './refusal';

/**
 * PKCE (RFC 7636 §4.3), of every client as RFC 9700 §2.1.1 advises, by S256 alone: `plain`, which is also what no method
 * means, hands the verifier out. Refuses with `invalid_request` (§4.4.1); gives the challenge.
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
