import { catchMail, makeUser, moveClock, newEmail, PASSWORD } from '../../../test/support/accounts';
import { CookieBrowser, hiddenFields, type PageAnswer } from '../../../test/support/browser-form';
import { eventually } from '../../../test/support/eventually';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { Readiness } from '../../kernel/health/readiness';
import type { RestSurface } from '../../kernel/http/rest-surface';
import { newId } from '../../kernel/ids/ids';
import { PasswordsPort } from '../../modules/users/contract/passwords.port';
import { UsersPort } from '../../modules/users/contract/users.port';
import type { AddressedUser } from '../../modules/users/contract/users.types';
import { LinkMails } from '../../modules/users/mail/link-mails';
import type { Mail } from '../../modules/users/mail/mailer';
import { bootstrap } from '../bootstrap';
import { createControlPlaneSurface } from './control-plane.surface';

let database: TestDatabase;
let core: TestCore;
let surface: RestSurface;
let url: string;
let tenant: TestTenant;
let mails: Mail[];

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { PUBLIC_URL: 'https://id.example.com' });
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
  mails = catchMail(core);
});

afterEach(() => {
  moveClock(core, 0);
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

const context = () => systemContext(newId('req'), tenant.id);
const find = (email: string) => core.context.get(UsersPort).findByEmail(tenant.id, email);
const linkIn = (mail: Mail | undefined): string => {
  const { pathname, search } = new URL(/https:\S+/.exec(mail?.text ?? '')?.[0] ?? 'https://none.example/');
  return pathname + search;
};

/** Runs an action. @returns the mails that answer it. */
async function sentBy(action: () => Promise<unknown>): Promise<readonly Mail[]> {
  const before = mails.length;
  await action();
  await core.context.get(LinkMails, { strict: false }).drain();
  return mails.slice(before);
}

async function verifiedUser(): Promise<AddressedUser> {
  const user = await makeUser(core, tenant.id);
  await queryAs(database.adminUrl, 'UPDATE users.users SET email_verified = true WHERE id = $1', [user.id]);
  return user;
}

/** Signs a user in to the account page. @returns a function that asks there for another address. */
async function onAccountPage({ email }: AddressedUser) {
  const browser = new CookieBrowser(url);
  const signIn = await browser.get('/oauth/console?to=/account');
  await browser.post('/oauth/console', { ...hiddenFields(signIn), email, password: PASSWORD });
  const { csrf = '' } = hiddenFields(await browser.get('/account'));
  return (to: string) => browser.post('/account', { csrf, change: 'email', email: to });
}

/** Opens a link and confirms it, in a browser of its own. @returns the status of the confirmation. */
async function confirm(link: string): Promise<number> {
  const browser = new CookieBrowser(url);
  const page = await browser.get(link);
  if (page.status !== 200) return page.status;
  return (await browser.post('/oauth/email', hiddenFields(page))).status;
}

describe('a change of address', () => {
  it('is confirmed at the old address and then at the new one, and told to the old one', async () => {
    const user = await verifiedUser();
    const ask = await onAccountPage(user);
    const to = newEmail('moved');
    const [allow] = await sentBy(async () => expect((await ask(to)).text).toContain('mail to your current address'));
    expect([allow?.to, allow?.subject]).toEqual([user.email, expect.stringMatching(/^Allow a new address/)]);
    const [confirmation] = await sentBy(async () => expect(await confirm(linkIn(allow))).toBe(200));
    expect([confirmation?.to, await find(to)]).toEqual([to, null]);
    expect(await confirm(linkIn(confirmation))).toBe(200);
    expect(await find(to)).toMatchObject({ id: user.id, email: to, emailVerified: true });
    expect(await find(user.email)).toBeNull();
    await eventually(() =>
      expect(mails.at(-1)).toMatchObject({ to: user.email, text: expect.stringContaining('last mail to the old') }),
    );
    for (const used of [allow, confirmation]) expect(await confirm(linkIn(used))).toBe(410);
    const sql = `SELECT action, metadata FROM audit.events WHERE resource_id = $1 AND action LIKE 'user.email.%'`;
    await eventually(async () => {
      const events = await queryAs<{ action: string }>(database.adminUrl, sql, [user.id]);
      const actions = events.map(({ action }) => action).sort();
      expect(actions).toEqual(['user.email.change', 'user.email.request', 'user.email.request']);
      expect(JSON.stringify(events)).not.toContain(to);
    });
  });

  it('is confirmed only at the new address if the old one was never verified', async () => {
    const user = await makeUser(core, tenant.id);
    const ask = await onAccountPage(user);
    const to = newEmail('moved');
    const [mail] = await sentBy(async () => expect((await ask(to)).text).toContain('the mail to your new address'));
    expect(mail?.to).toBe(to);
    expect(await confirm(linkIn(mail))).toBe(200);
    expect(await find(to)).toMatchObject({ id: user.id, emailVerified: true });
  });

  it('ends links that were sent to the old address', async () => {
    const user = await makeUser(core, tenant.id);
    const passwords = core.context.get(PasswordsPort);
    const origin = { ip: '192.0.2.1', userAgent: '', requestId: newId('req') };
    const [reset] = await sentBy(() => passwords.requestLink(tenant.id, user.email, 'en', origin));
    const token = new URL(/https:\S+/.exec(reset?.text ?? '')?.[0] ?? '').searchParams.get('token') ?? '';
    expect(await passwords.inspect(token)).not.toBeNull();
    const ask = await onAccountPage(user);
    const [mail] = await sentBy(() => ask(newEmail('moved')));
    expect(await confirm(linkIn(mail))).toBe(200);
    expect(await passwords.inspect(token)).toBeNull();
  });

  it('does not reveal that another account has the address, and never takes it', async () => {
    const user = await makeUser(core, tenant.id);
    const other = await makeUser(core, tenant.id);
    const ask = await onAccountPage(user);
    const free = newEmail('free');
    const answers: PageAnswer[] = [];
    const sent = await sentBy(async () => {
      for (const to of [free, other.email]) answers.push(await ask(to));
    });
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[0]?.text).toBe(answers[1]?.text);
    expect(sent.map(({ to }) => to)).toEqual([free]);
    // Somebody creates an account with the address between the mail and the confirmation.
    const to = newEmail('late');
    const [mail] = await sentBy(() => ask(to));
    await makeUser(core, tenant.id, { email: to });
    expect(await confirm(linkIn(mail))).toBe(410);
    expect(await find(user.email)).toMatchObject({ id: user.id });
  });

  it.each(['', 'no address', 'a@b', `${'x'.repeat(250)}@example.com`])('is refused to %j', async (to) => {
    const ask = await onAccountPage(await makeUser(core, tenant.id));
    const answer = await ask(to);
    expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('Enter an email address that is not')]);
  });

  it('is refused for a user whom a directory manages', async () => {
    const user = await makeUser(core, tenant.id);
    const managed = "UPDATE users.users SET user_name = 'ada', user_name_key = $2 WHERE id = $1";
    await queryAs(database.adminUrl, managed, [user.id, `ada-${user.id}`]);
    const ask = await onAccountPage(user);
    expect((await ask(newEmail('moved'))).status).toBe(403);
  });

  it('needs a recent sign-in', async () => {
    const ask = await onAccountPage(await makeUser(core, tenant.id));
    moveClock(core, 11 * 60_000);
    const answer = await ask(newEmail('moved'));
    expect([answer.status, answer.headers.get('location')]).toEqual([303, expect.stringContaining('/oauth/console')]);
  });
});

describe('the link of a change of address', () => {
  it.each<readonly [string, (user: AddressedUser) => Promise<unknown> | void]>([
    ['after an hour', () => moveClock(core, 3_600_001)],
    ['after a new password', ({ id }) => core.context.get(PasswordsPort).set(context(), id, 'a wholly new password')],
    ['after a suspension', ({ id }) => core.context.get(UsersPort).setStatus(context(), id, 'suspended')],
  ])('ends %s', async (_, end) => {
    const user = await makeUser(core, tenant.id);
    const ask = await onAccountPage(user);
    const [mail] = await sentBy(() => ask(newEmail('moved')));
    await end(user);
    expect(await confirm(linkIn(mail))).toBe(410);
  });

  it('cannot be forged, or replaced by a link for something else', async () => {
    const user = await verifiedUser();
    const origin = { ip: '192.0.2.2', userAgent: '', requestId: newId('req') };
    const [reset] = await sentBy(() =>
      core.context.get(PasswordsPort).requestLink(tenant.id, user.email, 'en', origin),
    );
    const token = new URL(/https:\S+/.exec(reset?.text ?? '')?.[0] ?? '').searchParams.get('token') ?? '';
    for (const bad of ['', 'x', 'A'.repeat(300), 'A'.repeat(5_000), token]) {
      expect(await confirm(`/oauth/email?token=${bad}`)).toBe(410);
    }
  });
});
