import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { COMMANDS } from '../../src/cli/commands';
import type { AddressedUser } from '../../src/modules/users/contract/users.types';
import { makeUser, PASSWORD } from '../support/accounts';
import { accessibilityFaults, findChromium, launchChromium } from '../support/chromium';
import { type CommandsWorld, openCommandsWorld } from '../support/commands-world';
import { freePorts } from '../support/free-ports';
import { type CommandRun, runCommand } from '../support/run-command';
import { startLogin } from '../support/start-login';

const executable = findChromium();

(executable === null ? describe.skip : describe)('signing in to the command line with a browser', () => {
  let world: CommandsWorld;
  let browser: Browser;
  let owner: AddressedUser;
  let config: string;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    world = await openCommandsWorld({ ISSUER_URL: `http://127.0.0.1:${port}`, LIMIT_PER_ADDRESS: '0' }, port);
    owner = await makeUser(world.core, world.tenant.id, { role: 'owner' });
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  beforeEach(() => {
    config = mkdtempSync(join(tmpdir(), 'coresdk-config-'));
    process.env['XDG_CONFIG_HOME'] = config;
  });

  afterEach(async () => {
    await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
    rmSync(config, { recursive: true });
  });

  const run = (name: string, ...args: readonly string[]): Promise<CommandRun> => {
    const command = COMMANDS.find((one) => one.name === name);
    if (!command) throw new Error(`There is no command ${name}.`);
    return runCommand(command, args);
  };

  /** Starts `login`, signs the owner in on the page, and presses a button of the consent page. */
  async function decide(
    decision: 'allow' | 'deny',
    colorScheme: 'light' | 'dark',
  ): Promise<{ page: Page; blocked: readonly string[] } & CommandRun> {
    const addresses = ['--url', world.surface.url, '--control-plane-url', world.controlPlane.url];
    const login = await startLogin([...addresses, '--tenant', world.tenant.slug, '--no-browser']);
    const context = await browser.newContext({ locale: 'en-GB', colorScheme, viewport: { width: 320, height: 640 } });
    const page = await context.newPage();
    const blocked: string[] = [];
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) blocked.push(message.text());
    });
    await page.goto(login.url.href);
    await page.locator('#email').fill(owner.email);
    await page.locator('#password').fill(PASSWORD);
    await page.locator('form button').click();
    await page.locator(`button[value=${decision}]`).waitFor();
    expect(await page.locator('main').innerText()).toContain('CoreSDK command line');
    await page.locator(`button[value=${decision}]`).click();
    await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/callback/);
    return { page, blocked, ...(await login.ended) };
  }

  it.each(['light', 'dark'] as const)('ends with a page and a person who is signed in (%s)', async (colorScheme) => {
    const { page, blocked, code, err } = await decide('allow', colorScheme);
    expect([code, err]).toEqual([0, expect.stringContaining('You are signed in.')]);
    expect(await page.locator('h1').innerText()).toBe('You are signed in');
    // The content security policy allows the styles, and nothing else.
    expect(await page.evaluate<string>('getComputedStyle(document.querySelector("h1")).fontWeight')).toBe('650');
    expect(blocked).toEqual([]);
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(await run('whoami', '--only', 'email')).toMatchObject({ code: 0, out: `${owner.email}\n` });
    expect((await run('users list', '--only', 'email')).out).toContain(owner.email);
  });

  it('has pages without accessibility faults', async () => {
    for (const decision of ['allow', 'deny'] as const) {
      const { page } = await decide(decision, 'light');
      // The page allows no scripts, so axe examines its content in an empty page.
      const content = await page.content();
      const copy = await (await browser.newContext()).newPage();
      await copy.setContent(content.replace(/<meta http-equiv[^>]*>/g, ''));
      expect(await accessibilityFaults(copy)).toEqual([]);
    }
  });

  it('ends with the reason when the person refuses', async () => {
    const { page, code, err } = await decide('deny', 'light');
    expect([code, err]).toEqual([1, expect.stringContaining('The sign-in was refused: The user denied the request.')]);
    expect(await page.locator('h1').innerText()).toBe('You are not signed in');
    expect(await page.locator('main').innerText()).toContain('The user denied the request.');
    expect((await run('whoami')).err).toMatch(/^Credentials are missing/);
  });
});
