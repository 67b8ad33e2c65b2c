import {
  catchMail,
  makeUser,
  moveClock,
  newEmail,
  newOrigin,
  PASSWORD,
  recordedOf,
  tokenOf,
} from '../../../test/support/accounts';
import { CookieBrowser, hiddenFields, type PageAnswer } from '../../../test/support/browser-form';
import { eventually } from '../../../test/support/eventually';
import { authorizationParameters, makeApp, pkce } from '../../../test/support/people';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { Readiness } from '../../kernel/health/readiness';
import type { RestSurface } from '../../kernel/http/rest-surface';
import { newId } from '../../kernel/ids/ids';
import type { RegisteredApp } from '../../modules/apps/contract/apps.types';
import { AccountRulesPort } from '../../modules/users/contract/account-rules.port';
import { type AccountRules, DEFAULT_ACCOUNT_RULES } from '../../modules/users/contract/account-rules.types';
import { InvitationsPort } from '../../modules/users/contract/invitations.port';
import { PasswordGatePort } from '../../modules/users/contract/password-gate.port';
import { SignUpPort } from '../../modules/users/contract/sign-up.port';
import { UsersPort } from '../../modules/users/contract/users.port';
import { LinkMails } from '../../modules/users/mail/link-mails';
import type { Mail } from '../../modules/users/mail/mailer';
import { bootstrap } from '../bootstrap';
import { createControlPlaneSurface } from './control-plane.surface';

let database: TestDatabase;
let core: TestCore;
let surface: RestSurface;
let url: string;
let tenant: TestTenant;
let app: RegisteredApp;
let mails: Mail[];

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { ISSUER_URL: 'http://localhost:8000' });
  await bootstrap(core.context, core.settings.bootstrap);
  const serviceToken = core.settings.role.CONTROL_PLANE_TOKEN;
  if (serviceToken === null) throw new Error('The test core has no service token.');
  surface = await createControlPlaneSurface(core.context, {
    readiness: new Readiness(),
    logger: core.logger,
    serviceToken,
    trustedProxies: new Set(['127.0.0.1']),
  });
  await surface.app.listen(0, '127.0.0.1');
  url = await surface.app.getUrl();
  tenant = await makeTenant(core, 'a');
  app = await makeApp(core, tenant.id);
  mails = catchMail(core);
});

afterEach(async () => {
  moveClock(core, 0);
  await setRules({});
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

const context = () => systemContext(newId('req'), tenant.id);
const setRules = (rules: Partial<AccountRules>) =>
  core.context.get(AccountRulesPort).set(context(), { ...DEFAULT_ACCOUNT_RULES, ...rules }, null);
const find = (email: string) => core.context.get(UsersPort).findByEmail(tenant.id, email);
const drain = () => core.context.get(LinkMails, { strict: false }).drain();

function authorizePath(changes: Readonly<Record<string, string>> = {}): string {
  const parameters = authorizationParameters(app.client_id, pkce().challenge, changes);
  return `/oauth/authorize?${new URLSearchParams(parameters).toString()}`;
}

/** Requests a link on the sign-up page. @returns the response, and the mails sent for it. */
async function request(browser: CookieBrowser, email: string): Promise<{ answer: PageAnswer; sent: readonly Mail[] }> {
  const before = mails.length;
  const page = await browser.get(authorizePath({ prompt: 'create' }));
  const answer = await browser.post('/oauth/sign-up', { ...hiddenFields(page), email });
  await drain();
  return { answer, sent: mails.slice(before) };
}

/** Opens the link of a new request. @returns the page, and a function that sends its form. */
async function openLink(email = newEmail('new')) {
  const browser = new CookieBrowser(url);
  const { sent } = await request(browser, email);
  const path = `/oauth/sign-up?token=${tokenOf(sent[0])}`;
  const page = await browser.get(path);
  const send = (changes: Readonly<Record<string, string>> = {}) =>
    browser.post('/oauth/sign-up', { ...hiddenFields(page), name: 'Ada Lovelace', password: PASSWORD, ...changes });
  return { browser, email, path, page, send };
}

describe('a person without an account', () => {
  it('creates one with a verified address, and signs in to the app with it', async () => {
    await setRules({ signUp: 'open', termsUrl: 'https://example.com/terms' });
    const email = newEmail('new');
    const browser = new CookieBrowser(url);
    const path = authorizePath({ prompt: 'create' });
    const page = await browser.get(path);
    expect(page.text).toContain('Create your account');
    const answer = await browser.post('/oauth/sign-up', { ...hiddenFields(page), email });
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('Check your email')]);
    await drain();
    const mail = mails.at(-1);
    expect([mail?.to, mail?.subject]).toEqual([email, expect.stringMatching(/^Create your account at /)]);
    expect(await find(email)).toBeNull();

    const form = await browser.get(`/oauth/sign-up?token=${tokenOf(mail)}`);
    expect(form.text).toContain('href="https://example.com/terms"');
    const entered = { ...hiddenFields(form), name: 'Ada Lovelace', password: PASSWORD, terms: 'yes' };
    expect((await browser.post('/oauth/sign-up', entered)).text).toContain('Your account is ready');
    expect(await find(email)).toMatchObject({
      ...{ email, emailVerified: true, displayName: 'Ada Lovelace', role: 'viewer', status: 'active', locale: 'en' },
    });
    const sql = `SELECT metadata FROM audit.events WHERE action = 'user.sign_up' AND tenant_id = $1`;
    await eventually(async () =>
      expect(await queryAs(database.adminUrl, sql, [tenant.id])).toMatchObject([
        { metadata: { role: 'viewer', terms: 'https://example.com/terms' } },
      ]),
    );

    // The request of the app is still open: it continues at its sign-in page.
    const signIn = await browser.get(/href="(\/oauth\/sign-in\?[^"]+)"/.exec(page.text)?.[1] ?? '');
    const signedIn = await browser.post('/oauth/sign-in', { ...hiddenFields(signIn), email, password: PASSWORD });
    const consent = await browser.get(signedIn.headers.get('location') ?? '');
    expect(consent.text).toContain('Ada Lovelace');
  });

  it('finds the way from the sign-in page, unless the tenant only invites people', async () => {
    const link = 'Create an account';
    expect((await new CookieBrowser(url).get(authorizePath())).text).not.toContain(link);
    await setRules({ signUp: 'open' });
    const browser = new CookieBrowser(url);
    const page = await browser.get(authorizePath());
    expect(page.text).toContain(link);
    const path = /href="(\/oauth\/sign-up\?[^"]+)"/.exec(page.text)?.[1] ?? '';
    expect((await browser.get(path)).text).toContain('We will send you a link to continue.');
  });

  it('gets the role that the tenant has set', async () => {
    await setRules({ signUp: 'open', signUpRole: 'member' });
    const { email, send } = await openLink();
    expect((await send()).status).toBe(200);
    expect(await find(email)).toMatchObject({ role: 'member' });
  });

  it('corrects what the form rejects, without another link', async () => {
    await setRules({ signUp: 'open', termsUrl: 'https://example.com/terms', passwordBlockedWords: ['nordwind'] });
    const { email, send } = await openLink();
    const rejected = [
      [{ name: ' ', terms: 'yes' }, 'Enter a name of at most 200 characters'],
      [{ name: 'x'.repeat(201), terms: 'yes' }, 'Enter a name of at most 200 characters'],
      [{}, 'Accept the terms'],
      [{ terms: 'yes', password: 'short' }, 'a password of 12 to 256 characters'],
      [{ terms: 'yes', password: 'all about Nordwind' }, 'your organization does not allow'],
    ] as const;
    for (const [changes, text] of rejected) {
      const answer = await send(changes);
      expect([changes, answer.status, answer.text]).toEqual([changes, 422, expect.stringContaining(text)]);
    }
    expect(await find(email)).toBeNull();
    expect((await send({ terms: 'yes' })).status).toBe(200);
    expect(await find(email)).not.toBeNull();
  });

  it('needs an address in a domain of the tenant if the rule says so', async () => {
    await setRules({ signUp: 'domain', signUpDomains: ['example.com'] });
    const browser = new CookieBrowser(url);
    expect((await browser.get(authorizePath({ prompt: 'create' }))).text).toContain('@example.com');
    expect((await request(browser, newEmail('inside'))).sent).toHaveLength(1);
    for (const other of [
      'ada@example.org',
      'ada@sub.example.com',
      'ada@example.com.evil.test',
      '@example.com',
      'ada',
    ]) {
      const { answer, sent } = await request(browser, other);
      expect([other, answer.status, sent]).toEqual([other, 200, []]);
    }
  });
});

describe('the response to a sign-up', () => {
  it('does not reveal whether the address has an account, and the mail helps its owner', async () => {
    await setRules({ signUp: 'open' });
    const user = await makeUser(core, tenant.id);
    const existing = await request(new CookieBrowser(url), user.email);
    const fresh = newEmail('new');
    const created = await request(new CookieBrowser(url), fresh);
    const neutral = ({ text }: PageAnswer, email: string): string =>
      text.replaceAll(email, 'x').replaceAll(/request=[^"]+/g, 'request=x');
    expect(existing.answer.status).toBe(created.answer.status);
    expect(neutral(existing.answer, user.email)).toBe(neutral(created.answer, fresh));
    expect(existing.sent).toMatchObject([{ to: user.email, text: expect.stringContaining('You already have one.') }]);
    expect(existing.sent[0]?.text).toContain('/oauth/password?token=');
    expect((await find(user.email))?.credentialVersion).toBe(user.credentialVersion);
  });

  it('is the same without a mail for a suspended user, and for a domain that signs in elsewhere', async () => {
    await setRules({ signUp: 'open' });
    const user = await makeUser(core, tenant.id);
    await core.context.get(UsersPort).setStatus(context(), user.id, 'suspended');
    core.context.get(PasswordGatePort).register({
      isRefused: (_tenantId, email) => Promise.resolve(email.endsWith('@sso.example')),
    });
    for (const email of [user.email, 'ada@sso.example']) {
      const { answer, sent } = await request(new CookieBrowser(url), email);
      expect([answer.status, sent]).toEqual([200, []]);
    }
  });

  it('is recorded, without the address', async () => {
    await setRules({ signUp: 'domain', signUpDomains: ['example.org'] });
    const origin = newOrigin();
    core.context.get(SignUpPort).request(tenant.id, 'ada@example.com', 'en', origin);
    await drain();
    const recorded = await recordedOf(database, origin.requestId);
    expect(recorded).toMatchObject([
      { action: 'user.sign_up.request', outcome: 'denied', reason: 'sign_up_not_allowed' },
    ]);
    expect(JSON.stringify(recorded)).not.toContain('ada@example.com');
  });

  it('sends at most ten mails a day to a mailbox', async () => {
    await setRules({ signUp: 'open' });
    const email = newEmail('flooded');
    for (let i = 0; i < 12; i++) {
      core.context.get(SignUpPort).request(tenant.id, email.replace('@', `+${i}@`), 'en', newOrigin());
    }
    await drain();
    expect(mails.filter(({ to }) => to.startsWith(email.slice(0, email.indexOf('@'))))).toHaveLength(10);
  });
});

describe('the link of a sign-up', () => {
  it('creates one account, however often it is used', async () => {
    await setRules({ signUp: 'open' });
    const { browser, path, page, email } = await openLink();
    const fields = { ...hiddenFields(page), name: 'Ada', password: PASSWORD };
    const statuses = await Promise.all(
      [0, 1, 2, 3].map(async () => (await browser.post('/oauth/sign-up', fields)).status),
    );
    expect(statuses.sort((a, b) => a - b)).toEqual([200, 410, 410, 410]);
    expect((await browser.get(path)).status).toBe(410);
    const rows = await queryAs(database.adminUrl, 'SELECT id FROM users.users WHERE email = $1', [email]);
    expect(rows).toHaveLength(1);
  });

  it('expires after an hour', async () => {
    await setRules({ signUp: 'open' });
    const { browser, path, send } = await openLink();
    moveClock(core, 3_600_001);
    expect((await browser.get(path)).status).toBe(410);
    expect((await send()).status).toBe(410);
  });

  it.each<readonly [string, Partial<AccountRules>]>([
    ['only invites people', {}],
    ['lets nobody in', { signUp: 'off' }],
    ['accepts other domains', { signUp: 'domain', signUpDomains: ['example.org'] }],
  ])('ends when the tenant %s', async (_, rules) => {
    await setRules({ signUp: 'open' });
    const { browser, path, send, email } = await openLink();
    await setRules(rules);
    expect((await browser.get(path)).status).toBe(410);
    expect((await send()).status).toBe(410);
    expect(await find(email)).toBeNull();
  });

  it('cannot be forged, changed, or used with the form of another browser', async () => {
    await setRules({ signUp: 'open' });
    const { path, page, email } = await openLink();
    const token = new URL(path, url).searchParams.get('token') ?? '';
    const changed = `${token.slice(0, -4)}${token.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
    const stranger = new CookieBrowser(url);
    for (const bad of ['x', 'A'.repeat(200), 'A'.repeat(5_000), changed]) {
      expect((await stranger.get(`/oauth/sign-up?token=${bad}`)).status).toBe(410);
    }
    const fields = { ...hiddenFields(page), name: 'Ada', password: PASSWORD };
    expect((await stranger.post('/oauth/sign-up', fields)).status).toBe(403);
    expect(await find(email)).toBeNull();
  });
});

describe('a tenant that lets nobody in', () => {
  it('cannot invite people', async () => {
    await setRules({ signUp: 'off' });
    const invited = { email: newEmail('invited'), role: 'member' } as const;
    await expect(core.context.get(InvitationsPort).invite(context(), invited)).rejects.toMatchObject({
      code: 'unprocessable',
    });
    expect(await find(invited.email)).toBeNull();
  });
});
