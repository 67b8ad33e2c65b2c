import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { AppsPort } from '../../src/modules/apps/contract/apps.port';
import { newApp } from '../../src/modules/apps/contract/apps.types';
import { localForwarder } from '../../src/roles/http/control-plane-forwarder';
import { makeUser, PASSWORD } from '../support/accounts';
import { openBackend, type TestBackend } from '../support/backend';
import { findChromium, launchChromium } from '../support/chromium';
import { openControlPlane } from '../support/control-plane';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';
import { inTenant } from '../support/jobs-world';
import { ReactExample } from '../support/react-example';
import { openAllCore, type TestCore } from '../support/test-core';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { makeTenant, type TestTenant } from '../support/two-tenants';

const executable = findChromium();
const SCOPES = ['openid', 'profile', 'email', 'offline_access', 'projects.read', 'projects.write'];

(executable === null ? describe.skip : describe)('the React example', () => {
  let database: TestDatabase;
  let core: TestCore;
  let controlPlane: Awaited<ReturnType<typeof openControlPlane>>;
  let backend: TestBackend;
  let example: ReactExample;
  let browser: Browser;
  let context: BrowserContext;
  let tenant: TestTenant;
  let email: string;
  let clientId: string;
  /** The grant types of the requests to the token endpoint. */
  let grants: (string | null)[];
  /** The access tokens of the requests for projects. */
  let tokens: string[];

  beforeAll(async () => {
    const [port = 0, pagePort = 0] = await freePorts(2);
    const baseUrl = `http://127.0.0.1:${port}`;
    example = await ReactExample.install(pagePort);
    database = await createTestDatabase();
    core = await openAllCore(database, { ISSUER_URL: baseUrl });
    await core.context.init();
    controlPlane = await openControlPlane(core);
    backend = await openBackend(core, localForwarder(controlPlane.listener), port);
    tenant = await makeTenant(core, 'a');
    ({ email } = await makeUser(core, tenant.id, { role: 'admin' }));
    const registered = await core.context.get(AppsPort).register(
      inTenant(tenant.id),
      newApp.parse({
        name: 'Projects page',
        app_type: 'spa',
        redirect_uris: [`${example.origin}/`],
        post_logout_redirect_uris: [`${example.origin}/`],
        declared_scopes: SCOPES,
        first_party: true,
      }),
    );
    clientId = registered.client_id;
    await example.serve({ VITE_CPOD_BASE_URL: baseUrl, VITE_CPOD_CLIENT_ID: clientId });
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await example?.remove();
    await backend?.close();
    await controlPlane?.close();
    await core?.close();
    await database?.drop();
  });

  beforeEach(async () => {
    [grants, tokens] = [[], []];
    context = await browser.newContext({ locale: 'en-GB' });
    context.on('request', (request) => {
      if (request.method() === 'GET' && request.url().includes('/v1/projects')) {
        tokens.push(request.headers()['authorization']?.replace('Bearer ', '') ?? '');
      }
      if (request.method() !== 'POST' || !request.url().endsWith('/v1/oauth/token')) return;
      grants.push(new URLSearchParams(request.postData() ?? '').get('grant_type'));
    });
  });

  afterEach(() => context?.close());

  const signedInText = (page: Page) => page.getByText('Signed in as');
  const button = (page: Page, name: string) => page.getByRole('button', { name });

  async function openTab(): Promise<Page> {
    const page = await context.newPage();
    await page.goto(example.origin);
    return page;
  }

  async function signIn(): Promise<Page> {
    const page = await openTab();
    await enterPassword(page);
    await signedInText(page).waitFor();
    return page;
  }

  async function enterPassword(page: Page): Promise<void> {
    await button(page, 'Sign in').click();
    await page.locator('#email').fill(email);
    await page.locator('#password').fill(PASSWORD);
    await page.locator('form button').click();
  }

  it('has at most 200 lines, and builds', () => {
    const folder = path.resolve(__dirname, '../../docs/examples/react/src');
    const lines = readdirSync(folder).flatMap((file) => readFileSync(path.join(folder, file), 'utf8').split('\n'));
    expect(lines.length).toBeLessThanOrEqual(200);
    expect(example.build()).toContain('built in');
  });

  it('signs in with one exchange in StrictMode, and creates a project', async () => {
    const page = await signIn();
    expect(grants).toEqual(['authorization_code']);
    expect(page.url()).toBe(`${example.origin}/`);
    await page.getByLabel('Name').fill('Moon base');
    await button(page, 'Create').click();
    await page.getByRole('listitem').filter({ hasText: 'Moon base' }).waitFor();
  });

  it('stays signed in after a reload, without a page', async () => {
    const page = await signIn();
    const shown: string[] = [];
    page.on('framenavigated', (frame) => shown.push(new URL(frame.url()).pathname));
    await page.reload();
    await signedInText(page).waitFor();
    expect(shown.filter((pathname) => pathname !== '/')).toEqual([]);
    expect(grants).toEqual(['authorization_code', 'authorization_code']);
  });

  it('is signed in at once in a second tab', async () => {
    await signIn();
    const second = await openTab();
    await signedInText(second).waitFor();
    expect(grants).toEqual(['authorization_code']);
  });

  it('renews a revoked token once for two tabs', async () => {
    const tabs = [await signIn(), await openTab()];
    await signedInText(tabs[1] as Page).waitFor();
    const [revoked = ''] = tokens;
    const form = new URLSearchParams({ client_id: clientId, token: revoked });
    expect((await fetch(`${backend.url}/v1/oauth/revoke`, { method: 'POST', body: form })).status).toBe(200);
    // The revocation arrives over the change feed.
    await eventually(async () => {
      tokens = [];
      await Promise.all(tabs.map((tab) => button(tab, 'Reload').click()));
      expect([new Set(tokens).size, tokens.length >= 2, tokens.includes(revoked)]).toEqual([1, true, false]);
    });
    expect(grants).toEqual(['authorization_code', 'refresh_token']);
  });

  it('explains an origin that the app does not list', async () => {
    const apps = core.context.get(AppsPort);
    const list = (origin: string) => apps.update(inTenant(tenant.id), clientId, { allowed_origins: [origin] });
    await list('https://other.example.com');
    try {
      const page = await openTab();
      await enterPassword(page);
      await page.getByText(`add this origin to "allowed_origins" of the app: ${example.origin}`).waitFor();
    } finally {
      await list(example.origin);
    }
  });

  it('signs out in both tabs, and ends the session at the platform', async () => {
    const first = await signIn();
    const second = await openTab();
    await signedInText(second).waitFor();
    await button(first, 'Sign out').click();
    await button(second, 'Sign in').waitFor();
    await button(first, 'Sign in').waitFor();
    // The platform ends its session, too, so the next sign-in asks for the password.
    const third = await openTab();
    await button(third, 'Sign in').click();
    await third.locator('#password').waitFor();
  });

  it('keeps tokens out of all storage', async () => {
    const page = await signIn();
    const stored = await page.evaluate<string>(`(async () => JSON.stringify([
      { ...localStorage }, { ...sessionStorage }, document.cookie, await indexedDB.databases(), await caches.keys(), location.href,
    ]))()`);
    expect(JSON.parse(stored)).toEqual([
      { [`cpod ${backend.url} ${clientId} has-signed-in`]: 'true' },
      {},
      '',
      [],
      [],
      `${example.origin}/`,
    ]);
  });
});
