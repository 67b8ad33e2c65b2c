import { hash, randomBytes } from 'node:crypto';
import { CommandFault } from '../command';
import { visible } from '../visible';
import type { AuthorizationServer } from './oauth-requests';

/** A request to sign in, and the values that its response must match. */
export interface AuthorizationRequest {
  /** The address to open in a browser. */
  readonly url: string;
  readonly redirectUri: string;
  readonly state: string;
  /** The PKCE verifier (RFC 7636 §4.1). */
  readonly verifier: string;
}

/** Creates a request with PKCE S256 and a state. It names no scopes, so the person gets all that their role allows. */
export function newAuthorizationRequest(
  { authorizationEndpoint }: AuthorizationServer,
  clientId: string,
  redirectUri: string,
): AuthorizationRequest {
  const [state, verifier] = [random(), random()];
  const url = new URL(authorizationEndpoint);
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge: hash('sha256', verifier, 'base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, redirectUri, state, verifier };
}

/**
 * Returns the code of a response. Errors: `CommandFault` for a response to a different request (RFC 6749 §10.12), from a different issuer
 * (RFC 9207 §2.4), with repeated parameters, or with an error.
 */
export function codeOf(answer: URLSearchParams, request: AuthorizationRequest, server: AuthorizationServer): string {
  const value = (name: string): string | null => {
    const [first, ...more] = answer.getAll(name);
    if (more.length > 0) throw new CommandFault(`The response repeats the parameter "${name}". Nothing was stored.`);
    return first ?? null;
  };
  if (value('state') !== request.state) {
    throw new CommandFault(
      'The response does not belong to this sign-in (wrong state). Nothing was stored. Try again.',
    );
  }
  if (value('iss') !== server.issuer) {
    throw new CommandFault(`The response does not come from ${server.issuer} (wrong issuer). Nothing was stored.`);
  }
  const error = value('error');
  if (error !== null) throw new CommandFault(refusalText(error, value('error_description') ?? ''));
  const code = value('code');
  if (code === null || code === '') throw new CommandFault('The response contains no code. Nothing was stored.');
  return code;
}

function refusalText(error: string, description: string): string {
  const reason = description === '' ? visible(error) : `${visible(description)} (${visible(error)})`;
  return `The sign-in was refused: ${reason} Nothing was stored.`;
}

/** Returns 256 random bits. */
function random(): string {
  return randomBytes(32).toString('base64url');
}
