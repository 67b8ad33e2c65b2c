import { ConfigurationError } from '../src/errors.js';
import { EndedSessions } from '../src/session/ended-sessions.js';
import type { SessionOptions } from '../src/session/options.js';
import { splitChunks } from '../src/session/cookies.js';
import { sendJson } from './stand-in.js';
import { Jar, KEY, ORIGIN, SessionWorld } from './session-world.js';

let world: SessionWorld;

beforeEach(async () => {
  world = await SessionWorld.open();
});

afterEach(async () => {
  jest.restoreAllMocks();
  await world.backend.close();
});

const OWN = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };

/** Lets the clock show a later time. */
function later(seconds: number): void {
  const nowMs = Date.now() + seconds * 1000;
  jest.spyOn(Date, 'now').mockReturnValue(nowMs);
}

describe('a sign-in', () => {
  it('leads to the stored path and to a session', async () => {
    const sessions = world.sessions();
    const jar = new Jar();
    const path = await world.begin(sessions, jar);
    const answer = await sessions.handle(jar.request(path));
    expect([answer?.status, answer?.headers.get('location')]).toEqual([303, '/orders?page=2']);
    expect(answer?.headers.get('cache-control')).toBe('no-store');
    jar.apply(answer?.headers.getSetCookie() ?? []);
    expect([...jar.cookies.keys()]).toEqual(['__Host-cpod-session.0']);
    expect(jar.lines.every((line) => line.includes('; HttpOnly; SameSite=Lax; ') && line.endsWith('; Secure'))).toBe(
      true,
    );
    const session = await sessions.read(jar.header);
    expect(session).toMatchObject({ user: { sub: 'usr-1', name: 'Ada' }, accessToken: 'at-0' });
    expect(JSON.stringify(session)).not.toContain('rt-0');
    expect(jar.header).not.toMatch(/at-0|rt-0|usr-1/);
  });

  it('works in two tabs at the same time', async () => {
    const sessions = world.sessions();
    const jar = new Jar();
    const first = await world.begin(sessions, jar, '/first');
    const nonce = world.nonce;
    const second = await world.begin(sessions, jar, '/second');
    const two = await sessions.callback(jar.request(second));
    jar.apply(two.headers.getSetCookie());
    world.nonce = nonce;
    const one = await sessions.callback(jar.request(first));
    expect([one, two].map(({ headers }) => headers.get('location'))).toEqual(['/first', '/second']);
  });

  it('keeps only the three newest sign-ins that were not completed', async () => {
    const sessions = world.sessions();
    const jar = new Jar();
    const names: string[] = [];
    for (let turn = 0; turn < 6; turn++) {
      await world.begin(sessions, jar);
      names.push([...jar.cookies.keys()].at(-1) ?? '');
    }
    expect([...jar.cookies.keys()]).toEqual(names.slice(-3));
  });

  it('leaves room for other headers beside the longest cookies', async () => {
    const sessions = world.sessions();
    const jar = new Jar();
    const longest = splitChunks(new Map(), '__Host-cpod-session', 'x'.repeat(10_000), 60);
    for (const { name, value } of longest) jar.cookies.set(name, value ?? '');
    for (let turn = 0; turn < 6; turn++) await world.begin(sessions, jar, `/${'a'.repeat(511)}`);
    const answer = await fetch(`${world.backend.url}/header-limit`, {
      headers: { cookie: jar.header, 'user-agent': 'a'.repeat(200), accept: 'b'.repeat(200), referer: 'c'.repeat(600) },
    });
    expect(answer.status).toBe(200);
  });

  it.each([
    ['https://evil.example', '/'],
    [`/${'a'.repeat(512)}`, '/'],
    [`/${'a'.repeat(511)}`, `/${'a'.repeat(511)}`],
  ])('with the returnTo %s leads to %s', async (returnTo, expected) => {
    const sessions = world.sessions();
    const jar = new Jar();
    const answer = await sessions.callback(jar.request(await world.begin(sessions, jar, returnTo)));
    expect(answer.headers.get('location')).toBe(expected);
  });

  it('does not complete in a different browser, after ten minutes, or a second time', async () => {
    const sessions = world.sessions();
    const jar = new Jar();
    const path = await world.begin(sessions, jar);
    expect((await sessions.callback(new Jar().request(path))).status).toBe(400);
    const done = await sessions.callback(jar.request(path));
    const again = new Jar();
    again.apply([...jar.lines, ...done.headers.getSetCookie()]);
    expect((await sessions.callback(again.request(path))).status).toBe(400);
    later(601);
    expect((await sessions.callback(jar.request(path))).status).toBe(400);
    expect(world.backend.seen.filter((seen) => seen.path === '/v1/oauth/token')).toHaveLength(1);
  });

  it('reports a refusal by the user, and an outage', async () => {
    const sessions = world.sessions();
    const jar = new Jar();
    const state = new URLSearchParams((await world.begin(sessions, jar)).split('?')[1]).get('state');
    const refusal = `/auth/callback?error=access_denied&state=${state}&iss=${encodeURIComponent(world.backend.url)}`;
    const answer = await sessions.callback(jar.request(refusal));
    expect([answer.status, await answer.text()]).toEqual([400, 'The sign-in was canceled. Sign in again.\n']);
    world.backend.answer = (_seen, response) => sendJson(response, 503, {});
    expect((await sessions.signIn(jar.request('/auth/sign-in'))).status).toBe(503);
    expect(world.faults).toHaveLength(2);
  });

  it('does not accept user information about a different user', async () => {
    const { answer } = world.backend;
    world.backend.answer = (seen, response) =>
      seen.path === '/v1/oauth/userinfo' ? sendJson(response, 200, { sub: 'usr-2' }) : answer(seen, response);
    const jar = await world.signIn(world.sessions());
    expect(jar.cookies.size).toBe(0);
  });
});

describe('a session', () => {
  it('is refreshed once for 20 requests at the moment of expiry', async () => {
    const sessions = world.sessions();
    world.tokenSeconds = 0;
    const jar = await world.signIn(sessions);
    expect(await sessions.read(jar.header)).toBeNull();
    world.tokenSeconds = 3600;
    const all = await Promise.all(Array.from({ length: 20 }, () => sessions.resume(jar.request('/'))));
    expect(all.map(({ session }) => session?.accessToken)).toEqual(Array(20).fill('at-1'));
    expect(world.refreshes).toBe(1);
    // A request that the browser sent before it had the new cookie.
    expect(await sessions.resume(jar.request('/'))).toMatchObject({ state: 'signed_in' });
    expect(world.refreshes).toBe(1);
    for (const { setCookies, cookieHeader } of all) {
      const after = new Jar();
      after.apply([...jar.lines, ...setCookies]);
      expect(after.header).toBe(cookieHeader);
      expect(await sessions.read(after.header)).toMatchObject({ user: { name: 'Ada' }, accessToken: 'at-1' });
    }
  });

  it('is not refreshed before 80% of the lifetime of its token', async () => {
    const sessions = world.sessions();
    const jar = await world.signIn(sessions);
    const resumed = await sessions.resume(jar.request('/'));
    expect(resumed).toMatchObject({ state: 'signed_in', setCookies: [], cookieHeader: jar.header });
    later(2_890);
    expect(await sessions.resume(jar.request('/'))).toMatchObject({ session: { accessToken: 'at-1' } });
  });

  it('ends when the platform refuses its refresh token', async () => {
    const sessions = world.sessions();
    world.tokenSeconds = 0;
    const jar = await world.signIn(sessions);
    world.refusal = { status: 400, error: 'invalid_grant' };
    const ended = { state: 'signed_out', session: null, setCookies: [], cookieHeader: '' };
    for (let turn = 0; turn < 3; turn++) expect(await sessions.resume(jar.request('/'))).toEqual(ended);
    expect(world.refreshes).toBe(1);
    later(31);
    expect(await sessions.resume(jar.request('/'))).toEqual(ended);
    expect(world.refreshes).toBe(2);
  });

  it('does not take a newer session with it when a late refresh is refused', async () => {
    world.tokenSeconds = 0;
    const jar = await world.signIn(world.sessions());
    const { asked, release } = world.holdTokens();
    const late = world.sessions().resume(jar.request('/'));
    await asked;
    world.tokenSeconds = 3600;
    await world.signIn(world.sessions(), jar);
    world.refusal = { status: 400, error: 'invalid_grant' };
    release();
    jar.apply((await late).setCookies);
    expect(await world.sessions().read(jar.header)).not.toBeNull();
  });

  it('survives an outage: with its valid token, and then without access', async () => {
    const sessions = world.sessions();
    const jar = await world.signIn(sessions);
    world.refusal = { status: 503, error: 'unavailable' };
    later(3_000);
    expect(await sessions.resume(jar.request('/'))).toMatchObject({ state: 'signed_in', setCookies: [] });
    later(700);
    const resumed = await sessions.resume(jar.request('/'));
    expect(resumed).toEqual({ state: 'unavailable', session: null, setCookies: [], cookieHeader: jar.header });
    world.refusal = null;
    expect(await sessions.resume(jar.request('/'))).toMatchObject({ state: 'signed_in' });
  });

  it('ends after its absolute lifetime, and after its idle lifetime', async () => {
    const sessions = world.sessions({ absoluteSeconds: 10_000, idleSeconds: 5_000 });
    const jar = await world.signIn(sessions);
    later(5_001);
    expect((await sessions.resume(jar.request('/'))).state).toBe('signed_out');
    later(-1_000);
    jar.apply((await sessions.resume(jar.request('/'))).setCookies);
    later(4_500);
    jar.apply((await sessions.resume(jar.request('/'))).setCookies);
    expect(jar.lines.at(-1)).toMatch(/Max-Age=1[45]\d\d;/);
    later(2_000);
    expect((await sessions.resume(jar.request('/'))).state).toBe('signed_out');
  });

  it('survives a rotation of keys', async () => {
    const jar = await world.signIn(world.sessions());
    const next = world.sessions({ keys: ['n'.repeat(32), KEY] });
    expect(await next.read(jar.header)).not.toBeNull();
    later(3_000);
    jar.apply((await next.resume(jar.request('/'))).setCookies);
    expect(await world.sessions({ keys: ['n'.repeat(32)] }).read(jar.header)).not.toBeNull();
    // An instance without the new key treats the browser as signed out, but leaves it the cookie.
    expect(await world.sessions().resume(jar.request('/'))).toMatchObject({ state: 'signed_out', setCookies: [] });
  });

  it('is not read from a changed cookie, or from the cookie of a sign-in', async () => {
    const sessions = world.sessions();
    const jar = new Jar();
    await world.begin(sessions, jar);
    const [sealed = ''] = jar.cookies.values();
    expect(await sessions.read(`__Host-cpod-session.0=1~${sealed}`)).toBeNull();
    await world.signIn(sessions, jar);
    const value = jar.cookies.get('__Host-cpod-session.0') ?? '';
    expect(await sessions.read(`__Host-cpod-session.0=${value}`)).not.toBeNull();
    expect(await sessions.read(`__Host-cpod-session.0=${value.slice(0, -4)}AAAA`)).toBeNull();
    const onHttp = world.sessions({ redirectUri: 'http://localhost:3000/auth/callback' });
    for (const other of [sessions, onHttp]) expect(await other.read(`cpod-session.0=${value}`)).toBeNull();
  });

  it.each<[string, Partial<SessionOptions>]>([
    ['client', { clientId: 'app-other' }],
    ['issuer', { issuer: 'https://other.example' }],
  ])('is not read, and no sign-in completes, for another %s with the same key', async (_name, options) => {
    const other = world.sessions(options);
    const jar = new Jar();
    const path = await world.begin(world.sessions(), jar);
    expect((await other.callback(jar.request(path))).status).toBe(400);
    await world.signIn(world.sessions(), jar);
    expect(await world.sessions().read(jar.header)).not.toBeNull();
    expect(await other.read(jar.header)).toBeNull();
    expect(await other.resume(jar.request('/'))).toMatchObject({ state: 'signed_out', setCookies: [] });
  });

  it('has cookies without the prefix on http on this machine only', async () => {
    const jar = await world.signIn(world.sessions({ redirectUri: 'http://localhost:3000/auth/callback' }));
    expect([...jar.cookies.keys()]).toEqual(['cpod-session.0']);
    expect(jar.lines.some((line) => line.includes('Secure'))).toBe(false);
  });
});

describe('a sign-out', () => {
  it('revokes the tokens, deletes the cookie and leads to the platform', async () => {
    const back = `${ORIGIN}/bye`;
    const sessions = world.sessions({ postLogoutRedirectUri: back });
    const jar = await world.signIn(sessions);
    const answer = await sessions.handle(jar.request('/auth/sign-out', { method: 'POST', headers: OWN }));
    const url = new URL(answer?.headers.get('location') ?? '');
    expect([answer?.status, url.pathname]).toEqual([303, '/logout']);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'app-shop',
      id_token_hint: expect.stringContaining('e30.') as string,
      post_logout_redirect_uri: back,
    });
    jar.apply(answer?.headers.getSetCookie() ?? []);
    expect(jar.cookies.size).toBe(0);
    expect(world.backend.seen.find(({ path }) => path === '/v1/oauth/revoke')?.body).toBe('token=rt-0');
  });

  it('leads to the platform even if there is no session here', async () => {
    const back = `${ORIGIN}/bye`;
    const sessions = world.sessions({ postLogoutRedirectUri: back });
    const answer = await sessions.signOut(new Jar().request('/auth/sign-out', { method: 'POST', headers: OWN }));
    const url = new URL(answer.headers.get('location') ?? '');
    expect([answer.status, url.pathname]).toEqual([303, '/logout']);
    expect(Object.fromEntries(url.searchParams)).toEqual({ client_id: 'app-shop', post_logout_redirect_uri: back });
    expect(world.backend.seen.filter(({ path }) => path === '/v1/oauth/revoke')).toEqual([]);
  });

  it('is refused for a request from another origin even if there is no session here', async () => {
    const headers = { origin: 'https://evil.example' };
    const answer = await world.sessions().signOut(new Jar().request('/auth/sign-out', { method: 'POST', headers }));
    expect(answer.status).toBe(403);
  });

  it.each([{}, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site', origin: ORIGIN }])(
    'is refused for a request from another origin: %p',
    async (headers) => {
      const sessions = world.sessions();
      const jar = await world.signIn(sessions);
      const answer = await sessions.signOut(jar.request('/auth/sign-out', { method: 'POST', headers }));
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
      expect(world.backend.seen.filter(({ path }) => path === '/v1/oauth/revoke')).toEqual([]);
    },
  );

  it('needs POST', async () => {
    const answer = await world.sessions().handle(new Jar().request('/auth/sign-out'));
    expect([answer?.status, await answer?.text()]).toEqual([405, 'Use POST.\n']);
  });

  it('deletes the cookie during an outage and reports the errors', async () => {
    const sessions = world.sessions();
    const jar = await world.signIn(sessions);
    world.backend.answer = (_seen, response) => sendJson(response, 503, {});
    const answer = await sessions.signOut(jar.request('/auth/sign-out', { method: 'POST', headers: OWN }));
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(answer.headers.getSetCookie()[0]).toContain('Max-Age=0');
    expect(world.faults).toHaveLength(2);
  });
});

describe('a late refresh', () => {
  /** Begins a refresh whose response is held back until `release`. */
  async function refreshing() {
    const sessions = world.sessions();
    world.tokenSeconds = 0;
    const jar = await world.signIn(sessions);
    const { asked, release } = world.holdTokens();
    const late = sessions.resume(jar.request('/'));
    await asked;
    return { sessions, jar, late, release };
  }

  it('does not undo a sign-out, and its new tokens are revoked', async () => {
    const { jar, late, release } = await refreshing();
    // Next.js loads the route handler that signs out and the proxy that refreshes as separate copies.
    await world.sessions().signOut(jar.request('/auth/sign-out', { method: 'POST', headers: OWN }));
    release();
    expect(await late).toEqual({ state: 'signed_out', session: null, setCookies: [], cookieHeader: '' });
    const revoked = world.backend.seen.filter(({ path }) => path === '/v1/oauth/revoke').map(({ body }) => body);
    expect(revoked).toEqual(['token=rt-0', 'token=rt-1']);
  });

  it('does not begin after a sign-out, for requests that the browser sent before it', async () => {
    const sessions = world.sessions();
    const jar = await world.signIn(sessions);
    const before = jar.request('/');
    await sessions.signOut(jar.request('/auth/sign-out', { method: 'POST', headers: OWN }));
    expect(await sessions.read(jar.header)).toBeNull();
    for (const seconds of [0, 200]) {
      later(seconds);
      expect(await sessions.resume(before)).toMatchObject({ state: 'signed_out', setCookies: [], cookieHeader: '' });
    }
    later(3_000);
    // The session was forgotten. Its refresh token remains revoked, so the platform refuses the refresh.
    world.refusal = { status: 400, error: 'invalid_grant' };
    expect(await sessions.resume(before)).toMatchObject({ state: 'signed_out' });
    expect(world.refreshes).toBe(1);
  });

  it('does not undo the sign-in of another user', async () => {
    const { sessions, jar, late, release } = await refreshing();
    await world.signIn(sessions, jar);
    release();
    expect(await late).toMatchObject({ state: 'signed_out', setCookies: [] });
  });
});

describe('the ended sessions', () => {
  it('are remembered for five minutes, and at most 10,000 of them', () => {
    const ended = new EndedSessions(new Map());
    ended.add('a', 0);
    expect([ended.has('a', 299_999), ended.has('a', 300_000), ended.has('b', 0)]).toEqual([true, false, false]);
    for (let at = 0; at < 9_999; at++) ended.add(`${at}`, 1);
    expect([ended.has('a', 1), ended.has('0', 1)]).toEqual([true, true]);
    ended.add('b', 1);
    expect([ended.has('a', 1), ended.has('0', 1), ended.has('b', 1)]).toEqual([false, true, true]);
  });
});

describe('the options', () => {
  it.each<[Partial<SessionOptions>, string]>([
    [{ keys: [] }, 'Session keys are missing'],
    [{ keys: ['short'] }, 'at least 32'],
    [{ clientSecret: '' }, '"clientSecret"'],
    [{ redirectUri: 'http://shop.example/auth/callback' }, 'must be https'],
    [{ redirectUri: '/auth/callback' }, 'is not a URL'],
    [{ redirectUri: `${ORIGIN}/auth/done` }, 'must end with "/callback"'],
    [{ scope: 'offline_access' }, 'must include "openid"'],
    [{ idleSeconds: 0 }, 'must be more than 0'],
  ])('%p are refused', (options, message) => {
    expect(() => world.sessions(options)).toThrow(ConfigurationError);
    expect(() => world.sessions(options)).toThrow(message);
  });
});
