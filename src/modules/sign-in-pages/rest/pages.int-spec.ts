import { CookieBrowser, hiddenFields, type PageAnswer } from '../../../../test/support/browser-form';
import {
  BREACHED_PASSWORD,
  APP_URL,
  type FakeSignIn,
  LINK_TOKEN,
  openFakeSignIn,
  PASSWORD,
  TENANT,
  USER,
} from '../../../../test/support/fake-sign-in';

let pages: FakeSignIn;
let browser: CookieBrowser;

beforeEach(async () => {
  pages = await openFakeSignIn();
  browser = new CookieBrowser(pages.url);
});

afterEach(() => pages.close());

const authorizePath = (parameters: Readonly<Record<string, string>> = {}): string =>
  `/oauth/authorize?${new URLSearchParams({
    client_id: 'app-crm',
    redirect_uri: `${APP_URL}/callback`,
    state: 'xyz',
    ...parameters,
  }).toString()}`;

const credentials = { email: USER.email, password: PASSWORD };
const location = ({ headers }: PageAnswer): string => headers.get('location') ?? '';

async function signIn(path = authorizePath()): Promise<PageAnswer> {
  const page = await browser.get(path);
  return browser.post('/oauth/sign-in', { ...hiddenFields(page), ...credentials });
}

async function consentForm(path = authorizePath()): Promise<Record<string, string>> {
  return hiddenFields(await browser.get(location(await signIn(path))));
}

describe('the authorization flow', () => {
  it('leads through sign-in and consent back to the app', async () => {
    const first = await browser.get(authorizePath());
    expect([first.status, first.text]).toEqual([200, expect.stringContaining(TENANT.name)]);
    const signedIn = await browser.post('/oauth/sign-in', { ...hiddenFields(first), ...credentials });
    expect([signedIn.status, location(signedIn)]).toEqual([303, authorizePath()]);
    expect(pages.asked.signIns).toEqual([{ tenantId: TENANT.id, email: USER.email }]);
    const consent = await browser.get(location(signedIn));
    expect(consent.text).toContain('Read your contacts and the notes on them');
    expect(consent.text).toContain('crm.example.com');
    const fields = { ...hiddenFields(consent), decision: 'allow', remember: 'yes' };
    const allowed = await browser.post('/oauth/consent', fields);
    expect([allowed.status, location(allowed)]).toEqual([303, `${APP_URL}/callback?code=ac_1`]);
    expect(pages.asked.consents).toEqual([{ allow: true, remember: true, shown: 'shown-1' }]);
    expect(location(await browser.get(authorizePath()))).toBe(`${APP_URL}/callback?code=ac_1`);
  });

  it('treats any decision except "allow" as a refusal', async () => {
    const denied = await browser.post('/oauth/consent', await consentForm());
    expect(location(denied)).toBe(`${APP_URL}/callback?error=access_denied`);
    expect(pages.asked.consents).toEqual([{ allow: false, remember: false, shown: 'shown-1' }]);
  });

  it('responds to form_post with a form that works without its script', async () => {
    const fields = { ...(await consentForm(authorizePath({ response_mode: 'form_post' }))), decision: 'allow' };
    const page = await browser.post('/oauth/consent', fields);
    expect(hiddenFields(page)).toEqual({ code: 'ac_1', state: 'xyz' });
    expect(page.text).toContain(`action="${APP_URL}/callback"`);
    expect(page.headers.get('content-security-policy')).toContain(
      `script-src 'self'; form-action 'self' ${APP_URL}; frame-ancestors 'none'`,
    );
  });

  it('redirects a cross-site POST, which has no cookies, as a GET', async () => {
    const [path = '', query = ''] = authorizePath().split('?');
    const answer = await browser.post(path, Object.fromEntries(new URLSearchParams(query)), {
      origin: APP_URL,
      'sec-fetch-site': 'cross-site',
    });
    expect([answer.status, location(answer)]).toEqual([303, authorizePath()]);
  });

  it('requires sign-in with prompt=login, but only once', async () => {
    await signIn();
    pages.clock.nowMs += 60_000;
    const path = authorizePath({ prompt: 'login' });
    const page = await browser.get(path);
    expect(page.text).toContain('type="password"');
    pages.clock.nowMs += 5_000;
    const again = await browser.post('/oauth/sign-in', { ...hiddenFields(page), ...credentials });
    const consent = hiddenFields(await browser.get(location(again)));
    expect(location(await browser.post('/oauth/consent', { ...consent, decision: 'allow', remember: 'yes' }))).toBe(
      `${APP_URL}/callback?code=ac_1`,
    );
    pages.clock.nowMs += 5_000;
    expect((await browser.get(path)).text).toContain('type="password"');
  });
});

describe('signing in', () => {
  it('returns the same response for every error, and keeps the address but not the password', async () => {
    const fields = hiddenFields(await browser.get(authorizePath()));
    const wrong = await browser.post('/oauth/sign-in', { ...fields, ...credentials, password: 'wrong-password' });
    const unknown = await browser.post('/oauth/sign-in', { ...fields, email: 'no@nordwind.example', password: 'x' });
    expect([wrong.status, unknown.status]).toEqual([422, 422]);
    expect(wrong.text).toContain('role="alert"');
    expect(wrong.text).toContain(`value="${USER.email}"`);
    expect(wrong.text).not.toContain('wrong-password');
    expect(browser.cookies.has('coresdk-session')).toBe(false);
  });

  it('tells the user when to retry after too many attempts', async () => {
    pages.throttle(90);
    const answer = await signIn();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '90']);
    expect(answer.text).toContain('Try again in 2 minutes');
  });

  it('starts a new session, regardless of the cookie that was set (session fixation)', async () => {
    browser.plant('coresdk-session', 'planted-by-somebody-else');
    await signIn();
    const first = browser.cookies.get('coresdk-session');
    expect(first).toMatch(/^[\w-]{43}$/);
    const page = await browser.get(authorizePath({ prompt: 'login' }));
    await browser.post('/oauth/sign-in', { ...hiddenFields(page), ...credentials });
    expect(browser.cookies.get('coresdk-session')).not.toBe(first);
  });

  it('keeps a device cookie beyond the session, and uses it at the next sign-in', async () => {
    const [line] = (await signIn()).headers.getSetCookie().filter((cookie) => cookie.includes('device'));
    expect(line).toBe('coresdk-device=device-1; Path=/; HttpOnly; SameSite=Lax; Max-Age=15552000');
    const page = await browser.get(authorizePath({ prompt: 'login' }));
    await browser.post('/oauth/sign-in', { ...hiddenFields(page), ...credentials });
    expect(pages.asked.devices).toEqual(['', 'device-1']);
  });

  it('sets cookies that scripts and other sites cannot use', async () => {
    const [line] = (await signIn()).headers.getSetCookie().filter((cookie) => cookie.includes('session'));
    expect(line).toMatch(/^coresdk-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/);
  });

  it('binds its cookies to the host and to https if the issuer uses https', async () => {
    const secure = await openFakeSignIn({ https: true });
    const answer = await new CookieBrowser(secure.url).get(authorizePath());
    for (const line of answer.headers.getSetCookie()) {
      expect(line).toMatch(/^__Host-coresdk-\w+=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Secure/);
    }
    await secure.close();
  });
});

describe('forged forms', () => {
  const forged: readonly (readonly [string, (fields: Record<string, string>) => Record<string, string>])[] = [
    ['no token', ({ csrf: _, ...fields }) => fields],
    ['an empty token', (fields) => ({ ...fields, csrf: '' })],
    ['a made-up token', (fields) => ({ ...fields, csrf: `${Date.now().toString(36)}.${'A'.repeat(43)}` })],
    ['scopes that were not shown', (fields) => ({ ...fields, shown: 'shown-2' })],
    ['a form without the shown access', ({ shown: _, ...fields }) => fields],
    ['parameters that were not shown', (fields) => ({ ...fields, request: `${fields['request']}&scope=admin` })],
  ];

  it.each(forged)('have no effect with %s', async (_name, change) => {
    const fields = change({ ...(await consentForm()), decision: 'allow' });
    const answer = await browser.post('/oauth/consent', fields);
    expect([answer.status, answer.headers.get('location')]).toEqual([403, null]);
    expect(answer.text).toContain('Nothing was changed.');
    expect(pages.asked.consents).toEqual([]);
  });

  it('have no effect with a token from a different browser, session or form', async () => {
    const fields = { ...(await consentForm()), decision: 'allow' };
    const other = new CookieBrowser(pages.url);
    const page = await other.get(authorizePath());
    expect((await other.post('/oauth/consent', fields)).status).toBe(403);
    expect((await other.post('/oauth/consent', { ...hiddenFields(page), decision: 'allow' })).status).toBe(403);
    const again = await browser.get(authorizePath({ prompt: 'login' }));
    await browser.post('/oauth/sign-in', { ...hiddenFields(again), ...credentials });
    expect((await browser.post('/oauth/consent', fields)).status).toBe(403);
    expect(pages.asked.consents).toEqual([]);
  });

  it.each([
    ['Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour’s Sec-Fetch-Site', { 'sec-fetch-site': 'same-site' }],
    ['Origin', { origin: 'https://evil.example' }],
    ['a hidden Origin', { origin: 'null', 'sec-fetch-site': 'none' }],
  ])('have no effect when %s reveals them', async (_name, headers) => {
    const fields = { ...(await consentForm()), decision: 'allow' };
    expect((await browser.post('/oauth/consent', fields, headers)).status).toBe(403);
    expect(pages.asked.consents).toEqual([]);
  });

  it('cannot sign a user in', async () => {
    const answer = await browser.post('/oauth/sign-in', { request: 'client_id=app-crm', csrf: 'x', ...credentials });
    expect(answer.status).toBe(403);
    expect(pages.asked.signIns).toEqual([]);
  });

  it('have no effect after two hours', async () => {
    const fields = { ...(await consentForm()), decision: 'allow' };
    pages.clock.nowMs += 2 * 60 * 60 * 1000;
    expect((await browser.post('/oauth/consent', fields)).status).toBe(403);
  });
});

describe('signing out', () => {
  it('asks for confirmation, then ends the session and clears the cookie', async () => {
    await signIn();
    const page = await browser.get('/oauth/logout');
    expect(page.text).toContain('action="logout"');
    expect(pages.asked.ended).toEqual([]);
    const done = await browser.post('/oauth/logout', hiddenFields(page));
    expect([done.status, location(done)]).toEqual([303, '/oauth/signed-out']);
    expect(pages.asked.ended).toEqual(['ses-0']);
    expect(browser.cookies.has('coresdk-session')).toBe(false);
    expect((await browser.get('/oauth/signed-out')).text).toContain('You are signed out');
  });

  it('requires confirmation even for an app’s form', async () => {
    await signIn();
    const answer = await browser.post('/oauth/logout', { state: 's' }, { 'sec-fetch-site': 'cross-site' });
    expect([answer.status, location(answer)]).toEqual([303, 'logout?state=s']);
    expect((await browser.post('/oauth/logout', { csrf: 'x', request: '' })).status).toBe(403);
    expect(pages.asked.ended).toEqual([]);
  });
});

describe('passwords', () => {
  it('can be reset through a page that does not reveal which accounts exist', async () => {
    const query = new URLSearchParams({ request: authorizePath().split('?')[1] ?? '' }).toString();
    const page = await browser.get(`/oauth/password?${query}`, { 'accept-language': 'de' });
    const fields = { ...hiddenFields(page), email: 'who@nordwind.example' };
    const answer = await browser.post('/oauth/password', fields, { 'accept-language': 'de' });
    expect(answer.text).toContain('Wenn es ein Konto für who@nordwind.example gibt');
    expect(pages.asked.links).toEqual([{ email: 'who@nordwind.example', locale: 'de' }]);
  });

  it('can be set by following a link, if they are long enough and typed twice', async () => {
    const page = await browser.get(`/oauth/password?token=${LINK_TOKEN}`);
    const set = (password: string, again: string) =>
      browser.post('/oauth/password', { ...hiddenFields(page), password, again });
    expect([(await set('short', 'short')).status, (await set('long enough, but', 'not the same one')).status]).toEqual([
      422, 422,
    ]);
    expect(pages.asked.passwords).toEqual([]);
    expect((await set('quite long enough', 'quite long enough')).text).toContain('Your password is saved');
    expect(pages.asked.passwords).toEqual(['quite long enough']);
  });

  it('cannot be set if they are known from a data breach', async () => {
    const page = await browser.get(`/oauth/password?token=${LINK_TOKEN}`);
    const fields = { ...hiddenFields(page), password: BREACHED_PASSWORD, again: BREACHED_PASSWORD };
    const answer = await browser.post('/oauth/password', fields);
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('known from a data breach')]);
  });

  it('cannot be set through an expired link', async () => {
    expect((await browser.get('/oauth/password?token=old')).status).toBe(410);
  });
});

describe('every page', () => {
  it('cannot be framed or cached, or made to load or send other content', async () => {
    const { headers } = await browser.get(authorizePath());
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${APP_URL}; frame-ancestors 'none'; base-uri 'none'`,
    );
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('shows errors that must not be sent to the app, with advice', async () => {
    const answer = await browser.get(authorizePath({ redirect_uri: 'https://evil.example/' }));
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    expect(answer.text).toContain('To protect your account, we do not redirect you.');
    expect(answer.text).toContain('The redirect_uri is not registered.');
  });

  it('escapes external input as text', async () => {
    const answer = await browser.get(authorizePath({ login_hint: '"><script>alert(1)</script>' }));
    expect(answer.text).not.toContain('<script>alert');
    expect(answer.text).toContain('&quot;&gt;&lt;script&gt;');
  });

  it('uses the language that the app requests, then the browser’s language', async () => {
    const german = await browser.get(authorizePath(), { 'accept-language': 'fr, de-AT;q=0.8, en;q=0.5' });
    expect(german.headers.get('content-language')).toBe('de');
    expect(german.text).toContain('<html lang="de">');
    const english = await browser.get(authorizePath({ ui_locales: 'fr en' }), { 'accept-language': 'de' });
    expect(english.headers.get('content-language')).toBe('en');
  });

  it('rejects NUL and parameters that are too long for a browser', async () => {
    expect((await browser.get(authorizePath({ state: 'x'.repeat(9_000) }))).status).toBe(400);
    expect((await browser.get(authorizePath({ state: '\0' }))).status).toBe(400);
  });

  it('accepts only six hexadecimal digits as a color', async () => {
    const good = await browser.get('/oauth/pages.css?accent=ff8800');
    const bad = await browser.get('/oauth/pages.css?accent=red;}body{display:none');
    expect(good.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(bad.text).toBe((await browser.get('/oauth/pages.css')).text);
    expect(bad.text).not.toBe(good.text);
  });
});

describe('signing in to the console', () => {
  const page = (to: string): Promise<PageAnswer> =>
    browser.get(`/oauth/console?${new URLSearchParams({ to }).toString()}`);
  const TO = '/console/jobs?states=failed&cursor=a.b_c%3D';

  it('leads to the requested page, without an app', async () => {
    const shown = await page(TO);
    expect(shown.text).toContain('to continue to the console');
    const wrong = await browser.post('/oauth/console', {
      ...hiddenFields(shown),
      email: USER.email,
      password: 'wrong',
    });
    expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining('password is incorrect')]);
    const signedIn = await browser.post('/oauth/console', { ...hiddenFields(wrong), ...credentials });
    expect([signedIn.status, location(signedIn)]).toEqual([303, TO]);
    expect(browser.cookies.has('coresdk-session')).toBe(true);
    pages.throttle(90);
    const busy = await browser.post('/oauth/console', { ...hiddenFields(await page(TO)), ...credentials });
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '90']);
  });

  it.each([
    '',
    'https://evil.example/console/jobs',
    '//evil.example/console',
    '/console//evil.example',
    '/console/../v1/oauth/logout',
    '/console\\evil',
    '/consoles',
    '/console/jobs#x',
    '/v1/jobs',
  ])('does not lead to any other page: %s', async (to) => {
    expect((await page(to)).status).toBe(400);
    const fields = { ...hiddenFields(await page(TO)), to, ...credentials };
    expect([400, 403]).toContain((await browser.post('/oauth/console', fields)).status);
  });

  it('accepts only its own form, and only for the page for which it was shown', async () => {
    const fields = { ...hiddenFields(await page(TO)), ...credentials };
    expect((await browser.post('/oauth/console', { ...fields, to: '/console/other' })).status).toBe(403);
    expect((await new CookieBrowser(pages.url).post('/oauth/console', fields)).status).toBe(403);
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await browser.post('/oauth/console', fields, foreign)).status).toBe(403);
  });
});
