import { catchMail, makeUser, moveClock, newOrigin, PASSWORD, recordedOf } from '../../../test/support/accounts';
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
import { SignInRulesPort } from '../../modules/factors/contract/sign-in-rules.port';
import { DEFAULT_RULE } from '../../modules/factors/contract/sign-in-rules.types';
import { AccountRulesPort } from '../../modules/users/contract/account-rules.port';
import { DEFAULT_ACCOUNT_RULES } from '../../modules/users/contract/account-rules.types';
import { EmailCodesPort } from '../../modules/users/contract/email-codes.port';
import { PasswordGatePort } from '../../modules/users/contract/password-gate.port';
import { SignInPort } from '../../modules/users/contract/sign-in.port';
import { UsersPort } from '../../modules/users/contract/users.port';
import type { AddressedUser } from '../../modules/users/contract/users.types';
import { LinkMails } from '../../modules/users/mail/link-mails';
import type { Mail } from '../../modules/users/mail/mailer';
import { UsersCleanupTask } from '../../modules/users/sign-in/users-cleanup-task';
import { bootstrap } from '../bootstrap';
import { createControlPlaneSurface } from './control-plane.surface';

let database: TestDatabase;
let core: TestCore;
let surface: RestSurface;
let url: string;
let tenant: TestTenant;
let other: TestTenant;
let app: RegisteredApp;
let otherApp: RegisteredApp;
let mails: Mail[];

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { ISSUER_URL: 'http://localhost:8000', PUBLIC_URL: 'https://id.example.com' });
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
  [tenant, other] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
  [app, otherApp] = [await makeApp(core, tenant.id), await makeApp(core, other.id)];
  mails = catchMail(core);
});

beforeEach(async () => {
  await setCodes(tenant, true);
});

afterEach(() => {
  moveClock(core, 0);
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

const contextOf = ({ id }: TestTenant) => systemContext(newId('req'), id);
const setCodes = ({ id }: TestTenant, emailCodes: boolean) =>
  core.context
    .get(AccountRulesPort)
    .set(contextOf({ id } as TestTenant), { ...DEFAULT_ACCOUNT_RULES, emailCodes }, null);
const codeIn = (mail: Mail | undefined): string => /^(\d{4} \d{4})$/m.exec(mail?.text ?? '')?.[1] ?? '';
const linkIn = (mail: Mail | undefined): string => {
  const { pathname, search } = new URL(/https:\S+/.exec(mail?.text ?? '')?.[0] ?? '');
  return pathname + search;
};

/** A browser at the sign-in page of an app, with an address of its own. */
class Person {
  readonly browser = new CookieBrowser(url);
  readonly headers = { forwarded: `for=${newOrigin().ip}` };

  constructor(
    readonly email: string,
    readonly client = app,
  ) {}

  open(): Promise<PageAnswer> {
    const parameters = authorizationParameters(this.client.client_id, pkce().challenge);
    return this.browser.get(`/oauth/authorize?${new URLSearchParams(parameters).toString()}`, this.headers);
  }

  /** Asks for a code on the sign-in page. @returns the next page, and the mails sent for it. */
  async ask(): Promise<{ readonly page: PageAnswer; readonly sent: readonly Mail[] }> {
    const before = mails.length;
    const fields = { ...hiddenFields(await this.open()), email: this.email, password: '', method: 'email' };
    const page = await this.browser.post('/oauth/sign-in', fields, this.headers);
    await core.context.get(LinkMails, { strict: false }).drain();
    return { page, sent: mails.slice(before) };
  }

  enter(page: PageAnswer, code: string): Promise<PageAnswer> {
    const fields = { ...hiddenFields(page), email: this.email, code };
    return this.browser.post('/oauth/sign-in', fields, this.headers);
  }

  get isSignedIn(): boolean {
    return [...this.browser.cookies.keys()].some((name) => name.includes('session'));
  }
}

const newPerson = async (client?: RegisteredApp): Promise<Person & { user: AddressedUser }> => {
  const user = await makeUser(core, tenant.id);
  return Object.assign(new Person(user.email, client), { user });
};

describe('a code by mail', () => {
  it('signs a user in without the password, as one factor, and is recorded', async () => {
    const person = await newPerson();
    const { page, sent } = await person.ask();
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('Enter your code')]);
    expect(sent).toMatchObject([
      { to: person.email, subject: expect.stringMatching(/^\d{4} \d{4} is your code for /) },
    ]);
    const answer = await person.enter(page, codeIn(sent[0]));
    expect([answer.status, person.isSignedIn]).toEqual([303, true]);
    expect((await person.browser.get(answer.headers.get('location') ?? '')).text).toContain(person.email);
    const sessions = await queryAs<{ amr: string[] }>(
      database.adminUrl,
      'SELECT amr FROM users.sessions WHERE user_id = $1',
      [person.user.id],
    );
    expect(sessions).toEqual([{ amr: ['otp'] }]);
    const sql = `SELECT action, outcome, metadata FROM audit.events WHERE resource_id = $1 AND action LIKE 'user.%code%'
      OR resource_id = $1 AND action = 'user.sign_in' ORDER BY action`;
    await eventually(async () =>
      expect(await queryAs(database.adminUrl, sql, [person.user.id])).toMatchObject([
        { action: 'user.email_code.request', outcome: 'success' },
        { action: 'user.sign_in', outcome: 'success', metadata: { method: 'email_code' } },
      ]),
    );
  });

  it('can be opened as a link in the same browser, which shows it but does not use it', async () => {
    const person = await newPerson();
    const { sent } = await person.ask();
    const link = linkIn(sent[0]);
    for (let i = 0; i < 2; i++) await person.browser.get(link, person.headers);
    const page = await person.browser.get(link, person.headers);
    expect(page.text).toContain('Continue to sign in with it.');
    expect(person.isSignedIn).toBe(false);
    const code = /name="code"\s+value="(\d{8})"/.exec(page.text)?.[1] ?? '';
    expect((await person.enter(page, code)).status).toBe(303);
    expect(person.isSignedIn).toBe(true);
    expect((await person.browser.get(link, person.headers)).status).toBe(410);
  });

  it('works only in the browser that asked for it, also as a link', async () => {
    const person = await newPerson();
    const { sent } = await person.ask();
    const thief = new Person(person.email);
    const stolen = await thief.browser.get(linkIn(sent[0]), thief.headers);
    expect([stolen.status, stolen.text]).toEqual([410, expect.stringContaining('belongs to a different browser')]);
    const own = await thief.ask();
    const answer = await thief.enter(own.page, codeIn(sent[0]));
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('This code is incorrect')]);
    expect(thief.isSignedIn).toBe(false);
  });

  it('works once, also for concurrent attempts', async () => {
    const person = await newPerson();
    const { page, sent } = await person.ask();
    const answers = await Promise.all([0, 1, 2].map(() => person.enter(page, codeIn(sent[0]))));
    expect(answers.map(({ status }) => status).sort((x, y) => x - y)).toEqual([303, 422, 422]);
  });

  it('ends after five wrong attempts', async () => {
    const person = await newPerson();
    const { page, sent } = await person.ask();
    const wrong = codeIn(sent[0]) === '0000 0000' ? '1111 1111' : '0000 0000';
    for (let i = 0; i < 4; i++) expect((await person.enter(page, wrong)).status).toBe(422);
    await person.enter(page, wrong);
    // Another address, so that only the code itself refuses.
    person.headers.forwarded = `for=${newOrigin().ip}`;
    expect((await person.enter(page, codeIn(sent[0]))).status).toBe(422);
    expect(person.isSignedIn).toBe(false);
  });

  it.each(['', '1234', 'abcdefgh', '123456789', '1234 567x', '\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668'])(
    'is not %j',
    async (code) => {
      const person = await newPerson();
      const { page } = await person.ask();
      expect((await person.enter(page, code)).status).toBe(422);
    },
  );

  it('expires after ten minutes, and is then removed', async () => {
    const person = await newPerson();
    const { page, sent } = await person.ask();
    moveClock(core, 10 * 60_000);
    expect((await person.browser.get(linkIn(sent[0]), person.headers)).status).toBe(410);
    expect((await person.enter(page, codeIn(sent[0]))).status).toBe(422);
    await core.context.get(UsersCleanupTask, { strict: false }).sweep();
    const rows = await queryAs(database.adminUrl, 'SELECT id FROM users.sign_in_codes WHERE user_id = $1', [
      person.user.id,
    ]);
    expect(rows).toEqual([]);
  });

  it('is stored without the code', async () => {
    const person = await newPerson();
    const { sent } = await person.ask();
    const rows = await queryAs(database.adminUrl, 'SELECT * FROM users.sign_in_codes WHERE user_id = $1', [
      person.user.id,
    ]);
    const digits = codeIn(sent[0]).replace(' ', '');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(digits);
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(digits).toString('hex'));
  });

  it('does not work for the account with the same address in another tenant', async () => {
    await setCodes(other, true);
    const person = await newPerson();
    await core.context.get(UsersPort).create(contextOf(other), {
      ...{ email: person.email, displayName: 'Ada', role: 'member', password: PASSWORD },
    });
    const { sent } = await person.ask();
    const parameters = authorizationParameters(otherApp.client_id, pkce().challenge);
    const page = await person.browser.get(`/oauth/authorize?${new URLSearchParams(parameters).toString()}`);
    const fields = { ...hiddenFields(page), email: person.email, code: codeIn(sent[0]), method: 'email-code' };
    expect((await person.browser.post('/oauth/sign-in', fields, person.headers)).status).toBe(422);
    expect(person.isSignedIn).toBe(false);
  });

  it('does not replace a second factor', async () => {
    const rules = core.context.get(SignInRulesPort);
    await rules.set(contextOf(tenant), { ...DEFAULT_RULE, secondFactor: 'required' }, null);
    const person = await newPerson();
    const { page, sent } = await person.ask();
    const answer = await person.enter(page, codeIn(sent[0]));
    await rules.set(contextOf(tenant), DEFAULT_RULE, null);
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('passkey')]);
    expect(person.isSignedIn).toBe(false);
  });
});

describe('a request for a code', () => {
  it('says the same for every address, and sends mail only to active users', async () => {
    const person = await newPerson();
    const suspended = await newPerson();
    await core.context.get(UsersPort).setStatus(contextOf(tenant), suspended.user.id, 'suspended');
    const neutral = ({ text }: PageAnswer, email: string): string =>
      text.replaceAll(email, 'x').replaceAll(/value="[^"]+"|request=[^"]+/g, '');
    const known = await person.ask();
    for (const email of ['nobody@example.com', suspended.email, 'not an address']) {
      const { page, sent } = await new Person(email).ask();
      expect([email, page.status, sent]).toEqual([email, 200, []]);
      expect(neutral(page, email)).toBe(neutral(known.page, person.email));
    }
  });

  it('needs an address', async () => {
    const { page } = await new Person('').ask();
    expect([page.status, page.text]).toEqual([422, expect.stringContaining('Enter your email address first.')]);
  });

  it('is answered at most five times in ten minutes, and recorded', async () => {
    const person = await newPerson();
    let sent = 0;
    for (let i = 0; i < 6; i++) sent += (await person.ask()).sent.length;
    expect(sent).toBe(5);
    const origin = newOrigin();
    const request = { tenantId: tenant.id, email: person.email, browserId: 'b', request: '', locale: 'en' };
    core.context.get(EmailCodesPort).request(request, origin);
    await core.context.get(LinkMails, { strict: false }).drain();
    expect(await recordedOf(database, origin.requestId)).toMatchObject([
      { action: 'user.email_code.request', outcome: 'denied', reason: 'too_many_codes' },
    ]);
  });

  it('is not offered or answered where codes are off, which also ends the codes that were sent', async () => {
    const person = await newPerson();
    const { page, sent } = await person.ask();
    expect((await person.open()).text).toContain('Email me a code');
    await setCodes(tenant, false);
    expect((await person.open()).text).not.toContain('Email me a code');
    expect((await person.enter(page, codeIn(sent[0]))).status).toBe(422);
    expect((await person.ask()).sent).toEqual([]);
  });

  it('is not answered for a domain that signs in with an identity provider', async () => {
    const user = await core.context.get(UsersPort).create(contextOf(tenant), {
      ...{ email: 'ada@sso.example', displayName: 'Ada', role: 'member', password: PASSWORD },
    });
    let isEnforced = false;
    core.context.get(PasswordGatePort).register({
      isRefused: (_tenantId, email) => Promise.resolve(isEnforced && email.endsWith('@sso.example')),
    });
    const person = new Person(user.email);
    const { page, sent } = await person.ask();
    isEnforced = true;
    expect((await person.enter(page, codeIn(sent[0]))).status).toBe(422);
    expect((await person.ask()).sent).toEqual([]);
  });
});

describe('guessing codes', () => {
  it('counts together with guessing passwords', async () => {
    const person = await newPerson();
    const { page, sent } = await person.ask();
    const origin = newOrigin();
    person.headers.forwarded = `for=${origin.ip}`;
    const signIns = core.context.get(SignInPort);
    for (let i = 0; i < 5; i++) await signIns.withPassword(tenant.id, person.email, 'wrong password', origin);
    const answer = await person.enter(page, codeIn(sent[0]));
    expect([answer.status, Number(answer.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    expect(person.isSignedIn).toBe(false);
  });
});
