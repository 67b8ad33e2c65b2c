import { decodeJwt } from 'jose';
import { AppError } from '../../../kernel/errors/app-error';
import type { OauthRequest } from '../contract/oauth.types';
import { BASIC_CHALLENGE, invalidClient, parseBasic } from '../domain/basic-credentials';
import { formParameter } from './form-parameter';

/** RFC 7523 §2.2. */
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The way in which a client identifies itself: with a secret, with a signed assertion, or, for public clients, only with its id. */
export type ClientProof =
  | { readonly by: 'secret'; readonly clientId: string; readonly clientSecret: string; readonly byHeader: boolean }
  | { readonly by: 'assertion'; readonly clientId: string; readonly assertion: string }
  | { readonly by: 'name'; readonly clientId: string };

/**
 * Reads the only credential of a request (RFC 6749 §2.3), from the header or from the form. Errors: `invalid_client` if there is no
 * credential, `invalid_request` if there are two.
 */
export function readClientProof(request: OauthRequest): ClientProof {
  const secret = formParameter(request, 'client_secret');
  const clientId = formParameter(request, 'client_id');
  const assertion = formParameter(request, 'client_assertion');
  if (request.authorization !== undefined) {
    const basic = parseBasic(request.authorization);
    if (!basic) throw invalidClient(true);
    if (secret !== undefined || assertion !== undefined) {
      throw new AppError('invalid_request', 'Authenticate with a header or a form, not both (RFC 6749 §2.3).');
    }
    if (clientId !== undefined && clientId !== basic.clientId) {
      throw new AppError('invalid_request', 'client_id does not match the client in the Authorization header.');
    }
    return { by: 'secret', ...basic };
  }
  if (assertion !== undefined) return assertionProof(request, assertion, clientId, secret);
  if (clientId === undefined) throw missingProof();
  if (secret === undefined) return { by: 'name', clientId };
  return { by: 'secret', clientId, clientSecret: secret, byHeader: false };
}

/** Returns the client id that a request claims, for the audit record; empty when there is none. */
export function claimedClientId(request: OauthRequest): string {
  try {
    return readClientProof(request).clientId;
  } catch {
    return '';
  }
}

/** Returns the error for a client that must authenticate but sent no credentials. */
export function missingProof(): AppError {
  return new AppError('invalid_client', 'Client authentication is missing.', { headers: BASIC_CHALLENGE });
}

function assertionProof(
  request: OauthRequest,
  assertion: string,
  clientId: string | undefined,
  secret: string | undefined,
): ClientProof {
  if (secret !== undefined) {
    throw new AppError('invalid_request', 'Authenticate with a secret or an assertion, not both (RFC 6749 §2.3).');
  }
  if (formParameter(request, 'client_assertion_type') !== ASSERTION_TYPE) {
    throw new AppError('invalid_request', `client_assertion_type must be ${ASSERTION_TYPE}.`);
  }
  const subject = subjectOf(assertion);
  if (subject === null) throw invalidClient(false);
  if (clientId !== undefined && clientId !== subject) {
    throw new AppError('invalid_request', 'client_id does not match the client in the assertion.');
  }
  return { by: 'assertion', clientId: subject, assertion };
}

/** Returns the subject that an assertion claims. The assertion is not verified yet, so even `sub` might not be a string. */
function subjectOf(assertion: string): string | null {
  try {
    const { sub }: { readonly sub?: unknown } = decodeJwt(assertion);
    return typeof sub === 'string' && sub !== '' ? sub : null;
  } catch {
    return null;
  }
}
