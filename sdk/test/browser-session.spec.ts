import { eventually } from '../../test/support/eventually.js';
import { ORIGIN, TestBrowser, TestPlatform, type TestTab } from './browser-tab.js';

const REFRESH = '/v1/oauth/token refresh_token';
const EXCHANGE = '/v1/oauth/token authorization_code';

let platform: TestPlatform;
let browser: TestBrowser;
let tab: TestTab;

beforeEach(() => {
  platform = new TestPlatform();
  browser = new TestBrowser(platform);
  tab = browser.open();
});

afterEach(() => browser.close());

async function secondTab(): Promise<TestTab> {
  const second = browser.open();
  await second.session.start();
  return second;
}

const stored = (): string => JSON.stringify([...browser.localStorage.items, ...tab.sessionStorage.items]);

describe('a sign-in', () => {
  it('leaves for the platform with PKCE, and returns to the requested path with a user', async () => {
    await tab.session.start();
    expect(tab.session.state).toEqual({ status: 'signedOut', user: null, error: null, hasEnded: false });
    await tab.signIn('/projects?sort=name#top');
    const asked = new URL(tab.visited[0] ?? '').searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('scope')).toBe('openid profile email offline_access');
    expect(tab.session.state).toMatchObject({ status: 'signedIn', user: { sub: 'usr-1', name: 'Ada' } });
    expect(tab.href).toBe(`${ORIGIN}/projects?sort=name#top`);
    expect(await tab.session.accessToken()).toBe('access-1');
  });

  it('stores no token, and removes the verifier on return', async () => {
    await tab.signIn();
    expect(stored()).not.toMatch(/access-|refresh-|e30\.|verifier/);
    expect([...tab.sessionStorage.items]).toEqual([]);
  });

  it('exchanges the code once, even if the page starts twice', async () => {
    await tab.session.start();
    await tab.session.signIn();
    const callback = platform.authorize(tab.visited[0] ?? '');
    await tab.load(callback);
    await Promise.all([tab.session.start(), tab.session.start()]);
    await tab.load(callback);
    expect(platform.count(EXCHANGE)).toBe(1);
  });

  it('refuses a response with a different state, and removes its code from the address', async () => {
    await tab.session.start();
    await tab.session.signIn();
    const callback = new URL(platform.authorize(tab.visited[0] ?? ''));
    callback.searchParams.set('state', 'forged');
    await tab.load(callback.href);
    expect(tab.session.state).toMatchObject({ status: 'error', error: { code: 'state_mismatch' } });
    expect([tab.href, platform.count(EXCHANGE)]).toEqual([`${ORIGIN}/`, 0]);
  });

  it('ignores a code that belongs to no sign-in', async () => {
    await tab.load(`${ORIGIN}/?code=stolen&state=a&iss=https://platform.example`);
    expect(tab.session.state.status).toBe('signedOut');
    expect([tab.href, platform.requests]).toEqual([`${ORIGIN}/`, []]);
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', 'projects'])(
    'returns to / instead of %s',
    async (returnTo) => {
      await tab.signIn(returnTo);
      expect([tab.href, tab.session.state.status]).toEqual([`${ORIGIN}/`, 'signedIn']);
    },
  );

  it.each([`/list?filter=${'a'.repeat(3_000)}#part`, '/list?path=a\\b'])(
    'returns to the current address %s',
    async (path) => {
      await tab.load(ORIGIN + path);
      await tab.signIn();
      expect(decodeURI(tab.href)).toBe(ORIGIN + path);
    },
  );

  it('does not return to another origin if the stored path is manipulated', async () => {
    await tab.session.start();
    await tab.session.signIn();
    const callback = platform.authorize(tab.visited[0] ?? '');
    for (const [key, value] of tab.sessionStorage.items) {
      tab.sessionStorage.setItem(key, value.replace('"returnTo":"/"', '"returnTo":"//evil.example/"'));
    }
    await tab.load(callback);
    expect([tab.href, tab.session.state.status]).toEqual([`${ORIGIN}/`, 'signedIn']);
  });

  it('reports a platform that does not respond', async () => {
    platform.isAvailable = false;
    await tab.session.start();
    await tab.session.signIn();
    expect(tab.session.state).toMatchObject({ status: 'error', error: { name: 'ConnectionError' } });
  });

  it('resumes when the user comes back with the Back button', async () => {
    await tab.session.start();
    await tab.session.signIn();
    expect(tab.session.state.status).toBe('loading');
    tab.goBack();
    await eventually(() => expect(tab.session.state.status).toBe('signedOut'));
  });
});

describe('a reload', () => {
  it('renews the session with a redirect that shows no page', async () => {
    await tab.signIn();
    await tab.load(`${ORIGIN}/projects`);
    expect(tab.session.state.status).toBe('loading');
    expect(new URL(tab.visited.at(-1) ?? '').searchParams.get('prompt')).toBe('none');
    await tab.followRedirect();
    expect([tab.session.state.status, tab.href]).toEqual(['signedIn', `${ORIGIN}/projects`]);
  });

  it('shows the user as signed out if the platform wants to show a page, and does not try again', async () => {
    await tab.signIn();
    platform.isUserSignedIn = false;
    await tab.load(`${ORIGIN}/`);
    await tab.followRedirect();
    expect(tab.session.state).toMatchObject({ status: 'signedOut', hasEnded: false });
    await tab.load(`${ORIGIN}/`);
    expect([tab.session.state.status, tab.visited.length]).toEqual(['signedOut', 2]);
  });

  it('does not repeat an attempt that did not return', async () => {
    await tab.signIn();
    await tab.load(`${ORIGIN}/`);
    await tab.load(`${ORIGIN}/`);
    expect([tab.session.state.status, tab.visited.length]).toEqual(['signedOut', 2]);
  });
});

describe('two tabs', () => {
  it('share the session without a redirect', async () => {
    await tab.signIn();
    const second = await secondTab();
    expect(second.session.state).toMatchObject({ status: 'signedIn', user: { sub: 'usr-1' } });
    expect([second.visited, platform.count(EXCHANGE)]).toEqual([[], 1]);
  });

  it('renew an expired token once', async () => {
    platform.expiresInSeconds = 0;
    await tab.signIn();
    const tabs = [tab, await secondTab(), await secondTab()];
    platform.expiresInSeconds = 600;
    const tokens = await Promise.all(tabs.map(({ session }) => session.accessToken()));
    expect([new Set(tokens).size, platform.count(REFRESH)]).toEqual([1, 1]);
  });

  it('renew in turns, always with the newest refresh token', async () => {
    platform.expiresInSeconds = 0;
    await tab.signIn();
    const second = await secondTab();
    for (const { session } of [tab, second, tab, second]) await session.accessToken();
    expect(platform.count(REFRESH)).toBe(4);
    expect([tab.session.state.status, second.session.state.status]).toEqual(['signedIn', 'signedIn']);
  });

  it('keep the session when the tab that signed in closes', async () => {
    platform.expiresInSeconds = 0;
    await tab.signIn();
    const second = await secondTab();
    tab.session.close();
    await second.session.accessToken();
    expect((await secondTab()).session.state.status).toBe('signedIn');
  });

  it('are both signed out when one signs out, and the tokens are revoked', async () => {
    await tab.signIn();
    const second = await secondTab();
    await second.session.signOut();
    await eventually(() => expect(tab.session.state).toMatchObject({ status: 'signedOut', hasEnded: true }));
    expect(platform.count('/v1/oauth/revoke')).toBe(1);
    await expect(tab.session.accessToken()).rejects.toMatchObject({ code: 'login_required' });
    expect((await secondTab()).session.state.status).toBe('signedOut');
    await tab.signIn();
    await eventually(() => expect(second.session.state.status).toBe('signedIn'));
  });

  it('end the session if the platform has ended it', async () => {
    platform.expiresInSeconds = 0;
    await tab.signIn();
    const second = await secondTab();
    await platform.fetch('https://platform.example/v1/oauth/token', { body: 'grant_type=a&refresh_token=reused' });
    await expect(tab.session.accessToken()).rejects.toMatchObject({ code: 'login_required' });
    await eventually(() => expect(second.session.state).toMatchObject({ status: 'signedOut', hasEnded: true }));
  });

  it('stay signed in if the platform does not respond to a renewal', async () => {
    platform.expiresInSeconds = 0;
    await tab.signIn();
    platform.isAvailable = false;
    await expect(tab.session.accessToken()).rejects.toMatchObject({ name: 'ConnectionError' });
    expect(tab.session.state.status).toBe('signedIn');
    platform.isAvailable = true;
    expect(await tab.session.accessToken()).toBe('access-2');
  });

  it('ignore messages of another version of the app', async () => {
    await tab.signIn();
    const channel = new BroadcastChannel('cpod https://platform.example app-board');
    for (const message of [
      null,
      'x',
      { type: 'ended', number: '9e99' },
      { type: 'session', session: { number: 9e15 } },
    ]) {
      channel.postMessage(message);
    }
    channel.close();
    expect((await secondTab()).session.state.status).toBe('signedIn');
    expect(await tab.session.accessToken()).toBe('access-1');
  });
});

describe('a sign-out with postLogoutRedirectUri', () => {
  it('also ends the session at the platform, with the ID token as a hint', async () => {
    tab.options = { postLogoutRedirectUri: `${ORIGIN}/bye` };
    await tab.signIn();
    await tab.session.signOut();
    const { origin, pathname, searchParams } = new URL(tab.visited.at(-1) ?? '');
    expect(`${origin}${pathname}`).toBe('https://platform.example/v1/oauth/logout');
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: 'app-board',
      post_logout_redirect_uri: `${ORIGIN}/bye`,
      id_token_hint: expect.stringMatching(/^e30\./) as string,
    });
    await tab.load(`${ORIGIN}/bye`);
    expect([tab.session.state.status, tab.visited.length]).toEqual(['signedOut', 2]);
  });

  it('also ends the session at the platform if this page has none', async () => {
    tab.options = { postLogoutRedirectUri: `${ORIGIN}/bye` };
    await tab.load(`${ORIGIN}/`);
    await tab.session.signOut();
    const { pathname, searchParams } = new URL(tab.visited.at(-1) ?? '');
    expect(pathname).toBe('/v1/oauth/logout');
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: 'app-board',
      post_logout_redirect_uri: `${ORIGIN}/bye`,
    });
    expect([tab.session.state.status, platform.count('/v1/oauth/revoke')]).toEqual(['signedOut', 0]);
  });

  it('stays on the page without the option', async () => {
    await tab.load(`${ORIGIN}/`);
    await tab.session.signOut();
    expect([tab.session.state.status, tab.visited]).toEqual(['signedOut', []]);
  });
});
