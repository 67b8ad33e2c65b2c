import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Bootstrapped, bootstrap, NOTHING } from '../../src/roles/bootstrap';
import { localForwarder } from '../../src/roles/http/control-plane-forwarder';
import { openBackend, type TestBackend } from '../support/backend';
import { accessibilityFaults, findChromium, launchChromium } from '../support/chromium';
import { openControlPlane } from '../support/control-plane';
import { freePorts } from '../support/free-ports';
import { openAllCore, type TestCore } from '../support/test-core';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { claimsOf } from '../support/two-tenants';

const executable = findChromium();

/** Faults of Scalar itself: text fields with the role of a combobox, and the unnamed arrow of the list of scopes. */
const KNOWN_FAULTS =
  /^critical (aria-required-attr|button-name): .*(code-input-lite__editor|headlessui-disclosure-button)/;

(executable === null ? describe.skip : describe)('the API reference in a browser', () => {
  let database: TestDatabase;
  let core: TestCore;
  let controlPlane: Awaited<ReturnType<typeof openControlPlane>>;
  let backend: TestBackend;
  let browser: Browser;
  let baseUrl: string;
  let created: Bootstrapped = NOTHING;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    baseUrl = `http://127.0.0.1:${port}`;
    database = await createTestDatabase();
    core = await openAllCore(database, { ISSUER_URL: baseUrl, LIMIT_PER_ADDRESS: '0' });
    await core.context.init();
    created = await bootstrap(core.context, core.settings.bootstrap);
    controlPlane = await openControlPlane(core);
    backend = await openBackend(core, localForwarder(controlPlane.listener), port);
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await backend?.close();
    await controlPlane?.close();
    await core?.close();
    await database?.drop();
  });

  afterEach(async () => {
    await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
  });

  /** Opens the reference of a surface. Collects errors, violations of the content security policy, and requests to other hosts. */
  async function open(url: string, options: BrowserContextOptions = {}): Promise<{ page: Page; faults: string[] }> {
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1_280, height: 900 }, ...options });
    const faults: string[] = [];
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(message.text());
    });
    context.on('weberror', (event) => faults.push(event.error().message));
    context.on('request', (request) => {
      const isOwn = request.url().startsWith(`${url}/`) || /^(data|blob):/.test(request.url());
      if (!isOwn) faults.push(`requests ${request.url()}`);
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(`${url}/docs/api`);
    if (options.javaScriptEnabled !== false) await authorizeButton(page).waitFor();
    return { page, faults };
  }

  const authorizeButton = (page: Page) => page.getByRole('button', { name: 'Authorize', exact: true }).first();

  async function signIn(page: Page): Promise<void> {
    const opened = page.waitForEvent('popup');
    await authorizeButton(page).click();
    const popup = await opened;
    await popup.locator('#email').fill(created.owner?.email ?? '');
    await popup.locator('#password').fill(created.owner?.password ?? '');
    await Promise.all([popup.waitForEvent('close'), popup.locator('form button').click()]);
    await page.getByRole('button', { name: 'Clear tokens' }).first().waitFor();
  }

  async function openOperation(page: Page, name: string): Promise<void> {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /search/i }).fill(name);
    await page.getByRole('option', { name }).first().click();
    await page.getByRole('heading', { name, exact: true }).first().waitFor();
  }

  it('finds an operation, signs in, and sends a request as the signed-in user', async () => {
    const { page, faults } = await open(baseUrl);
    await signIn(page);
    await openOperation(page, 'List projects');
    await page.getByRole('button', { name: /^Test Request.*\(get \/v1\/projects\)$/i }).click();
    const answered = page.waitForResponse((response) => response.url().startsWith(`${baseUrl}/v1/projects`));
    await page.getByRole('button', { name: /^Send get request/i }).click();
    const response = await answered;
    expect(response.status()).toBe(200);
    await page.getByText('200 OK').first().waitFor();
    const [, token = ''] = (await response.request().headerValue('authorization'))?.split('Bearer ') ?? [];
    expect(claimsOf(token)).toMatchObject({ app_id: 'app-reference', sub: expect.stringMatching(/^usr-/) });
    // A token does not outlive the page.
    const stored = await page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
    expect(stored).not.toContain(token);
    expect(faults).toEqual([]);
  });

  it('gets a token with client credentials, and offers to paste one', async () => {
    const { page, faults } = await open(baseUrl);
    await page.getByRole('button', { name: 'clientCredentials' }).first().click();
    await page
      .getByLabel('Client ID')
      .first()
      .fill(created.client?.clientId ?? '');
    await page
      .getByLabel('Client Secret')
      .first()
      .fill(created.client?.clientSecret ?? '');
    const answered = page.waitForResponse(`${baseUrl}/v1/oauth/token`);
    await authorizeButton(page).click();
    expect((await answered).status()).toBe(200);
    await page.getByRole('button', { name: 'Clear tokens' }).first().waitFor();
    await page
      .getByRole('button', { name: /Selected Auth Type: oauth/ })
      .first()
      .click();
    await page.getByRole('option', { name: 'bearer' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('shows each request for curl, fetch and Python', async () => {
    const { page } = await open(baseUrl);
    const tabs = page.getByRole('tab');
    expect(await tabs.allInnerTexts()).toEqual(['Shell', 'JavaScript', 'Python']);
    await openOperation(page, 'List projects');
    for (const [tab, code] of [
      ['Shell', 'curl '],
      ['JavaScript', 'fetch('],
      ['Python', 'requests.get('],
    ] as const) {
      await tabs.filter({ hasText: tab }).click();
      await page.locator('pre', { hasText: '/v1/projects' }).filter({ hasText: code }).first().waitFor();
    }
  });

  it.each(['light', 'dark'] as const)(
    'follows the color scheme %s, without accessibility faults',
    async (colorScheme) => {
      const { page, faults } = await open(baseUrl, { colorScheme });
      await page.locator(`body.${colorScheme}-mode`).waitFor();
      expect((await accessibilityFaults(page)).filter((fault) => !KNOWN_FAULTS.test(fault))).toEqual([]);
      expect(faults).toEqual([]);
    },
  );

  it('links to the OpenAPI document without JavaScript', async () => {
    const { page } = await open(baseUrl, { javaScriptEnabled: false });
    const link = page.getByRole('link', { name: 'the OpenAPI document' });
    expect(new URL((await link.getAttribute('href')) ?? '', page.url()).href).toBe(`${baseUrl}/openapi.json`);
  });

  it('describes the control plane on its own surface', async () => {
    const { page, faults } = await open(controlPlane.url);
    await page.getByRole('heading', { name: 'CoreSDK control plane' }).waitFor();
    expect(faults).toEqual([]);
  });
});
