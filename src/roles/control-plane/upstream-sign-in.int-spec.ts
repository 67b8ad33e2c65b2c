import { Secret, TOTP } from 'otpauth';
import { catchMail, makeUser, moveClock, newEmail, newOrigin, PASSWORD } from '../../../test/support/accounts';
import { hiddenFields, type PageAnswer } from '../../../test/support/browser-form';
import {
  type ConnectionsTenant,
  ConnectionsWorld,
  REDIRECT_URI,
  type SignInBrowser,
} from '../../../test/support/connections-world';
import { eventually } from '../../../test/support/eventually';
import { queryAs } from '../../../test/support/test-database';
import { openUpstream, type UpstreamPerson, type UpstreamProvider } from '../../../test/support/upstream-provider';
import { systemContext } from '../../kernel/context/call-context';
import type { Connection } from '../../modules/connections/contract/connections.types';
import type { Identity } from '../../modules/connections/contract/identities.types';
import { FactorsPort } from '../../modules/factors/contract/factors.port';
import { OneTimeCodesPort } from '../../modules/factors/contract/one-time-codes.port';
import { SessionsPort } from '../../modules/users/contract/sessions.port';
import { SignInPort } from '../../modules/users/contract/sign-in.port';
import { UsersPort } from '../../modules/users/contract/users.port';
import type { User } from '../../modules/users/contract/users.types';

let world: ConnectionsWorld;
let tenant: ConnectionsTenant;
let upstream: UpstreamProvider;

beforeAll(async () => {
  [world, upstream] = await Promise.all([ConnectionsWorld.open(), openUpstream(REDIRECT_URI)]);
  tenant = await world.tenant('a');
});

afterAll(async () => {
  await world.close();
  await upstream.close();
});

afterEach(() => moveClock(world.core, 0));

const connect = (members: object = {}, at = tenant): Promise<Connection> => {
  const { issuer, clientId, clientSecret } = upstream;
  return at.connect({ issuer, clientId, clientSecret, ...members });
};
const userOf = (email: string, at = tenant): Promise<User | null> =>
  world.core.context.get(UsersPort).findByEmail(at.id, email);
const signInWith = (email: string, password: string, at = tenant) =>
  world.core.context.get(SignInPort).withPassword(at.id, email, password, newOrigin());
const identitiesOf = async ({ id }: Connection, at = tenant): Promise<readonly Identity[]> =>
  (await at.send<{ items: Identity[] }>('GET', `/connections/${id}/identities`)).body.items;

/** Signs a person in through a connection. @returns the page or redirect after the provider. */
async function through(
  connection: Connection,
  person: UpstreamPerson,
  browser: SignInBrowser = tenant.browser(),
): Promise<PageAnswer> {
  upstream.personIs(person);
  const start = await browser.start(connection.id);
  return browser.back(await upstream.signIn(start.href));
}

let subjects = 0;
const person = (members: object = {}): UpstreamPerson & { readonly email: string } => ({
  sub: `person-${++subjects}`,
  email: newEmail(),
  email_verified: true,
  name: 'Ada Lovelace',
  ...members,
});

/** Adds an authenticator app to a user. @returns its key. */
async function addApp(user: User): Promise<string> {
  const codes = world.core.context.get(OneTimeCodesPort);
  const owner = { user, ip: newOrigin().ip, requestId: 'req-test' };
  const { key } = codes.newKey(owner, 'Tests');
  const secret = Secret.fromBase32(key);
  // The code of the step before leaves the current one for the test.
  const code = TOTP.generate({ secret, timestamp: Date.now() - 30_000 });
  expect(await codes.enroll(owner, key, code, '')).toMatchObject({ enrolled: true });
  return key;
}

const codeOf = (key: string): string =>
  TOTP.generate({ secret: Secret.fromBase32(key), timestamp: Date.now() + 30_000 });

describe('signing in through a provider', () => {
  it('creates an account at the first sign-in, and finds it by subject at the next', async () => {
    const connection = await connect({ provisioning: 'all' });
    const browser = tenant.browser();
    const ada = person();
    const answer = await through(connection, ada, browser);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/^\/oauth\/authorize\?/),
    ]);
    expect((await browser.appRedirect())?.searchParams.get('code')).toMatch(/^ac_/);
    const user = await userOf(ada.email);
    expect(user).toMatchObject({ displayName: 'Ada Lovelace', status: 'active', role: 'member', emailVerified: false });
    const [session] = await world.core.context.get(SessionsPort).list(tenant.id, user?.id ?? '');
    expect(session?.amr).toEqual(['fed']);

    const renamed = { ...ada, email: newEmail('renamed') };
    expect((await through(connection, renamed)).status).toBe(303);
    expect(await userOf(renamed.email)).toBeNull();
    expect(await identitiesOf(connection)).toMatchObject([{ userId: user?.id, email: renamed.email }]);
  });

  it('assigns the role of the first rule that matches, at each sign-in, but never touches owners', async () => {
    const roleRules = [{ claim: 'groups', contains: 'Admins', role: 'admin' }];
    const connection = await connect({ provisioning: 'all', roleRules });
    const ada = person({ groups: ['Staff', 'Admins'] });
    await through(connection, ada);
    expect((await userOf(ada.email))?.role).toBe('admin');
    await through(connection, { ...ada, groups: ['Staff'] });
    expect((await userOf(ada.email))?.role).toBe('member');

    const owner = await makeUser(world.core, tenant.id, { role: 'owner' });
    const identity = person({ email: owner.email, groups: ['Admins'] });
    const browser = tenant.browser();
    const page = await through(connection, identity, browser);
    expect((await browser.prove(page, { email: owner.email, password: PASSWORD })).status).toBe(303);
    expect((await userOf(owner.email))?.role).toBe('owner');
  });

  it('signs nobody in who is suspended', async () => {
    const connection = await connect({ provisioning: 'all' });
    const ada = person();
    await through(connection, ada);
    const { id } = (await userOf(ada.email)) as User;
    await world.core.context.get(UsersPort).setStatus(systemContext('req-test', tenant.id), id, 'suspended');
    const answer = await through(connection, ada);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('Your account is not active')]);
  });

  it('asks the provider to authenticate again for prompt=login, and then signs in', async () => {
    const connection = await connect({ provisioning: 'all' });
    upstream.personIs(person());
    const browser = tenant.browser();
    const start = await browser.start(connection.id, { prompt: 'login', login_hint: 'ada@example.com' });
    expect(start.searchParams.get('prompt')).toBe('login');
    expect(start.searchParams.get('login_hint')).toBe('ada@example.com');
    const back = await browser.back(await upstream.signIn(start.href));
    const next = await browser.cookies.get(back.headers.get('location') ?? '');
    expect(next.headers.get('location')).toMatch(/^https:\/\/app\.example\/cb\?.*code=/);
  });

  it('is not offered, and does not start, at a disabled connection or one of another tenant', async () => {
    const other = await world.tenant('other');
    const foreign = await connect({}, other);
    const disabled = await connect({ status: 'disabled' });
    const browser = tenant.browser();
    const { text } = await browser.signInPage();
    expect(text).not.toContain(foreign.id);
    expect(text).not.toContain(disabled.id);
    const request = encodeURIComponent(tenant.authorizePath().split('?')[1] ?? '');
    for (const { id } of [foreign, disabled]) {
      expect((await browser.cookies.get(`/oauth/connections/${id}/start?request=${request}`)).status).toBe(404);
    }
  });
});

describe('an existing account', () => {
  it('is linked after its password proved it, and a mail tells its owner', async () => {
    const connection = await connect();
    const mails = catchMail(world.core);
    const account = await makeUser(world.core, tenant.id);
    const ada = person({ email: account.email });
    const browser = tenant.browser();
    const page = await through(connection, ada, browser);
    expect(page.text).toContain('Is this your account?');
    expect(page.text).toContain('Company');
    expect(page.text).toContain(account.email);
    const wrong = await browser.prove(page, { email: account.email, password: 'not the password' });
    expect([wrong.status, await identitiesOf(connection)]).toEqual([422, []]);
    const proven = await browser.prove(wrong, { email: account.email, password: PASSWORD });
    expect([proven.status, proven.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/^\/oauth\/authorize\?/),
    ]);
    expect(await identitiesOf(connection)).toMatchObject([{ userId: account.id }]);
    await eventually(() => expect(mails.map(({ to }) => to)).toEqual([account.email]));
    expect((await through(connection, ada)).status).toBe(303);
  });

  it('with a second factor is linked only after that factor proved it too', async () => {
    const connection = await connect();
    const ada = await makeUser(world.core, tenant.id);
    const key = await addApp(ada);
    const browser = tenant.browser();
    const page = await through(connection, person({ email: ada.email }), browser);
    const second = await browser.prove(page, { email: ada.email, password: PASSWORD });
    expect([second.status, second.text]).toEqual([200, expect.stringContaining('one-time-code')]);
    expect(await identitiesOf(connection)).toEqual([]);
    const wrong = await browser.enterCode(second, '000000');
    expect([wrong.status, await identitiesOf(connection)]).toEqual([422, []]);
    const answer = await browser.enterCode(second, codeOf(key));
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/^\/oauth\/authorize\?/),
    ]);
    expect(await identitiesOf(connection)).toMatchObject([{ userId: ada.id }]);
    const sessions = await world.core.context.get(SessionsPort).list(tenant.id, ada.id);
    expect(sessions.map(({ amr }) => amr.includes('mfa'))).toEqual([true]);
  });

  it('can have another address than the identity', async () => {
    const connection = await connect();
    const account = await makeUser(world.core, tenant.id);
    const browser = tenant.browser();
    const page = await through(connection, person(), browser);
    await browser.prove(page, { email: account.email, password: PASSWORD });
    expect(await identitiesOf(connection)).toMatchObject([{ userId: account.id }]);
  });

  it('is not found by an address that is not verified; the page is the same as without an account', async () => {
    const connection = await connect({ provisioning: 'all' });
    await tenant.verifyDomain(connection.id, 'unverified.example');
    const account = await makeUser(world.core, tenant.id, { email: 'taken@unverified.example' });
    const shown = async (email: string): Promise<string> => {
      const page = await through(connection, person({ email, email_verified: false, sub: `unverified-${email}` }));
      expect(page.status).toBe(200);
      return page.text.replaceAll(email, 'ADDRESS').replaceAll(/value="[^"]*"/g, '');
    };
    expect(await shown(account.email)).toBe(await shown('free@unverified.example'));
    expect(await identitiesOf(connection)).toEqual([]);
    expect(await userOf('free@unverified.example')).toBeNull();
  });

  it('is linked without a proof if the domain is verified for the connection', async () => {
    const connection = await connect();
    await tenant.verifyDomain(connection.id, 'linked.example');
    const account = await makeUser(world.core, tenant.id, { email: 'ada@linked.example', password: null });
    expect(account.status).toBe('invited');
    expect((await through(connection, person({ email: 'Ada@Linked.example' }))).status).toBe(303);
    expect(await userOf(account.email)).toMatchObject({ id: account.id, status: 'active', emailVerified: true });
  });

  it('that an attacker prepared belongs to its real owner alone (pre-hijacking)', async () => {
    const attackers = await connect();
    const connection = await connect();
    await tenant.verifyDomain(connection.id, 'victim.example');
    const account = await makeUser(world.core, tenant.id, { email: 'victim@victim.example' });
    const outcome = await signInWith(account.email, PASSWORD);
    if (outcome.outcome !== 'signed_in') throw new Error('The attacker cannot sign in.');
    const { token } = await world.core.context.get(SessionsPort).start(outcome.user, ['pwd'], newOrigin());
    const trojan = person();
    const browser = tenant.browser();
    await browser.prove(await through(attackers, trojan, browser), { email: account.email, password: PASSWORD });
    expect(await identitiesOf(attackers)).toHaveLength(1);
    await addApp(account);

    expect((await through(connection, person({ email: account.email }))).status).toBe(303);
    expect(await userOf(account.email)).toMatchObject({ id: account.id, emailVerified: true });
    expect(await signInWith(account.email, PASSWORD)).toEqual({ outcome: 'refused' });
    expect(await world.core.context.get(SessionsPort).find(token)).toBeNull();
    expect(await identitiesOf(attackers)).toEqual([]);
    const left = await world.core.context.get(FactorsPort).list(tenant.id, account.id);
    expect(left).toEqual({ factors: [], recoveryCodes: 0 });
    expect((await through(attackers, trojan)).text).toContain('Is this your account?');
  });

  it('of an owner needs a proof even if the domain is verified', async () => {
    const connection = await connect();
    await tenant.verifyDomain(connection.id, 'owner.example');
    await makeUser(world.core, tenant.id, { email: 'owner@owner.example', role: 'owner' });
    expect((await through(connection, person({ email: 'owner@owner.example' }))).text).toContain(
      'Is this your account?',
    );
  });

  it('is not found by the identities of an earlier provider', async () => {
    const second = await openUpstream(REDIRECT_URI);
    const connection = await connect({ provisioning: 'all' });
    const ada = person();
    await through(connection, ada);
    const patch = { issuer: second.issuer };
    expect((await tenant.send('PATCH', `/connections/${connection.id}`, patch)).status).toBe(400);
    const { status } = await tenant.send('PATCH', `/connections/${connection.id}`, {
      ...patch,
      clientSecret: second.clientSecret,
    });
    expect(status).toBe(200);
    second.personIs({ ...ada, email: newEmail('other') });
    const browser = tenant.browser();
    const back = await browser.back(await second.signIn((await browser.start(connection.id)).href));
    expect(back.status).toBe(303);
    const users = new Set((await identitiesOf(connection)).map(({ userId }) => userId));
    expect(users.size).toBe(2);
    await second.close();
  });

  it('of another tenant is not affected by what a provider asserts', async () => {
    const other = await world.tenant('b');
    const victim = await makeUser(world.core, other.id, { email: 'ada@b.example' });
    const theirs = await connect({}, other);
    await other.verifyDomain(theirs.id, 'b.example');
    const ours = await connect({ provisioning: 'all' });
    const path = `/connections/${ours.id}/domains`;
    const { body } = await tenant.send<{ recordName: string; recordValue: string }>('POST', path, {
      domain: 'b.example',
    });
    world.records.set(body.recordName, [...(world.records.get(body.recordName) ?? []), body.recordValue]);
    expect((await tenant.send('POST', `${path}/b.example/verify`)).status).toBe(409);
    expect((await through(ours, person({ email: victim.email }))).status).toBe(303);
    expect((await userOf(victim.email))?.id).not.toBe(victim.id);
    expect(await identitiesOf(theirs, other)).toEqual([]);
  });
});

describe('a response of a provider', () => {
  it('works once, in the browser that started the sign-in, for 10 minutes', async () => {
    const connection = await connect({ provisioning: 'all' });
    const ada = person();
    upstream.personIs(ada);
    const browser = tenant.browser();
    const url = await upstream.signIn((await browser.start(connection.id)).href);
    const invalid = expect.stringContaining('This sign-in is no longer valid') as string;
    const stranger = await tenant.browser().back(url);
    expect([stranger.status, stranger.text]).toEqual([400, invalid]);
    const other = tenant.browser();
    await other.signInPage();
    expect((await other.back(url)).text).toEqual(invalid);
    expect((await browser.back(url)).status).toBe(303);
    const replayed = await browser.back(url);
    expect([replayed.status, replayed.text]).toEqual([400, invalid]);

    const late = await upstream.signIn((await browser.start(connection.id, { prompt: 'login' })).href);
    moveClock(world.core, 10 * 60_000);
    expect((await browser.back(late)).text).toEqual(invalid);
    const reasons = await reasonsOf(connection.id);
    expect(reasons).toEqual(expect.arrayContaining(['other_browser', 'used_state', 'expired_state']));
  });

  it('is refused if its state was changed, or there is none', async () => {
    const connection = await connect();
    const browser = tenant.browser();
    const start = await browser.start(connection.id);
    const state = start.searchParams.get('state') ?? '';
    const changed = `${state.slice(0, -4)}${state.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
    for (const query of ['', 'code=x', `code=x&state=${changed}`, `code=x&state=${state}&state=${state}`]) {
      expect((await browser.cookies.get(`/oauth/connections/callback?${query}`)).status).toBe(400);
    }
    expect(state).not.toContain(connection.id);
  });

  it('with an error becomes a page with a request id and a way back, and an audit record', async () => {
    const connection = await connect();
    const browser = tenant.browser();
    const start = await browser.start(connection.id);
    const query = new URLSearchParams({
      error: 'access_denied',
      error_description: '<script>alert(1)</script>',
      state: start.searchParams.get('state') ?? '',
      iss: upstream.issuer,
    });
    const page = await browser.cookies.get(`/oauth/connections/callback?${query.toString()}`);
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('You are not signed in')]);
    expect(page.text).toMatch(/req-[0-9a-z]{26}/);
    expect(page.text).not.toContain('alert(1)');
    const [, back = ''] = /href="(\/oauth\/sign-in\?request=[^"]*)"/.exec(page.text) ?? [];
    expect((await browser.cookies.get(back)).text).toContain('type="password"');
    expect(await reasonsOf(connection.id)).toContain('denied');
  });

  it('never leads anywhere but to the authorization request from which the browser came', async () => {
    const connection = await connect({ provisioning: 'all' });
    const browser = tenant.browser();
    await browser.signInPage();
    for (const request of [
      'https://evil.example',
      '//evil.example',
      'client_id=x',
      tenant.authorizePath().replace('app.example', 'evil.example').split('?')[1] ?? '',
    ]) {
      const path = `/oauth/connections/${connection.id}/start?request=${encodeURIComponent(request)}`;
      const answer = await browser.cookies.get(path);
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    }
    upstream.personIs(person());
    const url = await upstream.signIn((await browser.start(connection.id)).href);
    url.searchParams.set('redirect_uri', 'https://evil.example');
    url.searchParams.set('request', 'https://evil.example');
    const answer = await browser.back(url);
    expect(answer.headers.get('location')).toMatch(/^\/oauth\/authorize\?response_type=code&/);
    expect(answer.headers.get('location')).not.toContain('evil');
  });

  it('cannot be linked from another browser, or with a token that was changed', async () => {
    const connection = await connect();
    const account = await makeUser(world.core, tenant.id);
    const browser = tenant.browser();
    const page = await through(connection, person(), browser);
    const other = tenant.browser();
    await other.signInPage();
    const credentials = { email: account.email, password: PASSWORD };
    expect((await other.prove(page, credentials)).status).toBe(403);
    const fields = hiddenFields(page);
    const changed = { ...fields, ...credentials, link: `${fields['link'] ?? ''}A` };
    expect((await browser.cookies.post('/oauth/connections/link', changed)).status).toBe(403);
    moveClock(world.core, 10 * 60_000);
    expect((await browser.prove(page, credentials)).status).toBe(400);
    expect(await identitiesOf(connection)).toEqual([]);
  });
});

/** Returns the reasons and details of refused sign-ins through a connection. */
async function reasonsOf(connectionId: string): Promise<readonly string[]> {
  const rows = await queryAs<{ reason: string; detail: string | null }>(
    world.database.adminUrl,
    `SELECT reason, metadata->>'detail' AS detail FROM audit.events
     WHERE action = 'user.sign_in' AND outcome = 'denied' AND metadata->>'connectionId' = $1
     UNION ALL SELECT payload->>'reason', payload->'metadata'->>'detail' FROM kernel.outbox
     WHERE payload->>'action' = 'user.sign_in' AND payload->'metadata'->>'connectionId' = $1`,
    [connectionId],
  );
  return rows.flatMap(({ reason, detail }) => (detail === null ? [reason] : [reason, detail]));
}
