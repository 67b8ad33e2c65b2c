import { AppError } from '../../kernel/errors/app-error';
import { bearerChallenge } from '../../kernel/http/callers/bearer-challenge';
import { REFUSAL_MESSAGES, type TokenRefusal } from '../../modules/oauth/contract/access-token.types';

type ChallengeParts = Readonly<Record<string, string>>;

/** Returns the 401 for a request without a credential (RFC 6750 §3.1). @param message says which credential to send. */
export function missingToken(message: string, parts: ChallengeParts = {}): AppError {
  return new AppError('unauthorized', message, { headers: bearerChallenge(parts), reason: 'token_missing' });
}

/** Returns the 401 for a credential that is not valid. @param parts further parameters of the challenge. */
export function invalidToken(refusal: Exclude<TokenRefusal, 'unavailable'>, parts: ChallengeParts = {}): AppError {
  const message = REFUSAL_MESSAGES[refusal];
  const headers = bearerChallenge({ error: 'invalid_token', error_description: message, ...parts });
  return new AppError('unauthorized', message, { headers, reason: refusal });
}
