import { catchMail, makeUser, moveClock, newOrigin, PASSWORD, tokenOf } from '../../../test/support/accounts';
import { CookieBrowser, hiddenFields } from '../../../test/support/browser-form';
import { authorizationParameters, makeApp, pkce } from '../../../test/support/people';
import { call } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { SignInRulesPort } from '../../modules/factors/contract/sign-in-rules.port';
import { DEFAULT_RULE } from '../../modules/factors/contract/sign-in-rules.types';
import { Readiness } from '../../kernel/health/readiness';
import type { RestSurface } from '../../kernel/http/rest-surface';
import { DEFAULT_ACCOUNT_RULES } from '../../modules/users/contract/account-rules.types';
import { UsersPort } from '../../modules/users/contract/users.port';
import type { UserRole } from '../../modules/users/contract/users.types';
import { PasswordsPort } from '../../modules/users/contract/passwords.port';
import type { Mail } from '../../modules/users/mail/mailer';
import { LinkMails } from '../../modules/users/mail/link-mails';
import { bootstrap } from '../bootstrap';
import { createControlPlaneSurface } from './control-plane.surface';

let database: TestDatabase;
let core: TestCore;
let surface: RestSurface;
let url: string;
let token: string;
let tenant: TestTenant;
let mails: Mail[];

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  await bootstrap(core.context, core.settings.bootstrap);
  const serviceToken = core.settings.role.CONTROL_PLANE_TOKEN;
  if (serviceToken === null) throw new Error('The test core has no service token.');
  token = serviceToken.reveal();
  surface = await createControlPlaneSurface(core.context, {
    readiness: new Readiness(),
    logger: core.logger,
    serviceToken,
    trustedProxies: new Set(['127.0.0.1']),
  });
  await surface.app.listen(0, '127.0.0.1');
  url = await surface.app.getUrl();
  tenant = await makeTenant(core, 'a');
  mails = catchMail(core);
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

const rulesUrl = (): string => `${url}/api/v1/account-rules?tenant=${tenant.id}`;

describe('the account rules of a tenant', () => {
  it('have defaults, are set for the version that was read, and are audited', async () => {
    const before = await call(rulesUrl(), { token });
    expect([before.status, before.body]).toEqual([200, { ...DEFAULT_ACCOUNT_RULES, version: 0 }]);
    const headers = { 'if-match': before.headers.get('etag') ?? '' };
    const json = { passwordMinLength: 16, passwordBlockedWords: ['Nordwind'], idleMinutes: 30 };
    const set = await call(rulesUrl(), { method: 'PUT', token, headers, json });
    const stored = { ...DEFAULT_ACCOUNT_RULES, ...json, version: 1 };
    expect([set.status, set.body]).toEqual([200, stored]);
    expect((await call(rulesUrl(), { method: 'PUT', token, headers, json: {} })).status).toBe(412);
    expect((await call(rulesUrl(), { token })).body).toEqual(stored);
    const [event] = await queryAs<{ metadata: object }>(
      database.adminUrl,
      `SELECT metadata FROM audit.events WHERE action = 'user.rules.set' AND tenant_id = $1`,
      [tenant.id],
    );
    // The words can tell what people in the company think of, so the log only counts them.
    expect(event?.metadata).toMatchObject({ passwordMinLength: 16, passwordBlockedWords: 1, idleMinutes: 30 });
  });

  it.each([
    [{ passwordMinLength: 11 }, '/passwordMinLength'],
    [{ passwordMinLength: 65 }, '/passwordMinLength'],
    [{ passwordBlockedWords: ['ab'] }, '/passwordBlockedWords/0'],
    [{ passwordBlockedWords: Array.from({ length: 51 }, (_, n) => `word-${n}`) }, '/passwordBlockedWords'],
    [{ sessionMinutes: 4 }, '/sessionMinutes'],
    [{ idleMinutes: 43_201 }, '/idleMinutes'],
    [{ maxSessions: 0 }, '/maxSessions'],
    [{ maxSession: 5 }, '/maxSession'],
  ])('reject %j and stay as they are', async (json, pointer) => {
    const before = (await call(rulesUrl(), { token })).body;
    const { status, body } = await call(rulesUrl(), { method: 'PUT', token, json });
    expect([status, body]).toMatchObject([400, { errors: [{ pointer }] }]);
    expect((await call(rulesUrl(), { token })).body).toEqual(before);
  });

  it('let users choose to stay signed in, also with a second factor', async () => {
    const app = await makeApp(core, tenant.id);
    const user = await makeUser(core, tenant.id);
    /** Signs in on the page. @returns the page, the response, and the `Set-Cookie` header of the session. */
    const signIn = async (stay: Readonly<Record<string, string>>) => {
      const browser = new CookieBrowser(url);
      const parameters = authorizationParameters(app.client_id, pkce().challenge);
      const page = await browser.get(`/oauth/authorize?${new URLSearchParams(parameters).toString()}`);
      const fields = { ...hiddenFields(page), email: user.email, password: PASSWORD, ...stay };
      const answer = await browser.post('/oauth/sign-in', fields);
      const cookie = answer.headers.getSetCookie().find((line) => line.includes('session'));
      return { page, answer, cookie };
    };
    const set = (json: object) => call(rulesUrl(), { method: 'PUT', token, json });
    await set({ sessionMinutes: 60 });
    const without = await signIn({ stay: 'yes' });
    expect([without.page.text.includes('id="stay"'), without.cookie]).toEqual([
      false,
      expect.stringMatching(/Max-Age=3600$/),
    ]);
    await set({ sessionMinutes: 60, stayDays: 30 });
    const staying = await signIn({ stay: 'yes' });
    expect(staying.page.text).toContain('Stay signed in for 30 days');
    expect(staying.cookie).toMatch(/Max-Age=2592000$/);
    expect((await signIn({})).cookie).not.toContain('Max-Age');
    const rules = core.context.get(SignInRulesPort);
    const context = systemContext(newId('req'), tenant.id);
    await rules.set(context, { ...DEFAULT_RULE, secondFactor: 'required' }, null);
    const enrolling = await signIn({ stay: 'yes' });
    await rules.set(context, DEFAULT_RULE, null);
    // The choice goes along on the pages of the second factor.
    expect([enrolling.cookie, hiddenFields(enrolling.answer)]).toEqual([
      undefined,
      expect.objectContaining({ stay: 'yes' }),
    ]);
  });

  it('are shown and applied on the page that sets a password', async () => {
    await call(rulesUrl(), {
      method: 'PUT',
      token,
      json: { passwordMinLength: 16, passwordBlockedWords: ['nordwind'] },
    });
    const user = await makeUser(core, tenant.id);
    await core.context.get(PasswordsPort).requestLink(tenant.id, user.email, 'en', newOrigin());
    await core.context.get(LinkMails, { strict: false }).drain();
    const browser = new CookieBrowser(url);
    const page = await browser.get(`/oauth/password?token=${tokenOf(mails.at(-1))}`);
    expect(page.text).toContain('At least 16 characters.');
    expect(page.text.match(/minlength="16"/g)).toHaveLength(2);
    const set = (password: string) =>
      browser.post('/oauth/password', { ...hiddenFields(page), password, again: password });
    const short = await set('fifteen letters');
    expect([short.status, short.text]).toEqual([422, expect.stringContaining('a password of 16 to 256 characters')]);
    const blocked = await set('working at Nordwind');
    expect([blocked.status, blocked.text]).toEqual([422, expect.stringContaining('your organization does not allow')]);
    expect((await set('a long walk in the rain')).text).toContain('Your password is saved');
  });
});

describe('a user on the account page', () => {
  /** Signs a user in to the account page. @returns a function that sends a form of the page. */
  async function onAccountPage(role: UserRole = 'member') {
    const user = await makeUser(core, tenant.id, { role });
    const browser = new CookieBrowser(url);
    const signIn = await browser.get('/oauth/console?to=/account');
    await browser.post('/oauth/console', { ...hiddenFields(signIn), email: user.email, password: PASSWORD });
    const page = await browser.get('/account');
    const { csrf = '' } = hiddenFields(page);
    const send = (fields: Readonly<Record<string, string>>) => browser.post('/account', { csrf, ...fields });
    return { user, browser, page, send };
  }
  const allow = (selfDeletion: boolean) => call(rulesUrl(), { method: 'PUT', token, json: { selfDeletion } });
  const exists = async (id: string) => (await core.context.get(UsersPort).find(tenant.id, id)) !== null;

  it('deletes the account where the tenant allows it, after typing its name', async () => {
    await allow(true);
    const { user, browser, page, send } = await onAccountPage();
    expect(page.text).toContain('Delete this account');
    const typo = await send({ change: 'delete', account: 'somebody@example.com' });
    expect([typo.status, typo.text]).toEqual([409, expect.stringContaining('does not match')]);
    expect(await exists(user.id)).toBe(true);
    const deleted = await send({ change: 'delete', account: user.email });
    expect([deleted.status, deleted.text]).toEqual([200, expect.stringContaining('Your account is deleted')]);
    expect(await exists(user.id)).toBe(false);
    expect([...browser.cookies.keys()].filter((name) => name.includes('session'))).toEqual([]);
    const sessions = await queryAs(database.adminUrl, 'SELECT id FROM users.sessions WHERE user_id = $1', [user.id]);
    expect(sessions).toEqual([]);
  });

  it('cannot delete it where the tenant does not allow it', async () => {
    await allow(false);
    const { user, page, send } = await onAccountPage();
    expect(page.text).not.toContain('Delete this account');
    expect((await send({ change: 'delete', account: user.email })).status).toBe(403);
    expect(await exists(user.id)).toBe(true);
  });

  it('cannot delete it long after the sign-in, or from another browser', async () => {
    await allow(true);
    const { user, send } = await onAccountPage();
    const stranger = await onAccountPage();
    const foreign = { csrf: hiddenFields(stranger.page)['csrf'] ?? '', change: 'delete', account: user.email };
    expect((await send(foreign)).status).toBe(403);
    moveClock(core, 11 * 60_000);
    const late = await send({ change: 'delete', account: user.email });
    moveClock(core, 0);
    expect([late.status, late.headers.get('location')]).toEqual([303, expect.stringContaining('/oauth/console')]);
    expect(await exists(user.id)).toBe(true);
  });

  it('cannot delete it as the last owner', async () => {
    await allow(true);
    const { user, send } = await onAccountPage('owner');
    const owners = "SELECT id FROM users.users WHERE tenant_id = $1 AND role = 'owner' AND status = 'active'";
    expect(await queryAs(database.adminUrl, owners, [tenant.id])).toEqual([{ id: user.id }]);
    const answer = await send({ change: 'delete', account: user.email });
    expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('You are the last owner')]);
    expect(await exists(user.id)).toBe(true);
  });
});
