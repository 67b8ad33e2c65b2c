import { createHash, randomBytes } from 'node:crypto';
import { Browser, codeIn, hiddenFields } from './browser.mjs';
import { postForm } from './http-load.mjs';

/** The redirect URI of user-facing apps, at both providers. */
const REDIRECT_URI = 'https://bench.example.com/callback';
const SCOPE = 'openid offline_access projects.read';
const VERIFIER = randomBytes(32).toString('base64url');
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
const AT_ONCE = 16;
/** A session exchanges one code at a time, so concurrently exchanged codes belong to several sessions. */
const SESSIONS = 32;

/** The form that exchanges a code. Both providers return a JWT, an id_token and a refresh token. */
export const exchangeForm = (code) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: REDIRECT_URI,
  code_verifier: VERIFIER,
});

/** Registers an app with a sign-in. Returns the app as `client`, and its authorization request as `request`. */
export async function userFacingApp(installation, members = {}) {
  const client = await installation.registerApp({
    app_type: 'web',
    redirect_uris: [REDIRECT_URI],
    declared_scopes: SCOPE.split(' '),
    default_scopes: [],
    ...members,
  });
  const request = {
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  };
  return { client, request };
}

/** Our side: the app, and a user who has consented to it. The user's browser then gets codes without being shown a page. */
export async function ourCodes(installation) {
  const { client, request } = await userFacingApp(installation);
  const browsers = [];
  for (let i = 0; i < SESSIONS; i++) browsers.push(await signedIn(installation, request));
  const silent = `/oauth/authorize?${new URLSearchParams({ ...request, prompt: 'none' })}`;
  let turn = 0;
  const mint = (count) => manyOf(count, async () => codeIn((await browsers[turn++ % SESSIONS].get(silent)).location));
  return { client, mint };
}

/** Creates a browser and signs the owner in with it. The first browser's consent applies to all browsers. */
async function signedIn(installation, request) {
  const browser = new Browser(installation.url);
  const { text } = await browser.get(`/oauth/authorize?${new URLSearchParams(request)}`);
  const answer = await browser.post('/oauth/sign-in', { ...hiddenFields(text), ...installation.owner });
  const next = await browser.get(answer.location);
  if (next.location === '') {
    await browser.post('/oauth/consent', { ...hiddenFields(next.text), decision: 'allow', remember: 'yes' });
  }
  return browser;
}

/** The peer's side; see `peers/oidc-provider.mjs`. */
export function theirCodes(provider) {
  const payload = {
    accountId: 'somebody',
    scope: SCOPE,
    resource: 'urn:bench:jwt',
    redirectUri: REDIRECT_URI,
    codeChallenge: CHALLENGE,
    codeChallengeMethod: 'S256',
    authTime: Math.floor(Date.now() / 1000),
  };
  return async (count) => {
    const body = JSON.stringify({ count, payload });
    const answer = await fetch(`${provider.url}/bench/mint`, { method: 'POST', body });
    if (answer.status !== 200) throw new Error(`No codes: ${answer.status}`);
    return answer.json();
  };
}

/** Exchanges new codes for the same number of refresh tokens. */
export async function refreshTokens(url, client, mint, count, more = {}) {
  const codes = await mint(count);
  return manyOf(count, async () => {
    const answer = await postForm(url, client, { ...exchangeForm(codes.pop()), ...more });
    return answer.refresh_token;
  });
}

/** Fails unless a response from the token endpoint has all tokens that the comparison needs. */
export function assertUserTokens(answer) {
  const jwts = [answer.access_token, answer.id_token];
  if (jwts.every((token) => /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) && answer.refresh_token) return answer;
  throw new Error(`Not a JWT, an id_token and a refresh token: ${JSON.stringify(answer)}`);
}

/** Returns `count` results of `make`, running several calls at a time. */
async function manyOf(count, make) {
  const made = [];
  let begun = 0;
  const one = async () => {
    while (begun++ < count) made.push(await make());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return made;
}
