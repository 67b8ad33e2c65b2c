import { createServer, type Server } from 'node:http';
import * as client from 'openid-client';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { AppWithSecret } from '../../src/modules/apps/contract/apps.types';
import type { Grant } from '../../src/modules/oauth/contract/grants.port';
import { accessibilityFaults, findChromium, launchChromium, openPage } from '../support/chromium';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';
import { Installation } from '../support/installation';

const OWNER = { email: 'owner@example.com', password: 'a password of the browser tests' };
const SCOPE = 'openid email offline_access projects.read';

const executable = findChromium();
if (executable === null) {
  console.warn('No Chromium: the browser tests are skipped. Install it: apt-get install chromium (or brew, dnf).');
}

/** The app that people sign in to: an openid-client client, and a server for the redirect. */
interface App {
  readonly registered: AppWithSecret;
  readonly config: client.Configuration;
  readonly redirectUri: string;
  /** The URLs to which browsers were redirected, newest last. */
  readonly visits: readonly URL[];
  readonly posts: readonly URLSearchParams[];
  readonly close: () => void;
}

(executable === null ? describe.skip : describe)('signing in with a browser', () => {
  let installation: Installation;
  let browser: Browser;
  let app: App;

  beforeAll(async () => {
    installation = await Installation.start({
      layout: 'all',
      environment: { BOOTSTRAP_ADMIN_EMAIL: OWNER.email, BOOTSTRAP_ADMIN_PASSWORD: OWNER.password },
    });
    app = await openApp(installation);
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    app?.close();
    await installation?.remove();
  });

  afterEach(async () => {
    await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
  });

  const open = (options: BrowserContextOptions = {}) => openPage(browser, options);

  async function signInAs(page: Page, password = OWNER.password): Promise<void> {
    await page.locator('#email').fill(OWNER.email);
    await page.locator('#password').fill(password);
    await page.locator('form button').click();
  }

  const backAtApp = (page: Page): Promise<void> => page.waitForURL((url) => url.href.startsWith(app.redirectUri));

  it('leads from sign-in and consent to a token, which works until the grant is revoked', async () => {
    const { page, blocked } = await open();
    const request = await authorizationRequest(app);
    await page.goto(request.url.href);
    expect(await accessibilityFaults(page)).toEqual([]);
    await signInAs(page, 'not the password of anybody');
    await page.locator('[role=alert]').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await signInAs(page);
    await page.locator('button[value=allow]').waitFor();
    expect(await page.locator('main').innerText()).toContain(app.registered.name);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('button[value=allow]').click();
    await backAtApp(page);
    const tokens = await client.authorizationCodeGrant(app.config, new URL(page.url()), request.checks);
    const token = tokens.access_token;
    const claims = tokens.claims();
    const userinfo = await client.fetchUserInfo(app.config, token, claims?.sub ?? '');
    expect(userinfo.email).toBe(OWNER.email);
    expect((await installation.backend('/v1/projects', { token })).status).toBe(200);

    const grants = await installation.backend<{ items: Grant[] }>('/v1/oauth/me/grants', { token });
    const grant = grants.body.items.find(({ client_id }) => client_id === app.registered.client_id);
    expect(grant).toMatchObject({ client_name: app.registered.name, scopes: SCOPE.split(' ').sort() });
    const revoked = await installation.backend(`/v1/oauth/me/grants/${grant?.id}`, { token, method: 'DELETE' });
    expect(revoked.status).toBe(204);
    await eventually(async () => {
      expect((await installation.backend('/v1/projects', { token })).status).toBe(401);
    });
    expect(blocked).toEqual([]);
  });

  it('works with the keyboard only, in dark mode, on a narrow screen', async () => {
    const { page, blocked } = await open({ colorScheme: 'dark', viewport: { width: 320, height: 640 } });
    const request = await authorizationRequest(app, { prompt: 'consent' });
    await page.goto(request.url.href);
    // The email field gets the focus automatically after the layout.
    await page.locator('input[name=email]:focus').waitFor();
    await page.keyboard.type(OWNER.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(OWNER.password);
    await page.keyboard.press('Enter');
    await page.locator('button[value=allow]').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    for (let tabs = 0; tabs < 12 && !(await hasFocus(page, 'button[value=allow]')); tabs++) {
      await page.keyboard.press('Tab');
    }
    expect(await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await backAtApp(page);
    expect(new URL(page.url()).searchParams.get('code')).toMatch(/^ac_/);
    expect(blocked).toEqual([]);
  });

  it('works without JavaScript, including with form_post, and in German', async () => {
    const { page } = await open({ javaScriptEnabled: false, locale: 'de-DE' });
    const request = await authorizationRequest(app, { prompt: 'consent', response_mode: 'form_post' });
    await page.goto(request.url.href);
    expect(await page.locator('h1').innerText()).toBe('Anmelden');
    await signInAs(page);
    await page.locator('button', { hasText: 'Erlauben' }).click();
    await page.locator('button', { hasText: 'Weiter' }).click();
    await backAtApp(page);
    expect(app.posts.at(-1)?.get('code')).toMatch(/^ac_/);
    expect(app.posts.at(-1)?.get('state')).toBe(request.checks.expectedState);
  });

  it('submits the form_post response automatically when JavaScript is available', async () => {
    const { page, blocked } = await open();
    const request = await authorizationRequest(app, { prompt: 'consent', response_mode: 'form_post' });
    await page.goto(request.url.href);
    await signInAs(page);
    await page.locator('button[value=allow]').click();
    await backAtApp(page);
    expect(app.posts.at(-1)?.get('state')).toBe(request.checks.expectedState);
    expect(blocked).toEqual([]);
  });

  it('reports access_denied when the user refuses consent', async () => {
    const { page } = await open();
    const request = await authorizationRequest(app, { prompt: 'consent' });
    await page.goto(request.url.href);
    await signInAs(page);
    await page.locator('button[value=deny]').click();
    await backAtApp(page);
    expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied');
  });

  it('asks for the password again with prompt=login, and signs out at the user’s request', async () => {
    const { page, blocked } = await open();
    await page.goto((await authorizationRequest(app, { prompt: 'login consent' })).url.href);
    await signInAs(page);
    await page.locator('button[value=allow]').click();
    await backAtApp(page);
    await page.goto((await authorizationRequest(app, { prompt: 'login' })).url.href);
    expect(await page.locator('#password').count()).toBe(1);
    await page.goto(`${installation.backendUrl}/v1/oauth/logout`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('form button').click();
    await page.waitForURL(/signed-out/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.goto((await authorizationRequest(app)).url.href);
    expect(await page.locator('#password').count()).toBe(1);
    expect(blocked).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('has pages for errors and for a forgotten password (%s)', async (colorScheme) => {
    const { page, blocked } = await open({ colorScheme });
    const { url } = await authorizationRequest(app);
    await page.goto(url.href);
    await page.locator('a', { hasText: 'Forgot' }).click();
    await page.locator('#email').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('#email').fill('nobody@example.com');
    await page.locator('form button').click();
    await page.locator('h1', { hasText: 'Check your email' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.goto(`${installation.backendUrl}/oauth/password?token=old`);
    expect(await accessibilityFaults(page)).toEqual([]);
    url.searchParams.set('redirect_uri', 'https://evil.example/');
    await page.goto(url.href);
    expect(new URL(page.url()).origin).toBe(installation.backendUrl);
    await page.locator('summary').click();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(blocked).toEqual([]);
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('creates an account with a link from the mail (%s, %i px)', async (colorScheme, width) => {
    const token = await installation.adminToken();
    const json = { signUp: 'open', termsUrl: 'https://example.com/terms' };
    const rules = await installation.controlPlane('/api/v1/account-rules', { token, method: 'PUT', json });
    expect(rules.status).toBe(200);
    const { page, blocked } = await open({ colorScheme, viewport: { width, height: 800 } });
    const email = `new.${colorScheme}@example.com`;
    const fits = 'document.documentElement.scrollWidth <= innerWidth';
    const request = await authorizationRequest(app);
    await page.goto(request.url.href);
    await page.locator('a', { hasText: 'Create an account' }).click();
    await page.locator('h1', { hasText: 'Create your account' }).waitFor();
    expect([await accessibilityFaults(page), await page.evaluate<boolean>(fits)]).toEqual([[], true]);
    await page.locator('#email').fill(email);
    await page.locator('form button').click();
    await page.locator('h1', { hasText: 'Check your email' }).waitFor();

    const mailbox = (await open()).page;
    await eventually(async () => {
      await mailbox.goto(`${installation.controlPlaneUrl}/dev/mailbox`);
      expect(await mailbox.locator('body').innerText()).toContain(email);
    });
    const link = await mailbox.locator('a[href*="/oauth/sign-up?token="]').first().getAttribute('href');
    await page.goto(link ?? '');
    await page.locator('#name').fill('Ada Lovelace');
    expect([await accessibilityFaults(page), await page.evaluate<boolean>(fits)]).toEqual([[], true]);
    await page.locator('#password').fill('Short');
    await page.locator('#terms').check();
    await page.locator('form button').click();
    // The browser itself refuses a password that is too short.
    expect(await page.evaluate<boolean>('document.querySelector("#password").validity.tooShort')).toBe(true);
    await page.locator('#password').fill(OWNER.password);
    await page.locator('form button').click();
    await page.locator('h1', { hasText: 'Your account is ready' }).waitFor();

    await page.goto(request.url.href);
    await page.locator('#email').fill(email);
    await page.locator('#password').fill(OWNER.password);
    await page.locator('form button').first().click();
    await page.locator('button[value=allow]').click();
    await backAtApp(page);
    const tokens = await client.authorizationCodeGrant(app.config, new URL(page.url()), request.checks);
    const { email: own, email_verified: isVerified } = await client.fetchUserInfo(
      app.config,
      tokens.access_token,
      tokens.claims()?.sub ?? '',
    );
    expect([own, isVerified]).toEqual([email, true]);
    expect(blocked).toEqual([]);
  });

  it('signs in with the link from a mail, without a password', async () => {
    const token = await installation.adminToken();
    const json = { emailCodes: true };
    await installation.controlPlane('/api/v1/account-rules', { token, method: 'PUT', json });
    const { page, blocked } = await open();
    const request = await authorizationRequest(app, { prompt: 'consent' });
    await page.goto(request.url.href);
    await page.locator('#email').fill(OWNER.email);
    await page.locator('button', { hasText: 'Email me a code' }).click();
    await page.locator('h1', { hasText: 'Enter your code' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const other = (await open()).page;
    await eventually(async () => {
      await other.goto(`${installation.controlPlaneUrl}/dev/mailbox`);
      expect(await other.locator('body').innerText()).toContain('is your code for');
    });
    const link = await other.locator('a[href*="/oauth/sign-in/code?token="]').first().getAttribute('href');
    await other.goto(link ?? '');
    expect(await other.locator('main').innerText()).toContain('belongs to a different browser');
    // The link names the host of PUBLIC_URL; the browser has its cookies for the host at which it started.
    const { pathname, search } = new URL(link ?? '');
    await page.goto(installation.backendUrl + pathname + search);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('form button').click();
    await page.locator('button[value=allow]').click();
    await backAtApp(page);
    const tokens = await client.authorizationCodeGrant(app.config, new URL(page.url()), request.checks);
    expect(tokens.claims()?.['amr']).toEqual(['otp']);
    expect(blocked).toEqual([]);
  });

  it('cannot be framed by other sites', async () => {
    const { page } = await open();
    const { url } = await authorizationRequest(app);
    await page.goto(`${new URL(app.redirectUri).origin}/frame?${new URLSearchParams({ src: url.href }).toString()}`);
    const frame = page.frames().find((candidate) => candidate !== page.mainFrame());
    await expect(frame?.locator('#password').waitFor({ timeout: 1_500 })).rejects.toThrow();
  });
});

async function hasFocus(page: Page, selector: string): Promise<boolean> {
  return page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`);
}

/** Creates an authorization request with the library, and the checks for its response. */
async function authorizationRequest(
  { config, redirectUri }: App,
  more: Readonly<Record<string, string>> = {},
): Promise<{ url: URL; checks: { pkceCodeVerifier: string; expectedState: string; expectedNonce: string } }> {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: SCOPE,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...more,
  });
  return { url, checks };
}

async function openApp(installation: Installation): Promise<App> {
  const [port] = await freePorts(1);
  const origin = `http://127.0.0.1:${port}`;
  const redirectUri = `${origin}/callback`;
  const registered = await installation.register(await installation.adminToken(), {
    name: 'Harbor CRM',
    app_type: 'web',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [redirectUri],
    declared_scopes: SCOPE.split(' '),
    default_scopes: [],
  });
  const config = await client.discovery(
    new URL(installation.backendUrl),
    registered.client_id,
    undefined,
    client.ClientSecretBasic(registered.client_secret),
    { execute: [client.allowInsecureRequests] },
  );
  const visits: URL[] = [];
  const posts: URLSearchParams[] = [];
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', origin);
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      if (request.method === 'POST') posts.push(new URLSearchParams(body));
      else visits.push(url);
      const src = (url.searchParams.get('src') ?? '').replaceAll('&', '&amp;').replaceAll('"', '&quot;');
      const page = url.pathname === '/frame' ? `<iframe src="${src}"></iframe>` : '<p>Back in the app</p>';
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html><title>App</title>${page}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { registered, config, redirectUri, visits, posts, close };
}
