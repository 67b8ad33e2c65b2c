import { z } from 'zod';
import { faultOf, refusalOf } from '../api/refusal';
import { CommandFault } from '../command';

const TIMEOUT_MS = 30_000;

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive(),
  refresh_token: z.string().min(1),
  scope: z.string().default(''),
});

/** The tokens of a sign-in. */
export type TokenAnswer = Readonly<z.infer<typeof tokenAnswer>>;

/** The endpoints of an installation (RFC 8414). */
export interface AuthorizationServer {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string;
}

const metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  revocation_endpoint: z.url(),
});

/**
 * Returns the endpoints of the installation at an address. The address must be the issuer, and all endpoints must be on the same origin
 * (RFC 8414 §3.3): otherwise, a different server could receive the tokens. Errors: `CommandFault`.
 */
export async function discover(url: string): Promise<AuthorizationServer> {
  const path = '/.well-known/oauth-authorization-server';
  const parsed = metadata.safeParse(await jsonOf(await send('GET', `${url}${path}`)));
  if (!parsed.success) throw new CommandFault(`${url} does not describe an authorization server. Check the address.`);
  const { issuer, ...endpoints } = parsed.data;
  if (issuer.replace(/\/+$/, '') !== url) {
    throw new CommandFault(
      `The installation at ${url} has the address ${issuer}. Use that address: coresdk login --url ${issuer}`,
    );
  }
  const foreign = Object.values(endpoints).find((endpoint) => new URL(endpoint).origin !== new URL(issuer).origin);
  if (foreign !== undefined) throw new CommandFault(`${url} names an endpoint of a different server: ${foreign}`);
  return {
    issuer,
    authorizationEndpoint: endpoints.authorization_endpoint,
    tokenEndpoint: endpoints.token_endpoint,
    revocationEndpoint: endpoints.revocation_endpoint,
  };
}

/** Requests tokens (RFC 6749 §4.1.3, §6). Errors: `Refusal`, `Unreachable`. */
export async function requestTokens(endpoint: string, form: Readonly<Record<string, string>>): Promise<TokenAnswer> {
  const parsed = tokenAnswer.safeParse(await jsonOf(await send('POST', endpoint, form)));
  if (parsed.success) return parsed.data;
  throw new CommandFault(`The response from ${endpoint} does not contain the tokens of a sign-in.`);
}

/** Revokes a refresh token and everything issued from it (RFC 7009 §2.1). Errors: `Refusal`, `Unreachable`. */
export async function revokeToken(endpoint: string, clientId: string, refreshToken: string): Promise<void> {
  const form = { token: refreshToken, token_type_hint: 'refresh_token', client_id: clientId };
  await send('POST', endpoint, form);
}

async function send(method: string, url: string, form?: Readonly<Record<string, string>>): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, {
      method,
      headers: { accept: 'application/json' },
      body: form === undefined ? null : new URLSearchParams(form),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw faultOf(new URL(url).origin, error);
  }
  if (answer.ok) return answer;
  throw refusalOf(`${method} ${new URL(url).pathname}`, answer.status, await answer.text().catch(() => ''));
}

function jsonOf(answer: Response): Promise<unknown> {
  return answer.json().catch(() => undefined);
}
