import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { configurationSchema } from '../../src/cli/configuration/document/schema';
import { accessibilityFaults, findChromium, launchChromium } from '../support/chromium';
import { call } from '../support/http-client';
import { Installation } from '../support/installation';

const executable = findChromium();
const isBuilt = existsSync(path.resolve(__dirname, '../../dist/docs/index.html'));
if (!isBuilt) console.warn('No documentation: its browser tests are skipped. Build it: npm run build.');

(executable === null || !isBuilt ? describe.skip : describe)('the documentation in a browser', () => {
  let installation: Installation;
  let browser: Browser;
  let page: Page;
  /** Console messages, including those of the Content Security Policy, and requests to other hosts. */
  let faults: string[];

  beforeAll(async () => {
    installation = await Installation.start({ layout: 'all' });
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await installation?.remove();
  });

  beforeEach(async () => {
    const context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
    page = await context.newPage();
    faults = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('request', (request) => {
      const isOwn = request.url().startsWith(installation.backendUrl) || request.url().startsWith('data:');
      if (!isOwn) faults.push(`requests ${request.url()}`);
    });
  });

  afterEach(() => page.context().close());

  it('shows its home page at /docs', async () => {
    await page.goto(`${installation.backendUrl}/docs`, { waitUntil: 'networkidle' });
    expect(new URL(page.url()).pathname).toBe('/docs/');
    expect(await page.title()).toContain('CoreSDK Platform');
    expect(await page.locator('.VPFeature').count()).toBe(6);
    expect(faults).toEqual([]);
  });

  it('is available as text for language models', async () => {
    const textOf = async (file: string): Promise<string> => {
      const { status, headers, text } = await call(`${installation.backendUrl}/docs/${file}`);
      expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
      return text;
    };
    const list = await textOf('llms.txt');
    expect(list).toContain(
      '- [Write policies](/docs/guides/policies): This guide shows how to change what your tenant allows.',
    );
    for (const [, link = ''] of list.matchAll(/\]\((\S+)\)/g)) {
      expect([link, (await call(installation.backendUrl + link)).status]).toEqual([link, 200]);
    }
    expect(await textOf('llms-full.txt')).toContain('# Write a policy\n');
  });

  it('publishes the current JSON Schema of configuration files', async () => {
    const answer = await page.goto(`${installation.backendUrl}/docs/schemas/platform.schema.json`);
    expect([answer?.status(), answer?.headers()['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(await answer?.json()).toEqual(JSON.parse(JSON.stringify(configurationSchema())));
  });

  it('finds a reference page with its own search', async () => {
    await page.goto(`${installation.backendUrl}/docs/`, { waitUntil: 'networkidle' });
    await page.keyboard.press('Control+k');
    await page.locator('.VPLocalSearchBox input').fill('precondition_failed');
    await page.locator('.VPLocalSearchBox .result', { hasText: 'precondition_failed' }).first().click();
    await page.locator('h3#precondition-failed').waitFor();
    expect(new URL(page.url()).pathname).toBe('/docs/reference/errors');
    expect(faults).toEqual([]);
  });

  it('has a reference without accessibility faults', async () => {
    await page.goto(`${installation.backendUrl}/docs/reference/rest-backend/projects`, { waitUntil: 'networkidle' });
    expect(await page.locator('h2#createproject').innerText()).toContain('Create a project');
    // The search button shows its shortcut beside its name.
    const known = 'label-content-name-mismatch';
    expect((await accessibilityFaults(page)).filter((fault) => !fault.includes(known))).toEqual([]);
    // axe is a script from outside the page.
    expect(faults.filter((fault) => !fault.includes('axe'))).toEqual([]);
  });

  it('opens the interactive reference', async () => {
    await page.goto(`${installation.backendUrl}/docs/`, { waitUntil: 'networkidle' });
    await page.locator('.VPNavBarMenu').getByText('Try the API').click();
    await page.getByRole('heading', { name: 'CoreSDK backend' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/docs/api');
    expect(faults).toEqual([]);
  });

  it('reports that a page does not exist', async () => {
    const answer = await page.goto(`${installation.backendUrl}/docs/guides/none`, { waitUntil: 'networkidle' });
    expect(answer?.status()).toBe(404);
    expect(await page.locator('.NotFound').innerText()).toContain('404');
  });
});
