import { Secret, TOTP } from 'otpauth';
import { catchMail, makeUser, moveClock, newOrigin, PASSWORD } from '../../../test/support/accounts';
import { CookieBrowser, hiddenFields, type PageAnswer } from '../../../test/support/browser-form';
import { eventually } from '../../../test/support/eventually';
import { call, type ErrorMembers } from '../../../test/support/http-client';
import { authorizationParameters, makeApp, pkce } from '../../../test/support/people';
import { SoftwareAuthenticator } from '../../../test/support/software-authenticator';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { Readiness } from '../../kernel/health/readiness';
import type { RestSurface } from '../../kernel/http/rest-surface';
import { newId } from '../../kernel/ids/ids';
import type { RegisteredApp } from '../../modules/apps/contract/apps.types';
import { SignInRulesPort } from '../../modules/factors/contract/sign-in-rules.port';
import { DEFAULT_RULE, type SignInRule } from '../../modules/factors/contract/sign-in-rules.types';
import type { LoginAnswer } from '../../modules/oauth/contract/login.types';
import { OauthPort } from '../../modules/oauth/contract/oauth.port';
import { PasswordsPort } from '../../modules/users/contract/passwords.port';
import { UsersPort } from '../../modules/users/contract/users.port';
import type { AddressedUser } from '../../modules/users/contract/users.types';
import { bootstrap } from '../bootstrap';
import { createControlPlaneSurface } from './control-plane.surface';

const TWO_FACTORS = 'urn:cpod:params:oauth:acr:2fa';
const SITE = 'http://localhost:8000';

let database: TestDatabase;
let core: TestCore;
let surface: RestSurface;
let url: string;
let tenant: TestTenant;
let other: TestTenant;
let app: RegisteredApp;
let otherApp: RegisteredApp;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { ISSUER_URL: SITE });
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
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

afterEach(async () => {
  moveClock(core, 0);
  await setRule(DEFAULT_RULE);
});

const setRule = (rule: Partial<SignInRule>) =>
  core.context.get(SignInRulesPort).set(systemContext(newId('req'), tenant.id), { ...DEFAULT_RULE, ...rule }, null);

/** A browser with an address of its own, so that failures in other tests do not slow it down. */
class Person {
  readonly browser = new CookieBrowser(url);
  readonly headers = { forwarded: `for=${newOrigin().ip}` };
  readonly verifier = pkce();

  constructor(readonly user: Pick<AddressedUser, 'email'>) {}

  path(changes: Readonly<Record<string, string>> = {}, client = app): string {
    const parameters = authorizationParameters(client.client_id, this.verifier.challenge, changes);
    return `/oauth/authorize?${new URLSearchParams(parameters).toString()}`;
  }

  get(path: string): Promise<PageAnswer> {
    return this.browser.get(path, this.headers);
  }

  post(path: string, fields: Readonly<Record<string, string>>): Promise<PageAnswer> {
    return this.browser.post(path, fields, this.headers);
  }

  /** Sends the password. @returns the page for the second factor, or the redirect. */
  async signIn(changes: Readonly<Record<string, string>> = {}, password = PASSWORD): Promise<PageAnswer> {
    const page = await this.get(this.path(changes));
    return this.post('/oauth/sign-in', { ...passwordFields(page), email: this.user.email, password });
  }

  /** Sends a code on the page for the second factor. */
  enter(page: PageAnswer, code: string): Promise<PageAnswer> {
    return this.post('/oauth/second-factor', { ...formOf(page, 'code'), code });
  }

  /** Goes on after a sign-in until the app has its tokens. @returns the claims of the access token. */
  async tokens(changes: Readonly<Record<string, string>> = {}): Promise<ReturnType<typeof claimsOf>> {
    const consent = await this.get(this.path(changes));
    const back =
      consent.status === 303
        ? consent
        : await this.post('/oauth/consent', { ...hiddenFields(consent), decision: 'allow', remember: 'yes' });
    const code = new URL(location(back)).searchParams.get('code') ?? '';
    const answer = await core.context.get(OauthPort).token({
      form: {
        grant_type: 'authorization_code',
        code,
        redirect_uri: 'https://app.example/cb',
        code_verifier: this.verifier.verifier,
      },
      authorization: `Basic ${Buffer.from(`${app.client_id}:${app.client_secret ?? ''}`).toString('base64')}`,
      requestId: newId('req'),
      ip: '192.0.2.1',
      traceparent: '',
    });
    return claimsOf(answer.access_token);
  }
}

const location = ({ headers }: PageAnswer): string => headers.get('location') ?? '';
const isSignedIn = (answer: PageAnswer): boolean =>
  answer.status === 303 && location(answer).includes('/oauth/authorize');

/** Returns the fields of the form with this `method`; the page can have several. */
function formOf(page: PageAnswer, method: string): Record<string, string> {
  const forms = page.text.split('<form').slice(1);
  if (method === 'passkey') {
    const quoted = /data-fields="([^"]*)"/.exec(page.text)?.[1];
    if (quoted === undefined) throw new Error(`There is no form for a passkey: ${page.text}`);
    return JSON.parse(unquoted(quoted)) as Record<string, string>;
  }
  const form = forms.find((text) => text.includes(`name="method" value="${method}"`));
  if (form === undefined) throw new Error(`There is no form for ${method}: ${page.text}`);
  return hiddenFields({ ...page, text: form });
}

const unquoted = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

function passwordFields(page: PageAnswer): Record<string, string> {
  const form = page.text.split('<form').find((text) => text.includes('type="password"')) ?? '';
  return hiddenFields({ ...page, text: form });
}

/** Returns the options of the form for a passkey. */
function optionsOf({ text }: PageAnswer): string {
  const quoted = /data-options="([^"]*)"/.exec(text)?.[1] ?? '';
  return unquoted(quoted);
}

const keyOf = ({ text }: PageAnswer): string =>
  (/<code>([A-Z2-7 ]+)<\/code>/.exec(text)?.[1] ?? '').replaceAll(' ', '');
const codeAt = (key: string, atMs = Date.now()): string =>
  TOTP.generate({ secret: Secret.fromBase32(key), timestamp: atMs });
const recoveryCodesOf = ({ text }: PageAnswer): string[] =>
  [...text.matchAll(/<code>([a-z2-9]{4}(?:-[a-z2-9]{4}){3})<\/code>/g)].map(([, code = '']) => code);

const newPerson = async (members: Parameters<typeof makeUser>[2] = {}): Promise<Person> =>
  new Person(await makeUser(core, tenant.id, members));

/** Makes a person with an authenticator app, added at a sign-in that requires one. */
async function withApp(members: Parameters<typeof makeUser>[2] = {}) {
  await setRule({ secondFactor: 'required' });
  const person = await newPerson(members);
  const page = await person.signIn();
  const key = keyOf(page);
  const added = await person.post('/oauth/second-factor', { ...formOf(page, 'totp'), code: codeAt(key) });
  await setRule(DEFAULT_RULE);
  return { person, key, added, codes: recoveryCodesOf(added) };
}

/** Makes a person with a passkey. */
async function withPasskey() {
  await setRule({ secondFactor: 'required' });
  const person = await newPerson();
  const device = new SoftwareAuthenticator(SITE);
  const page = await person.signIn();
  const fields = { ...formOf(page, 'passkey'), answer: device.create(optionsOf(page)) };
  const added = await person.post('/oauth/second-factor', fields);
  await setRule(DEFAULT_RULE);
  return { person, device, added, codes: recoveryCodesOf(added) };
}

/** Waits until the audit log has these outcomes of an action on a user, in any order. */
async function expectRecorded(userId: string, action: string, outcomes: readonly string[]): Promise<void> {
  await eventually(async () => {
    const rows = await queryAs<{ outcome: string; reason: string }>(
      database.adminUrl,
      `SELECT outcome, reason FROM audit.events WHERE action = $1 AND resource_id = $2`,
      [action, userId],
    );
    expect(rows.map(({ outcome, reason }) => reason || outcome).sort()).toEqual([...outcomes].sort());
  });
}

const later = (base: number, steps: number): number => base + steps * 30_000;

describe('a required second factor', () => {
  it('is added at the sign-in, with recovery codes, and counts as two factors', async () => {
    const mails = catchMail(core);
    const { person, added, codes } = await withApp();
    expect([added.status, codes.length]).toEqual([200, 10]);
    expect(await person.tokens()).toMatchObject({ acr: TWO_FACTORS, amr: ['pwd', 'otp', 'mfa'] });
    await eventually(() => {
      expect(mails.filter(({ to }) => to === person.user.email).map(({ text }) => text)).toEqual([
        expect.stringContaining('“Authenticator app” was added'),
      ]);
    });
  });

  it('is not added with a wrong code, a code for a different key, or a key of a different browser', async () => {
    await setRule({ secondFactor: 'required' });
    const [person, stranger] = [await newPerson(), await newPerson()];
    const page = await person.signIn();
    const foreign = await stranger.signIn();
    const fields = formOf(page, 'totp');
    for (const change of [
      { code: '000000' },
      { code: codeAt(keyOf(foreign)) },
      { code: codeAt(keyOf(foreign)), key: formOf(foreign, 'totp')['key'] ?? '' },
      { code: codeAt(keyOf(page)), key: 'e30.x' },
      { code: codeAt(keyOf(page)), key: '' },
    ]) {
      const answer = await person.post('/oauth/second-factor', { ...fields, ...change });
      expect([answer.status, person.browser.cookies.has('coresdk-session')]).toEqual([422, false]);
    }
    // The page continues to work.
    const again = await person.post('/oauth/second-factor', { ...fields, code: codeAt(keyOf(page)) });
    expect(recoveryCodesOf(again)).toHaveLength(10);
  });

  it('applies to roles if the rule names them', async () => {
    await setRule({ requiredRoles: ['admin'] });
    const [admin, member] = [await newPerson({ role: 'admin' }), await newPerson()];
    expect(keyOf(await admin.signIn())).not.toBe('');
    expect(isSignedIn(await member.signIn())).toBe(true);
  });

  it('of an app applies to that app, also for users who are already signed in', async () => {
    const strict = await makeApp(core, tenant.id);
    const rules = core.context.get(SignInRulesPort);
    const context = systemContext(newId('req'), tenant.id);
    await rules.setForApp(context, strict.client_id, { ...DEFAULT_RULE, secondFactor: 'required' }, null);
    const person = await newPerson();
    expect(isSignedIn(await person.signIn())).toBe(true);
    const page = await person.get(person.path({}, strict));
    expect(keyOf(page)).not.toBe('');
    const none = await person.get(person.path({ prompt: 'none' }, strict));
    expect(location(none)).toContain('error=login_required');
    await expect(rules.setForApp(context, otherApp.client_id, DEFAULT_RULE, null)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('cannot be avoided: no path starts a session without it', async () => {
    const { person } = await withApp();
    const fresh = new Person(person.user);
    const page = await fresh.signIn();
    expect(page.text).toContain('one-time-code');
    expect(fresh.browser.cookies.has('coresdk-session')).toBe(false);
    expect((await fresh.get(fresh.path())).text).toContain('type="password"');
    // The console asks for it too.
    const form = await fresh.get('/oauth/console?to=/console/jobs');
    const console = await fresh.post('/oauth/console', {
      ...passwordFields(form),
      email: person.user.email,
      password: PASSWORD,
    });
    expect([console.status, console.text.includes('one-time-code')]).toEqual([200, true]);
    // A proof of the first factor is worthless in a different browser.
    const thief = new Person(person.user);
    await thief.get(thief.path());
    const stolen = await thief.enter(page, '000000');
    expect(stolen.status).toBe(403);
  });

  it('is demanded by acr_values from a session without it', async () => {
    const { person, key } = await withApp();
    await setRule({ secondFactor: 'off' });
    const weak = new Person(person.user);
    expect(isSignedIn(await weak.signIn())).toBe(true);
    expect(await weak.tokens()).toMatchObject({ acr: 'urn:cpod:params:oauth:acr:1fa', amr: ['pwd'] });
    const changes = { acr_values: TWO_FACTORS };
    const page = await weak.get(weak.path(changes));
    moveClock(core, later(0, 2));
    expect(isSignedIn(await weak.enter(page, codeAt(key, later(Date.now(), 2))))).toBe(true);
    expect(await weak.tokens(changes)).toMatchObject({ acr: TWO_FACTORS, amr: ['pwd', 'otp', 'mfa'] });
  });
});

describe('a code of an authenticator app', () => {
  it('works once, also in the steps beside the current one', async () => {
    const { person, key } = await withApp();
    const attempt = async (steps: number): Promise<boolean> => {
      const browser = new Person(person.user);
      return isSignedIn(await browser.enter(await browser.signIn(), codeAt(key, later(Date.now(), steps))));
    };
    // The code with which the app was added cannot be used again, and nor can an earlier one.
    expect([await attempt(-1), await attempt(-3), await attempt(3)]).toEqual([false, false, false]);
    expect(await attempt(1)).toBe(true);
    expect(await attempt(1)).toBe(false);
    moveClock(core, 120_000);
    expect(await attempt(4)).toBe(true);
    const outcomes = ['wrong_code', 'wrong_code', 'wrong_code', 'success', 'wrong_code', 'success'];
    await expectRecorded((await userOf(person)).id, 'user.second_factor', outcomes);
  });

  it('sent 10 times at once signs in once', async () => {
    const { person, key } = await withApp();
    const pages = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const browser = new Person(person.user);
        return { browser, page: await browser.signIn() };
      }),
    );
    const code = codeAt(key, later(Date.now(), 1));
    const answers = await Promise.all(pages.map(({ browser, page }) => browser.enter(page, code)));
    expect(answers.filter(isSignedIn)).toHaveLength(1);
  });

  it('cannot be guessed: attempts are throttled by address and by account', async () => {
    const { person, key } = await withApp();
    const browser = new Person(person.user);
    const page = await browser.signIn();
    const statuses: number[] = [];
    for (let tries = 0; tries < 7; tries++) statuses.push((await browser.enter(page, '000000')).status);
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429, 429]);
    // Even the right code has to wait, also from other addresses after more failures.
    expect((await browser.enter(page, codeAt(key, later(Date.now(), 1)))).status).toBe(429);
    for (let addresses = 0; addresses < 2; addresses++) {
      const elsewhere = new Person(person.user);
      const there = await elsewhere.signIn();
      for (let tries = 0; tries < 4; tries++) await elsewhere.enter(there, '000000');
    }
    const last = new Person(person.user);
    const answer = await last.enter(await last.signIn(), codeAt(key, later(Date.now(), 1)));
    expect([answer.status, Number(answer.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(answer.text).toContain('Too many attempts');
  });

  it('is part of POST /auth/login', async () => {
    const { person, key } = await withApp();
    const login = (otp?: string) =>
      call<LoginAnswer & ErrorMembers>(`${url}/auth/login`, {
        json: {
          email: person.user.email,
          password: PASSWORD,
          tenant: tenant.id,
          ...(otp === undefined ? {} : { otp }),
        },
        headers: { forwarded: `for=${newOrigin().ip}` },
      });
    const without = await login();
    expect([without.status, JSON.stringify(without.body)]).toEqual([401, expect.stringContaining('second factor')]);
    expect((await login('000000')).status).toBe(401);
    const { status, body } = await login(codeAt(key, later(Date.now(), 1)));
    expect([status, claimsOf(body.token)]).toEqual([200, expect.objectContaining({ acr: TWO_FACTORS })]);
  });
});

describe('a recovery code', () => {
  it('replaces a lost app once, however it is typed, and tells the user', async () => {
    const mails = catchMail(core);
    const { person, codes } = await withApp();
    const [first = '', second = ''] = codes;
    const browser = new Person(person.user);
    expect(isSignedIn(await browser.enter(await browser.signIn(), first.toUpperCase().replaceAll('-', ' ')))).toBe(
      true,
    );
    expect(await browser.tokens()).toMatchObject({ acr: TWO_FACTORS });
    const again = new Person(person.user);
    const page = await again.signIn();
    expect((await again.enter(page, first)).status).toBe(422);
    expect(isSignedIn(await again.enter(page, second))).toBe(true);
    await eventually(() => {
      const texts = mails.filter(({ to }) => to === person.user.email).map(({ text }) => text);
      expect(texts.filter((text) => text.includes('recovery codes. Each'))).toHaveLength(2);
    });
  });

  it('of a different user does not work, and no code is readable in the store', async () => {
    const [one, two] = [await withApp(), await withApp()];
    const browser = new Person(one.person.user);
    expect((await browser.enter(await browser.signIn(), two.codes[0] ?? '')).status).toBe(422);
    const rows = await queryAs<{ row: string }>(
      database.adminUrl,
      `SELECT t::text AS row FROM factors.recovery_codes t UNION ALL SELECT t::text FROM factors.factors t`,
    );
    const text = rows.map(({ row }) => row).join('\n');
    const hex = Buffer.from(one.key).toString('hex');
    expect([text.includes(one.key), text.includes(hex), text.includes(one.codes[0] ?? '-')]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('a passkey', () => {
  it('is the second factor beside a password', async () => {
    const { person, device, codes } = await withPasskey();
    expect(codes).toHaveLength(10);
    expect(await person.tokens()).toMatchObject({ acr: TWO_FACTORS, amr: ['pwd', 'swk', 'user', 'mfa'] });
    const browser = new Person(person.user);
    const page = await browser.signIn();
    const fields = { ...formOf(page, 'passkey'), answer: device.get(optionsOf(page), { isVerified: false }) };
    expect(isSignedIn(await browser.post('/oauth/second-factor', fields))).toBe(true);
  });

  it('signs in alone, with its counter at 0 each time, and counts as two factors', async () => {
    const { person, device } = await withPasskey();
    for (let times = 0; times < 2; times++) {
      const browser = new Person(person.user);
      const page = await browser.get(browser.path());
      const fields = { ...formOf(page, 'passkey'), answer: device.get(optionsOf(page)) };
      expect(isSignedIn(await browser.post('/oauth/sign-in', fields))).toBe(true);
      expect(await browser.tokens()).toMatchObject({ acr: TWO_FACTORS, amr: ['swk', 'user', 'mfa'] });
    }
  });

  it('signs in to the pages of the product, where it determines the tenant', async () => {
    const { person, device } = await withPasskey();
    const browser = new Person(person.user);
    const page = await browser.get('/oauth/console?to=/console/jobs');
    const fields = { ...formOf(page, 'passkey'), answer: device.get(optionsOf(page)) };
    expect(location(await browser.post('/oauth/console', fields))).toBe('/console/jobs');
  });

  it.each([
    ['from a page of a different origin', { origin: 'https://evil.example' }],
    ['for a different site', { rpId: 'evil.example' }],
    ['for a different challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['of the wrong type', { type: 'webauthn.create' }],
    ['without user verification', { isVerified: false }],
  ])('is refused with an answer %s, and the refusal is recorded', async (_what, changes) => {
    const { person, device } = await withPasskey();
    const browser = new Person(person.user);
    const page = await browser.get(browser.path());
    const fields = { ...formOf(page, 'passkey'), answer: device.get(optionsOf(page), changes) };
    const answer = await browser.post('/oauth/sign-in', fields);
    expect([answer.status, browser.browser.cookies.has('coresdk-session')]).toEqual([422, false]);
    expect(answer.text).toContain('This passkey was not accepted');
    await expectRecorded((await userOf(person)).id, 'user.sign_in', ['success', 'passkey_not_accepted']);
  });

  it('is refused for an answer that was used before, in the same or a different browser, and for a counter that went back', async () => {
    const { person, device } = await withPasskey();
    const browser = new Person(person.user);
    const page = await browser.get(browser.path());
    const fields: Record<string, string> = {
      ...formOf(page, 'passkey'),
      answer: device.get(optionsOf(page), { counter: 7 }),
    };
    expect(isSignedIn(await browser.post('/oauth/sign-in', fields))).toBe(true);
    expect((await browser.post('/oauth/sign-in', fields)).status).toBe(422);
    const thief = new Person(person.user);
    const there = await thief.get(thief.path());
    const replayed = {
      ...formOf(there, 'passkey'),
      challenge: fields['challenge'] ?? '',
      answer: fields['answer'] ?? '',
    };
    expect((await thief.post('/oauth/sign-in', replayed)).status).toBe(422);
    const older = { ...formOf(there, 'passkey'), answer: device.get(optionsOf(there), { counter: 6 }) };
    expect((await thief.post('/oauth/sign-in', older)).status).toBe(422);
  });

  it('does not work at a different tenant, for a different user, or where the tenant has turned it off', async () => {
    const { person, device } = await withPasskey();
    const browser = new Person(person.user);
    const elsewhere = await browser.get(browser.path({}, otherApp));
    const fields = { ...formOf(elsewhere, 'passkey'), answer: device.get(optionsOf(elsewhere)) };
    expect((await browser.post('/oauth/sign-in', fields)).status).toBe(422);
    const stranger = await withPasskey();
    const page = await new Person(stranger.person.user).signIn();
    expect(optionsOf(page)).not.toContain(device.credentialId.toString('base64url'));
    const second = new Person(stranger.person.user);
    const asked = await second.signIn();
    const foreign = { ...formOf(asked, 'passkey'), answer: device.get(optionsOf(asked)) };
    expect((await second.post('/oauth/second-factor', foreign)).status).toBe(422);
    const late = await browser.get(browser.path());
    await setRule({ passkeys: false });
    const sent = { ...formOf(late, 'passkey'), answer: device.get(optionsOf(late)) };
    expect((await browser.post('/oauth/sign-in', sent)).status).toBe(422);
    expect((await browser.get(browser.path())).text).not.toContain('data-passkey');
  });

  it('does not work for an app that has turned it off', async () => {
    const { person, device } = await withPasskey();
    const careful = await makeApp(core, tenant.id);
    const browser = new Person(person.user);
    const page = await browser.get(browser.path({}, careful));
    const fields = { ...formOf(page, 'passkey'), answer: device.get(optionsOf(page)) };
    const rules = core.context.get(SignInRulesPort);
    const context = systemContext(newId('req'), tenant.id);
    await rules.setForApp(context, careful.client_id, { ...DEFAULT_RULE, passkeys: false }, null);
    expect((await browser.post('/oauth/sign-in', fields)).status).toBe(422);
    expect((await browser.get(browser.path({}, careful))).text).not.toContain('data-passkey');
  });

  it('cannot be added twice, and not with hostile input', async () => {
    await setRule({ secondFactor: 'required' });
    const person = await newPerson();
    const page = await person.signIn();
    const fields = formOf(page, 'passkey');
    for (const answer of ['', 'null', '{}', '[]', '{"id":"a"}', `{"id":"${'a'.repeat(70_000)}"}`]) {
      const refused = await person.post('/oauth/second-factor', { ...fields, answer: answer.slice(0, 60_000) });
      expect(refused.status).toBe(422);
    }
    const device = new SoftwareAuthenticator(SITE);
    const answer = device.create(optionsOf(page));
    const added = await Promise.all([1, 2, 3].map(() => person.post('/oauth/second-factor', { ...fields, answer })));
    expect(added.filter((one) => recoveryCodesOf(one).length > 0)).toHaveLength(1);
  });
});

describe('a password reset', () => {
  it('keeps the second factor, and ends a sign-in that waits for it', async () => {
    const { person, key } = await withApp();
    const waiting = new Person(person.user);
    const page = await waiting.signIn();
    const user = await userOf(person);
    const password = 'a new password of this person';
    await core.context.get(PasswordsPort).set(systemContext(newId('req'), tenant.id), user.id, password);
    expect(isSignedIn(await waiting.enter(page, codeAt(key, later(Date.now(), 1))))).toBe(true);
    expect(waiting.browser.cookies.has('coresdk-session')).toBe(false);
    const next = new Person(person.user);
    expect((await next.signIn({}, password)).text).toContain('one-time-code');
  });
});

describe('an administrator', () => {
  const reset = (token: string, userId: string) =>
    call<ErrorMembers>(`${url}/api/v1/users/${userId}/factors`, { method: 'DELETE', token });

  it('resets lost factors only after a recent sign-in with two factors', async () => {
    const mails = catchMail(core);
    const { person } = await withApp();
    const user = await userOf(person);
    const admin = await withApp({ role: 'admin' });
    const login = async (otp: string) =>
      call<LoginAnswer>(`${url}/auth/login`, {
        json: { email: admin.person.user.email, password: PASSWORD, otp },
        headers: { forwarded: `for=${newOrigin().ip}` },
      });
    const { body } = await login(codeAt(admin.key, later(Date.now(), 1)));
    moveClock(core, 16 * 60_000);
    const old = await reset(body.token, user.id);
    expect([old.status, old.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/error="insufficient_user_authentication".*acr_values="[^"]+:2fa", max_age="900"/),
    ]);
    moveClock(core, 0);
    expect((await reset(body.token, 'usr-nobody')).status).toBe(404);
    expect((await reset(body.token, user.id)).status).toBe(204);
    expect(isSignedIn(await new Person(person.user).signIn())).toBe(true);
    await expectRecorded(user.id, 'user.factors.reset', ['success']);
    await eventually(() => {
      expect(mails.some(({ to, text }) => to === person.user.email && text.includes('An administrator removed'))).toBe(
        true,
      );
    });
  });

  it('sees the kinds and names of factors, without their keys', async () => {
    const { person, key } = await withApp();
    const token = core.settings.role.CONTROL_PLANE_TOKEN?.reveal() ?? '';
    const path = `${url}/api/v1/users/${(await userOf(person)).id}/factors?tenant=${tenant.id}`;
    const { status, body } = await call<object>(path, { token });
    expect([status, body]).toEqual([
      200,
      {
        items: [
          {
            id: expect.stringMatching(/^fac-/) as string,
            kind: 'totp',
            name: 'Authenticator app',
            synced: false,
            createdAt: expect.any(String) as string,
            lastUsedAt: null,
          },
        ],
        recoveryCodes: 10,
      },
    ]);
    expect(JSON.stringify(body)).not.toContain(key);
    expect((await call(path.replace(tenant.id, other.id), { token })).status).toBe(404);
  });
});

async function userOf(person: Person): Promise<{ readonly id: string }> {
  const user = await core.context.get(UsersPort).findByEmail(tenant.id, person.user.email);
  if (!user) throw new Error('There is no such user.');
  return user;
}
