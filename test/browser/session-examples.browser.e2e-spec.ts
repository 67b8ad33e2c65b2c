import type { Browser, BrowserContext, Page } from 'playwright-core';
import { findChromium, launchChromium } from '../support/chromium';
import type { SessionExample } from '../support/session-example';
import { type ExampleWorld, startExample } from '../support/session-example.suite';
import { startExampleWorld } from '../support/session-example-world';
import { expressExample, nestExample, nextExample } from '../support/started-examples';

const TABS = 8;
const executable = findChromium();

const EXAMPLES = [
  ['Express', expressExample],
  ['NestJS', nestExample],
  ['Next.js', nextExample],
] as const;

(executable === null ? describe.skip : describe)('sessions in a browser', () => {
  let world: ExampleWorld;
  let browser: Browser;

  beforeAll(async () => {
    world = await startExampleWorld();
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await world?.installation.remove();
  });

  describe.each(EXAMPLES)('of the example with %s', (name, open) => {
    let example: SessionExample;
    let context: BrowserContext;

    beforeAll(async () => {
      example = await startExample(world, await open());
      context = await browser.newContext({ locale: 'en-GB' });
    });

    afterAll(async () => {
      await context?.close();
      await example?.remove();
    });

    async function signIn(page: Page): Promise<void> {
      await page.goto(`${example.origin}/projects`);
      await page.locator('#email').fill(world.owner.email);
      await page.locator('#password').fill(world.owner.password);
      await page.locator('form button').click();
      await page.waitForURL(`${example.origin}/projects`);
    }

    it('last from the sign-in to the sign-out, and through an expiry in many tabs', async () => {
      const page = await context.newPage();
      await signIn(page);
      const key = name.replace('.', '').slice(0, 4).toUpperCase();
      await page.getByPlaceholder('Key').fill(key);
      await page.getByPlaceholder('Name').fill(`Made with ${name}`);
      await page.getByRole('button', { name: 'Create' }).click();
      await page.getByText(`Made with ${name}`).waitFor();

      await context.addCookies(await example.expiredCookies(await context.cookies(example.origin)));
      const tabs = await Promise.all(Array.from({ length: TABS }, () => context.newPage()));
      // Browsers send cookies to every port of a host, so the tabs reach both processes with the same session.
      await Promise.all(tabs.map((tab, at) => tab.goto(`${example.homes[at % 2]}/projects`)));
      for (const tab of tabs) await tab.getByText(`Made with ${name}`).waitFor();
      await Promise.all(tabs.map((tab) => tab.close()));

      await page.goto(example.origin);
      await page.getByText(world.owner.email).waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL(`${example.origin}/`);
      await page.getByRole('link', { name: 'Sign in' }).waitFor();
      expect((await context.cookies(example.origin)).filter((one) => one.name.startsWith('cpod-'))).toEqual([]);
    });
  });
});
