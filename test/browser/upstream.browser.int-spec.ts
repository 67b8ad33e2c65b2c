import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { makeUser, PASSWORD } from '../support/accounts';
import { accessibilityFaults, findChromium, launchChromium, openPage } from '../support/chromium';
import { type ConnectionsTenant, ConnectionsWorld } from '../support/connections-world';
import { openForgedUpstream } from '../support/forged-upstream';
import { freePorts } from '../support/free-ports';
import { openUpstream, type UpstreamProvider } from '../support/upstream-provider';

const APPLE = 'https://apple.example';

const executable = findChromium();
if (executable === null) {
  console.warn('No Chromium: the browser tests are skipped. Install it: apt-get install chromium (or brew, dnf).');
}

(executable === null ? describe.skip : describe)('signing in at an identity provider with a browser', () => {
  let world: ConnectionsWorld;
  let tenant: ConnectionsTenant;
  let upstream: UpstreamProvider;
  let browser: Browser;
  let origin: string;
  let app: Server;
  let appUrl: string;

  beforeAll(async () => {
    const [port, appPort] = await freePorts(2);
    appUrl = `http://127.0.0.1:${appPort}/cb`;
    origin = `http://127.0.0.1:${port}`;
    world = await ConnectionsWorld.open({ ISSUER_URL: origin }, port);
    app = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>App</title>');
    });
    await new Promise<void>((resolve) => app.listen(appPort, '127.0.0.1', resolve));
    tenant = await world.tenant('nordwind', appUrl);
    upstream = await openUpstream(`${origin}/oauth/connections/callback`, false);
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    app?.closeAllConnections();
    app?.close();
    await upstream?.close();
    await world?.close();
  });

  const open = (options: BrowserContextOptions = {}) => openPage(browser, options);

  const toAuthorize = (page: Page): Promise<unknown> => page.goto(`${origin}${tenant.authorizePath()}`);
  const backAtApp = (page: Page): Promise<void> => page.waitForURL((url) => url.href.startsWith(`${appUrl}?code=`));
  const isNarrowEnough = (page: Page): Promise<boolean> =>
    page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth');

  it.each([
    ['light', 1280],
    ['dark', 320],
  ] as const)('links an account, and then needs no password (%s, %d pixels)', async (colorScheme, width) => {
    const { issuer, clientId, clientSecret } = upstream;
    const { id } = await tenant.connect({ name: 'Nordwind Workforce', issuer, clientId, clientSecret });
    const account = await makeUser(world.core, tenant.id);
    upstream.personIs({ sub: account.id, email: account.email, email_verified: true, name: 'Ada Petersen' });
    const options = { colorScheme, viewport: { width, height: 800 } };
    const { page, context, blocked } = await open(options);
    await toAuthorize(page);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await isNarrowEnough(page)).toBe(true);
    await page.locator(`#${id}`).click();
    await page.locator('button', { hasText: 'at the company' }).click();
    await page.locator('h1', { hasText: 'Is this your account?' }).waitFor();
    expect(await page.locator('.account').innerText()).toContain(account.email);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await isNarrowEnough(page)).toBe(true);
    await page.locator('#password').fill('not the password');
    await page.locator('form button').click();
    await page.locator('[role=alert]').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('#password').fill(PASSWORD);
    await page.locator('form button').click();
    await backAtApp(page);
    await context.close();

    const again = await open(options);
    await toAuthorize(again.page);
    await again.page.locator(`#${id}`).click();
    await again.page.locator('button', { hasText: 'at the company' }).click();
    await backAtApp(again.page);
    await again.context.close();
    expect([...blocked, ...again.blocked]).toEqual([]);
  });

  it('finds the provider by the address, without a password', async () => {
    const { issuer, clientId, clientSecret } = upstream;
    const { id } = await tenant.connect({ issuer, clientId, clientSecret, provisioning: 'verified_domains' });
    await tenant.verifyDomain(id, 'nordwind.example');
    upstream.personIs({ sub: 'grace', email: 'grace@nordwind.example', email_verified: true, name: 'Grace' });
    const { page, context, blocked } = await open();
    await toAuthorize(page);
    await page.locator('#email').fill('grace@nordwind.example');
    await page.locator('button[value=home]').click();
    await page.locator('button', { hasText: 'at the company' }).click();
    await backAtApp(page);
    expect(blocked).toEqual([]);
    await context.close();
  });

  it('shows a page for a sign-in that is not valid any more', async () => {
    const { page, context } = await open({ colorScheme: 'dark' });
    await page.goto(`${origin}/oauth/connections/callback?code=x&state=x`);
    await page.locator('summary').click();
    expect(await accessibilityFaults(page)).toEqual([]);
    await context.close();
  });

  it.each([true, false])(
    'accepts the form of another site, as Apple sends it (JavaScript: %s)',
    async (javaScriptEnabled) => {
      const forged = await openForgedUpstream();
      forged.does.metadata = { authorization_endpoint: `${APPLE}/auth` };
      const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
      const { id } = await tenant.connect({
        name: 'Apple',
        preset: 'apple',
        issuer: forged.issuer,
        clientId: 'coresdk',
        clientSecret: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        apple: { teamId: 'TEAM123456', keyId: 'KEY1234567' },
        provisioning: 'all',
      });
      const { page, context, blocked } = await open({ javaScriptEnabled });
      await context.route(`${APPLE}/**`, (route) => {
        const asked = new URL(route.request().url()).searchParams;
        const email = `apple-${javaScriptEnabled}@example.com`;
        forged.does.claims = { nonce: asked.get('nonce') ?? '', sub: email, email, email_verified: 'true' };
        const fields = { code: 'code', state: asked.get('state') ?? '', iss: forged.issuer };
        const inputs = Object.entries(fields).map(
          ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
        );
        const form = `<form method="post" action="${asked.get('redirect_uri') ?? ''}">${inputs.join('')}<button>Go</button></form>`;
        return route.fulfill({ contentType: 'text/html', body: form });
      });
      await toAuthorize(page);
      await page.locator(`#${id}`).click();
      await page.locator('button', { hasText: 'Go' }).click();
      if (!javaScriptEnabled) await page.locator('button', { hasText: 'Continue' }).click();
      await backAtApp(page);
      expect(blocked).toEqual([]);
      await context.close();
      await forged.close();
    },
  );
});
