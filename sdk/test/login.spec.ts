import { createHash } from 'node:crypto';
import { CpodClient } from '../src/client.js';
import { LoginError } from '../src/errors.js';
import type { PendingLogin } from '../src/auth/login.js';
import { faultOf, sendError, sendJson, StandIn } from './stand-in.js';

const ORDER = { clientId: 'app-web', redirectUri: 'https://shop.example/callback', scope: 'openid offline_access' };

let backend: StandIn;
let issuer: string;
let idClaims: Record<string, unknown>;

beforeEach(async () => {
  backend = await StandIn.open();
  issuer = backend.url;
  backend.answer = (_seen, response) =>
    sendJson(response, 200, { issuer, authorization_endpoint: `${backend.url}/oauth/authorize?x=1` });
});

afterEach(() => backend.close());

const begin = (): ReturnType<typeof CpodClient.beginLogin> => CpodClient.beginLogin(ORDER, { baseUrl: backend.url });

/** The callback of a successful sign-in, with changes. */
function callback(pending: PendingLogin, changes: Readonly<Record<string, string | undefined>> = {}): URL {
  const url = new URL(pending.redirectUri);
  const members = { code: 'ac_1', state: pending.state, iss: pending.issuer, ...changes };
  for (const [name, value] of Object.entries(members)) if (value !== undefined) url.searchParams.set(name, value);
  idClaims = { iss: issuer, aud: ORDER.clientId, exp: Date.now() / 1000 + 60, nonce: pending.nonce, sub: 'usr-1' };
  backend.answerToken = (_seen, response) => {
    const payload = Buffer.from(JSON.stringify(idClaims)).toString('base64url');
    const tokens = { access_token: 'at', refresh_token: 'rt_1', id_token: `e30.${payload}.sig` };
    sendJson(response, 200, { ...tokens, token_type: 'Bearer', expires_in: 3600, scope: ORDER.scope });
  };
  return url;
}

const exchange = (url: URL, pending: PendingLogin): ReturnType<typeof CpodClient.exchangeCode> =>
  CpodClient.exchangeCode(url, pending, { baseUrl: backend.url, clientSecret: 'cs_1' });

describe('a sign-in', () => {
  it('starts with a new PKCE verifier, state and nonce each time', async () => {
    const [one, other] = [await begin(), await begin()];
    const url = new URL(one.url);
    expect(url.origin + url.pathname).toBe(`${backend.url}/oauth/authorize`);
    const { verifier, state, nonce } = one.pending;
    expect(Object.fromEntries(url.searchParams)).toEqual({
      x: '1',
      response_type: 'code',
      client_id: ORDER.clientId,
      redirect_uri: ORDER.redirectUri,
      scope: ORDER.scope,
      state,
      nonce,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const secrets = [one, other].flatMap(({ pending }) => [pending.verifier, pending.state, pending.nonce]);
    expect([new Set(secrets).size, ...new Set(secrets.map((text) => text.length))]).toEqual([6, 43]);
    expect(one.url).not.toContain(verifier);
  });

  it('exchanges the code for tokens', async () => {
    const { pending } = await begin();
    const tokens = await exchange(callback(pending), JSON.parse(JSON.stringify(pending)) as PendingLogin);
    expect(tokens).toMatchObject({ accessToken: 'at', refreshToken: 'rt_1', idClaims: { sub: 'usr-1' } });
    expect(Date.parse(tokens.expiresAt) - Date.now()).toBeGreaterThan(3_500_000);
    const { body, headers } = backend.seen.at(-1) ?? { body: '', headers: {} };
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: 'authorization_code',
      code: 'ac_1',
      redirect_uri: ORDER.redirectUri,
      code_verifier: pending.verifier,
    });
    expect(headers.authorization).toMatch(/^Basic /);
  });

  it.each([
    ['a different state', { state: 'x' }, 'state_mismatch'],
    ['no state', { state: undefined }, 'state_mismatch'],
    ['a different issuer', { iss: 'https://evil.example' }, 'issuer_mismatch'],
    ['no issuer', { iss: undefined }, 'issuer_mismatch'],
    ['no code', { code: undefined }, 'invalid_request'],
    ['a refusal', { code: undefined, error: 'access_denied', error_description: 'No.' }, 'access_denied'],
    ['a refusal for a different sign-in', { state: 'x', error: 'access_denied' }, 'state_mismatch'],
  ])('does not send a code for a callback with %s', async (_name, changes, code) => {
    const { pending } = await begin();
    const fault = await faultOf(exchange(callback(pending, changes), pending));
    expect(fault).toBeInstanceOf(LoginError);
    expect(fault).toMatchObject({ code });
    expect(backend.seen.filter(({ path }) => path === '/v1/oauth/token')).toEqual([]);
  });

  it.each([
    ['access_denied', 'No.', 'access_denied', 'No.'],
    ['access_denied', 'a\r\nb"c\\d\u001b[31m\u202eé~', 'access_denied', 'abcd[31m~'],
    ['a\nb', 'x'.repeat(201), 'ab', 'x'.repeat(200)],
    ['e'.repeat(201), undefined, 'e'.repeat(200), 'The sign-in was refused.'],
    ['\u0007', '\n', 'invalid_request', 'The sign-in was refused.'],
  ])('reports the error %j, %j without characters that could forge a log line', async (error, text, code, message) => {
    const { pending } = await begin();
    const fault = await faultOf(
      exchange(callback(pending, { code: undefined, error, error_description: text }), pending),
    );
    expect(fault).toBeInstanceOf(LoginError);
    expect([(fault as LoginError).code, fault.message]).toEqual([code, message]);
  });

  it.each([
    ['a different nonce', { nonce: 'x' }],
    ['no nonce', { nonce: undefined }],
    ['a different app', { aud: 'app-other' }],
    ['a different issuer', { iss: 'https://evil.example' }],
    ['an expiry in the past', { exp: 1 }],
    ['no expiry', { exp: undefined }],
  ])('does not return tokens if the ID token has %s', async (_name, changes) => {
    const { pending } = await begin();
    const url = callback(pending);
    idClaims = { ...idClaims, ...changes };
    expect(await faultOf(exchange(url, pending))).toMatchObject({ code: 'id_token_invalid' });
  });

  it('does not return tokens if the requested ID token is missing or malformed', async () => {
    const { pending } = await begin();
    for (const id of [undefined, 'none', 'e30.bm9uZQ.x']) {
      const url = callback(pending);
      backend.answerToken = (_seen, response) =>
        sendJson(response, 200, { access_token: 'at', token_type: 'Bearer', expires_in: 1, scope: '', id_token: id });
      expect(await faultOf(exchange(url, pending))).toMatchObject({ code: 'id_token_invalid' });
    }
  });

  it('sends a code only once, even if the exchange fails', async () => {
    const { pending } = await begin();
    const url = callback(pending);
    backend.answerToken = (_seen, response) => sendError(response, 503, 'temporarily_unavailable');
    expect(await faultOf(exchange(url, pending))).toMatchObject({ status: 503 });
    expect(backend.seen.filter(({ path }) => path === '/v1/oauth/token')).toHaveLength(1);
  });

  it('does not start if the backend reports a different issuer', async () => {
    issuer = 'https://evil.example';
    expect(await faultOf(begin())).toMatchObject({ code: 'issuer_mismatch' });
  });
});
