import { hash } from 'node:crypto';
import { codeOf, newAuthorizationRequest } from './authorization-request';

const SERVER = {
  issuer: 'https://api.example.com',
  authorizationEndpoint: 'https://api.example.com/oauth/authorize?ui=1',
  tokenEndpoint: 'https://api.example.com/v1/oauth/token',
  revocationEndpoint: 'https://api.example.com/v1/oauth/revoke',
};
const REDIRECT = 'http://127.0.0.1:4321/callback';
const request = newAuthorizationRequest(SERVER, 'app-cli-acme', REDIRECT);
const GOOD = { state: request.state, iss: SERVER.issuer, code: 'ac_1' };
const answer = (changes: Readonly<Record<string, string | undefined>>): URLSearchParams =>
  new URLSearchParams(
    Object.entries({ ...GOOD, ...changes }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

it('asks for a code with PKCE S256 and a state, and for no scopes', () => {
  const { searchParams, origin } = new URL(request.url);
  expect(origin).toBe(SERVER.issuer);
  expect(Object.fromEntries(searchParams)).toEqual({
    ui: '1',
    response_type: 'code',
    client_id: 'app-cli-acme',
    redirect_uri: REDIRECT,
    state: request.state,
    code_challenge: hash('sha256', request.verifier, 'base64url'),
    code_challenge_method: 'S256',
  });
  expect(request.verifier).toMatch(/^[\w-]{43}$/);
  expect(newAuthorizationRequest(SERVER, 'app-cli-acme', REDIRECT).state).not.toBe(request.state);
});

it('accepts the response to the request', () => {
  expect(codeOf(answer({}), request, SERVER)).toBe('ac_1');
});

it.each([
  [{ state: 'other' }, 'wrong state'],
  [{ state: undefined }, 'wrong state'],
  [{ state: 'other', error: 'access_denied' }, 'wrong state'],
  [{ iss: 'https://evil.example' }, 'wrong issuer'],
  [{ iss: undefined }, 'wrong issuer'],
  [{ code: undefined }, 'contains no code'],
  [{ code: '' }, 'contains no code'],
  [
    { code: undefined, error: 'access_denied', error_description: 'No\u001b[31m.' },
    String.raw`No\x1b[31m. (access_denied)`,
  ],
  [{ error: 'server_error' }, 'refused: server_error'],
])('rejects a response with %j', (changes, words) => {
  expect(() => codeOf(answer(changes), request, SERVER)).toThrow(words);
});

it.each(['code', 'state', 'iss', 'error'])('rejects a response that repeats %s', (name) => {
  const repeated = answer({ error: name === 'error' ? 'access_denied' : undefined });
  repeated.append(name, 'again');
  expect(() => codeOf(repeated, request, SERVER)).toThrow(`repeats the parameter "${name}"`);
});
