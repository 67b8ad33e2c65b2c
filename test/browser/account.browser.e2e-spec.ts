import { Secret, TOTP } from 'otpauth';
import type { Browser, BrowserContext, BrowserContextOptions, CDPSession, Page } from 'playwright-core';
import { accessibilityFaults, findChromium, launchChromium, openPage } from '../support/chromium';
import { Installation } from '../support/installation';

const OWNER = { email: 'owner@example.com', password: 'a password of the browser tests' };

const executable = findChromium();
if (executable === null) {
  console.warn('No Chromium: the browser tests are skipped. Install it: apt-get install chromium (or brew, dnf).');
}

(executable === null ? describe.skip : describe)('the account page', () => {
  let installation: Installation;
  let browser: Browser;
  /** The key of the authenticator app that a test added, and the last step in which it was used. */
  let key = '';
  let recoveryCodes: string[] = [];

  beforeAll(async () => {
    installation = await Installation.start({
      layout: 'all',
      host: 'localhost',
      environment: { BOOTSTRAP_ADMIN_EMAIL: OWNER.email, BOOTSTRAP_ADMIN_PASSWORD: OWNER.password },
    });
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await installation?.remove();
  });

  afterEach(async () => {
    await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
  });

  const open = (options: BrowserContextOptions = {}) => openPage(browser, options);

  const accountUrl = (): string => `${installation.issuerUrl}/account`;
  const heading = (page: Page, text: string): Promise<void> => page.locator('h1', { hasText: text }).waitFor();

  async function enterPassword(page: Page): Promise<void> {
    await page.locator('#email').fill(OWNER.email);
    await page.locator('#password').fill(OWNER.password);
    await page.locator('#password').press('Enter');
  }

  async function enterCode(page: Page, code: string): Promise<void> {
    await page.locator('#code').fill(code);
    await page.locator('#code').press('Enter');
  }

  async function expectGoodPage(page: Page, blocked: readonly string[]): Promise<void> {
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(blocked).toEqual([]);
  }

  it('asks for sign-in, and shows the account', async () => {
    const { page, blocked } = await open();
    await page.goto(accountUrl());
    await enterPassword(page);
    await heading(page, 'Your account');
    expect(await page.locator('main').innerText()).toContain('Your password is the only way to sign in.');
    await expectGoodPage(page, blocked);
    await page.locator('#name').fill('Olivia Owner');
    await page.locator('#language').selectOption('de');
    await page.locator('button', { hasText: 'Save' }).first().click();
    await heading(page, 'Ihr Konto');
    expect(await page.locator('#name').inputValue()).toBe('Olivia Owner');
    await page.locator('#language').selectOption('');
    await page.locator('button', { hasText: 'Speichern' }).first().click();
    await page.locator('[role=status]').waitFor();
  });

  it('adds a passkey, with which the user then signs in without a password', async () => {
    const { page, blocked } = await open();
    const device = await virtualDevice(page.context(), page);
    await page.goto(accountUrl());
    await enterPassword(page);
    await page.locator('a', { hasText: 'Add a sign-in method' }).click();
    await expectGoodPage(page, blocked);
    await page.locator('button', { hasText: 'Create a passkey' }).click();
    await heading(page, 'Save your recovery codes');
    recoveryCodes = await page.locator('.codes code').allInnerTexts();
    expect(recoveryCodes).toHaveLength(10);
    await expectGoodPage(page, blocked);
    await page.locator('a.button').click();
    expect(await page.locator('.rows').first().innerText()).toContain('Passkey');
    await expectGoodPage(page, blocked);

    // The browser forgets the session, but not the device: it is also the second factor beside the password.
    await page.context().clearCookies();
    await confirmAtOnce(device, false);
    await page.goto(accountUrl());
    await expectGoodPage(page, blocked);
    await confirmAtOnce(device, true);
    await enterPassword(page);
    await page.locator('button', { hasText: 'Use a passkey' }).click();
    await heading(page, 'Your account');

    // The user confirms the passkey that the browser offers in the email field.
    await page.context().clearCookies();
    await page.goto(accountUrl());
    await heading(page, 'Your account');
  });

  it('asks for the second factor after the password, and accepts a recovery code once', async () => {
    const { page, blocked } = await open();
    await page.goto(accountUrl());
    await enterPassword(page);
    await heading(page, 'Confirm that it’s you');
    await expectGoodPage(page, blocked);
    await page.locator('summary').click();
    await expectGoodPage(page, blocked);
    const [code = ''] = recoveryCodes;
    await page.locator('#recovery').fill(code);
    await page.locator('#recovery').press('Enter');
    await heading(page, 'Your account');
    expect(await page.locator('main').innerText()).toContain('9 recovery codes are left.');
    const { page: again } = await open();
    await again.goto(accountUrl());
    await enterPassword(again);
    await again.locator('summary').click();
    await again.locator('#recovery').fill(code);
    await again.locator('#recovery').press('Enter');
    await again.locator('[role=alert]').first().waitFor();
    expect(await again.locator('h1').innerText()).toBe('Confirm that it’s you');
  });

  it('adds an authenticator app without JavaScript, on a narrow screen in the dark', async () => {
    const { page, blocked } = await open({ colorScheme: 'dark', viewport: { width: 390, height: 844 } });
    await page.goto(accountUrl());
    await enterPassword(page);
    await page.locator('summary').click();
    await page.locator('#recovery').fill(recoveryCodes[1] ?? '');
    await page.locator('#recovery').press('Enter');
    await expectGoodPage(page, blocked);
    await page.locator('a', { hasText: 'Add a sign-in method' }).click();
    await expectGoodPage(page, blocked);
    key = (await page.locator('.hint code').innerText()).replaceAll(' ', '');
    await enterCode(page, '000000');
    await page.locator('[role=alert]').first().waitFor();
    key = (await page.locator('.hint code').innerText()).replaceAll(' ', '');
    await enterCode(page, codeOf(key, 0));
    await page.locator('[role=status]').waitFor();
    await expectGoodPage(page, blocked);

    const { page: plain } = await open({ javaScriptEnabled: false });
    await plain.goto(accountUrl());
    await enterPassword(plain);
    await enterCode(plain, codeOf(key, 1));
    await heading(plain, 'Your account');
  });

  it('removes a method, but only soon after a sign-in', async () => {
    const { page } = await open();
    await page.goto(accountUrl());
    await enterPassword(page);
    await page.locator('summary').click();
    await page.locator('#recovery').fill(recoveryCodes[2] ?? '');
    await page.locator('#recovery').press('Enter');
    await page.locator('button', { hasText: 'Remove' }).first().click();
    await page.locator('[role=status]').waitFor();
    expect(await page.locator('button', { hasText: 'Remove' }).count()).toBe(1);
    await page.locator('button', { hasText: 'Sign out' }).last().click();
    await heading(page, 'Sign in');
    await page.goto(accountUrl());
    await heading(page, 'Sign in');
  });
});

/** Adds a device with a fingerprint reader that confirms each request at once. */
async function virtualDevice(context: BrowserContext, page: Page): Promise<CDPSession> {
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  devices.set(session, authenticatorId);
  return session;
}

const devices = new Map<CDPSession, string>();

/** Sets whether the user of a device confirms each request at once. */
async function confirmAtOnce(session: CDPSession, enabled: boolean): Promise<void> {
  const authenticatorId = devices.get(session) ?? '';
  await session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
}

function codeOf(key: string, steps: number): string {
  return TOTP.generate({ secret: Secret.fromBase32(key), timestamp: Date.now() + steps * 30_000 });
}
