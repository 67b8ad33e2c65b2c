import { Client } from 'pg';
import { eventually } from '../../../test/support/eventually';
import { openBackend, type TestBackend } from '../../../test/support/backend';
import { catchMail, makeUser, newEmail, PASSWORD } from '../../../test/support/accounts';
import { type Answer, call, type Call, expectError } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { verdictOn } from '../../../test/support/token-verdict';
import {
  claimsOf,
  makeTenant,
  signToken,
  type TestTenant,
  tokenOf as tokenOfTenant,
} from '../../../test/support/two-tenants';
import { Writes } from '../../kernel/idempotency/writes';
import { newId, newUlid } from '../../kernel/ids/ids';
import { DocumentWorkers } from '../../kernel/threads/document-workers';
import { TaskStopped } from '../../kernel/threads/task-stopped';
import { type Account, userQuery, type UserRemoval } from '../../modules/users/contract/accounts.types';
import type { Invitation, SentInvitation } from '../../modules/users/contract/invitations.types';
import type { UserImportReport } from '../../modules/users/contract/user-import.types';
import type { User, UserRole } from '../../modules/users/contract/users.types';
import { PasswordsPort } from '../../modules/users/contract/passwords.port';
import { SessionsPort } from '../../modules/users/contract/sessions.port';
import { SignInPort } from '../../modules/users/contract/sign-in.port';
import { InvitationMails } from '../../modules/users/invitations/invitation-mails';
import { ACCOUNT_LIST, ACCOUNT_SEARCH } from '../../modules/users/storage/account.row';

interface Listed<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  readonly total?: number;
}

const SCOPE = 'users.read users.write sessions.read sessions.write';
const MOVED_PASSWORD = 'a password of long ago';
/** A bcrypt hash of {@link MOVED_PASSWORD}. */
const MOVED_HASH = '$2b$04$RaWonKEUpu5yOC75c88ULOl7ezTPwVSCJ1DUXuoKDMQGlEye4Fmqq';
const ORIGIN = { ip: '192.0.2.9', userAgent: 'test', requestId: 'req-users' };

let database: TestDatabase;
let core: TestCore;
let surface: TestBackend;
let url: string;
let a: TestTenant;
let b: TestTenant;
/** Returns a token for an app of the tenant. The token has the scope `admin`, so that the app acts as an administrator. */
let app: string;
let appOfB: string;
let owner: User;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { LIMIT_PER_ADDRESS: '0' });
  surface = await openBackend(core);
  url = `${surface.url}/v1`;
  [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
  [app, appOfB] = [await appToken(a), await appToken(b)];
  owner = await makeUser(core, a.id, { role: 'owner' });
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

const appToken = (tenant: TestTenant, scope = `${SCOPE} admin`): Promise<string> =>
  tokenOfTenant(core, tenant, { scope });

/** Returns a token for a person, as the authorization server would issue it. */
const tokenOf = ({ id, role }: Pick<User, 'id' | 'role'>, tenant = a): Promise<string> =>
  tokenOfTenant(core, tenant, { sub: id, user_id: id, roles: [role], scope: SCOPE });

const send = <T = Account>(path: string, options: Call = {}): Promise<Answer<T>> =>
  call<T>(`${url}${path}`, { token: app, ...options });
const patch = (id: string, json: object, options: Call = {}) =>
  send(`/users/${id}`, { method: 'PATCH', json, ...options });
const post = <T = Account>(path: string, options: Call = {}) => send<T>(path, { method: 'POST', ...options });

const audited = ({ requestId }: Answer<unknown>) =>
  queryAs<{ action: string; outcome: string; metadata: object }>(
    database.adminUrl,
    `SELECT action, outcome, metadata FROM audit.events WHERE request_id = $1
     UNION ALL SELECT payload->>'action', payload->>'outcome', payload->'metadata' FROM kernel.outbox
       WHERE payload->>'requestId' = $1`,
    [requestId],
  );

describe('a user', () => {
  it('is shown with its version and preferences, but only in its own tenant', async () => {
    const { id, email } = await makeUser(core, a.id);
    const shown = await send(`/users/${id}`);
    expect([shown.status, shown.headers.get('etag')]).toEqual([200, '"1"']);
    expect(shown.body).toMatchObject({ id, email, displayName: 'Ada', role: 'member', status: 'active', version: 1 });
    expect(shown.body.preferences).toEqual({ theme: 'system', locale: null, notificationsEnabled: true });
    expect((await send(`/users/${id}`, { headers: { 'if-none-match': '"1"' } })).status).toBe(304);
    for (const path of [`/users/${id}`, `/users/${newId('usr')}`, '/users/nonsense']) {
      expectError(await send(path, { token: appOfB }), 404, 'not_found');
    }
  });

  it('changes only in the fields that a patch names, if the version matches, and the change is recorded', async () => {
    const { id } = await makeUser(core, a.id);
    const stale = { headers: { 'if-match': '"7"' } };
    expectError(await patch(id, { displayName: 'Grace' }, stale), 412, 'precondition_failed');
    const changed = await patch(id, { displayName: ' Grace ', role: 'viewer' }, { headers: { 'if-match': '"1"' } });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    expect(changed.body).toMatchObject({ displayName: 'Grace', role: 'viewer', updatedBy: a.clientId });
    expect(await audited(changed)).toMatchObject([{ action: 'user.change', outcome: 'success' }]);
    expect((await patch(id, { role: 'viewer' })).body.version).toBe(2);
  });

  it.each([
    [{}, ''],
    [{ email: 'x@example.com' }, '/email'],
    [{ status: 'invited' }, '/status'],
    [{ role: 'king' }, '/role'],
    [{ displayName: ' ' }, '/displayName'],
    [{ displayName: 'a\nb' }, '/displayName'],
    [{ displayName: 'x'.repeat(201) }, '/displayName'],
  ])('cannot be patched with %j', async (json, pointer) => {
    const { errors } = expectError(await patch(owner.id, json), 400, 'invalid_request');
    expect(errors?.[0]?.pointer).toBe(pointer);
  });

  it('can be suspended and deactivated, which ends sessions and tokens, and reactivated', async () => {
    const user = await makeUser(core, a.id);
    const sessions = core.context.get(SessionsPort);
    const { token: cookie } = await sessions.start(user, ['pwd'], ORIGIN);
    const own = await tokenOf(user);
    expect((await send('/users/me', { token: own })).status).toBe(200);
    expect((await post(`/users/${user.id}/suspend`)).body).toMatchObject({ status: 'suspended', version: 2 });
    expectError(await send('/users/me', { token: own }), 401, 'unauthorized');
    expect(await sessions.find(cookie)).toBeNull();
    expect((await post(`/users/${user.id}/suspend`)).body.version).toBe(2);
    expect((await post(`/users/${user.id}/deactivate`)).body.status).toBe('deactivated');
    expect((await post(`/users/${user.id}/activate`)).body.status).toBe('active');
    expectError(await send('/users/me', { token: own }), 401, 'unauthorized');
    expect((await send('/users/me', { token: await tokenOf(user) })).status).toBe(200);
  });

  it('loses a removed role in existing tokens, and has the new role in new tokens', async () => {
    const user = await makeUser(core, a.id, { role: 'admin' });
    const [first, second] = [await tokenOf(user), await tokenOf(user)];
    const third = await makeUser(core, a.id);
    expect((await patch(third.id, { displayName: 'X' }, { token: first })).status).toBe(200);
    expect((await patch(user.id, { role: 'viewer' })).status).toBe(200);
    for (const token of [first, second]) expectError(await send('/users', { token }), 401, 'unauthorized');
    const viewer = await tokenOf({ ...user, role: 'viewer' });
    expect((await send('/users', { token: viewer })).status).toBe(200);
    expectError(await patch(third.id, { displayName: 'Y' }, { token: viewer }), 403, 'forbidden');
    // The token is also refused in a process that has not received the change, whenever the token was issued.
    const late = await tokenOf(user);
    expectError(await send('/users', { token: late }), 401, 'unauthorized');
    // A process that starts later also applies the change.
    const other = await openAllCore(database);
    expect(await verdictOn(other, late)).toEqual({ valid: false, refusal: 'token_revoked' });
    expect(await verdictOn(other, viewer)).toMatchObject({ valid: true });
    await other.close();
  });
});

describe('the hierarchy of roles', () => {
  it('keeps administrators from creating or changing owners', async () => {
    const tenant = await makeTenant(core, 'h');
    const [top, admin, member] = await Promise.all(
      (['owner', 'admin', 'member'] as const).map((role) => makeUser(core, tenant.id, { role })),
    );
    const tokens = { app: await appToken(tenant), admin: await tokenOf(admin as User, tenant) };
    for (const token of Object.values(tokens)) {
      expectError(await patch(top?.id ?? '', { displayName: 'X' }, { token }), 403, 'forbidden');
      expectError(await patch(member?.id ?? '', { role: 'owner' }, { token }), 403, 'forbidden');
      expectError(await post(`/users/${top?.id}/suspend`, { token }), 403, 'forbidden');
      expectError(await send(`/users/${top?.id}`, { method: 'DELETE', token }), 403, 'forbidden');
      expectError(await post('/users', { token, json: { email: newEmail(), role: 'owner' } }), 403, 'forbidden');
      const csv = { headers: { 'content-type': 'text/csv' }, body: `email,role\n${newEmail()},owner\n` };
      expectError(await post('/users/import', { token, ...csv }), 422, 'unprocessable');
    }
    const token = await tokenOf(top as User, tenant);
    expect((await patch(member?.id ?? '', { role: 'owner' }, { token })).body.role).toBe('owner');
    expect((await patch(member?.id ?? '', { role: 'admin' }, { token })).body.role).toBe('admin');
  });

  it('keeps an app with only users.write from creating or changing administrators', async () => {
    const token = await appToken(a, SCOPE);
    const [admin, member] = [await makeUser(core, a.id, { role: 'admin' }), await makeUser(core, a.id)];
    expectError(await post('/users', { token, json: { email: newEmail(), role: 'admin' } }), 403, 'forbidden');
    expectError(await patch(member.id, { role: 'admin' }, { token }), 403, 'forbidden');
    expectError(await patch(admin.id, { role: 'member' }, { token }), 403, 'forbidden');
    expectError(await post(`/users/${admin.id}/suspend`, { token }), 403, 'forbidden');
    expectError(await send(`/users/${admin.id}`, { method: 'DELETE', token }), 403, 'forbidden');
    const csv = { headers: { 'content-type': 'text/csv' }, body: `email,role\n${newEmail()},admin\n` };
    expectError(await post('/users/import', { token, ...csv }), 422, 'unprocessable');
    expect((await patch(member.id, { role: 'viewer' }, { token })).body.role).toBe('viewer');
    expect((await post('/users', { token, json: { email: newEmail(), role: 'member' } })).status).toBe(201);
    expect((await post('/users', { json: { email: newEmail(), role: 'admin' } })).status).toBe(201);
  });

  it('prevents members and viewers from administering users', async () => {
    for (const role of ['member', 'viewer'] as const) {
      const token = await tokenOf(await makeUser(core, a.id, { role }));
      expectError(await patch(owner.id, { displayName: 'X' }, { token }), 403, 'forbidden');
      expectError(await post('/users', { token, json: { email: newEmail() } }), 403, 'forbidden');
      expectError(await send('/users/invitations', { token }), 403, 'forbidden');
      expect((await send('/users', { token })).status).toBe(200);
    }
  });
});

describe('the last owner', () => {
  const withOwners = async (count: number) => {
    const tenant = await makeTenant(core, 'o');
    const owners = await Promise.all(
      Array.from({ length: count }, () => makeUser(core, tenant.id, { role: 'owner' as UserRole })),
    );
    return { tenant, owners };
  };

  it('cannot be demoted, suspended, deactivated or deleted', async () => {
    const { tenant, owners } = await withOwners(1);
    const [{ id, role } = owner] = owners;
    const token = await tokenOf({ id, role }, tenant);
    for (const json of [{ role: 'admin' }, { status: 'suspended' }, { status: 'deactivated' }]) {
      expectError(await patch(id, json, { token }), 409, 'conflict');
    }
    expectError(await post(`/users/${id}/suspend`, { token }), 409, 'conflict');
    for (const query of ['', '?dryRun=true']) {
      expectError(await send(`/users/${id}${query}`, { method: 'DELETE', token }), 409, 'conflict');
    }
    // An invited owner cannot act for the tenant yet.
    await makeUser(core, tenant.id, { role: 'owner', password: null });
    expectError(await patch(id, { role: 'admin' }, { token }), 409, 'conflict');
  });

  it('remains when all owners demote, suspend and delete each other concurrently', async () => {
    for (let round = 0; round < 10; round++) {
      const { tenant, owners } = await withOwners(3);
      const calls = await Promise.all(
        owners.map(async (user, index) => ({ token: await tokenOf(user, tenant), other: owners[(index + 1) % 3]?.id })),
      );
      const answers = await Promise.all(
        calls.flatMap(({ token, other }) => [
          patch(other ?? '', { role: 'member' }, { token }),
          post(`/users/${other}/suspend`, { token }),
          send(`/users/${other}`, { method: 'DELETE', token }),
        ]),
      );
      expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
      const left = await queryAs<{ owners: number }>(
        database.adminUrl,
        `SELECT count(*)::int AS owners FROM users.users WHERE tenant_id = $1 AND role = 'owner' AND status = 'active'`,
        [tenant.id],
      );
      expect(left[0]?.owners).toBeGreaterThanOrEqual(1);
    }
  });
});

describe('the caller’s own account', () => {
  it('changes its name, avatar and preferences, and keeps the fields that a patch omits', async () => {
    const user = await makeUser(core, a.id, { role: 'viewer' });
    const token = await tokenOf(user);
    const me = (json: object, options: Call = {}) => send('/users/me', { method: 'PATCH', token, json, ...options });
    const avatarUrl = 'https://cdn.example/a.png';
    const first = await me({ avatarUrl, preferences: { theme: 'dark', locale: 'de-AT' } });
    expect(first.body).toMatchObject({ avatarUrl, displayName: 'Ada', version: 2, updatedBy: user.id });
    expect(first.body.preferences).toEqual({ theme: 'dark', locale: 'de-AT', notificationsEnabled: true });
    const second = await me({ displayName: 'Countess', preferences: { locale: null, notificationsEnabled: false } });
    expect(second.body.preferences).toEqual({ theme: 'dark', locale: null, notificationsEnabled: false });
    expect((await me({ avatarUrl: null })).body).toMatchObject({
      avatarUrl: null,
      displayName: 'Countess',
      version: 4,
    });
    expectError(await me({ displayName: 'X' }, { headers: { 'if-match': '"1"' } }), 412, 'precondition_failed');
    expect((await send('/users/me', { token })).body).toMatchObject({ displayName: 'Countess', version: 4 });
  });

  it.each([
    [{ role: 'owner' }, '/role'],
    [{ avatarUrl: 'javascript:alert(1)' }, '/avatarUrl'],
    [{ avatarUrl: 'http://x.example/a.png' }, '/avatarUrl'],
    [{ preferences: {} }, '/preferences'],
    [{ preferences: { theme: 'pink' } }, '/preferences/theme'],
    [{ preferences: { locale: 'not a tag' } }, '/preferences/locale'],
    [{ preferences: { admin: true } }, '/preferences/admin'],
  ])('cannot be patched with %j', async (json, pointer) => {
    const answer = await send('/users/me', { method: 'PATCH', token: await tokenOf(owner), json });
    expect(expectError(answer, 400, 'invalid_request').errors?.[0]?.pointer).toBe(pointer);
  });

  it('must be a person: an app has neither an account nor sessions', async () => {
    expectError(await send('/users/me'), 403, 'forbidden');
    expectError(await send('/sessions'), 403, 'forbidden');
    expectError(await send('/sessions', { method: 'DELETE' }), 403, 'forbidden');
  });

  it('lists and ends the caller’s own sessions, and no others', async () => {
    const sessions = core.context.get(SessionsPort);
    const [user, other] = [await makeUser(core, a.id, { role: 'viewer' }), await makeUser(core, a.id)];
    const token = await tokenOf(user);
    const [one, two, three] = [
      await sessions.start(user, ['pwd'], ORIGIN),
      await sessions.start(user, ['pwd'], ORIGIN),
      await sessions.start(other, ['pwd'], ORIGIN),
    ];
    const listed = await send<Listed<{ id: string; ip: string }>>('/sessions', { token });
    expect(listed.body.items.map(({ id }) => id).sort()).toEqual([one.session.id, two.session.id].sort());
    expectError(await send(`/sessions/${three.session.id}`, { method: 'DELETE', token }), 404, 'not_found');
    expect((await send(`/sessions/${one.session.id}`, { method: 'DELETE', token })).status).toBe(204);
    expectError(await send(`/sessions/${one.session.id}`, { method: 'DELETE', token }), 404, 'not_found');
    expect([await sessions.find(one.token), await sessions.find(two.token)]).toEqual([null, expect.anything()]);
    expect((await send('/sessions', { method: 'DELETE', token })).status).toBe(204);
    expect(await sessions.find(two.token)).toBeNull();
    expect(await sessions.find(three.token)).not.toBeNull();
  });
});

describe('the list of users', () => {
  let tenant: TestTenant;
  let token: string;
  const names = ['Zoë', 'ärger', 'adam', 'Bob', 'bob', 'ＡＤＡ', 'a_b', 'a%b'];

  beforeAll(async () => {
    tenant = await makeTenant(core, 'l');
    token = await appToken(tenant);
    for (const [index, displayName] of names.entries()) {
      const role = index % 2 === 0 ? 'member' : 'viewer';
      const email = `user${index}.${index === 0 ? 'ada' : 'x'}@list.example`;
      await makeUser(core, tenant.id, { displayName, role, email, password: index < 2 ? null : PASSWORD });
    }
    await makeUser(core, tenant.id, { displayName: 'Ada Both', email: 'ada@list.example', password: null });
  });

  const walk = async (query: string): Promise<Account[]> => {
    const all: Account[] = [];
    for (let cursor = ''; ;) {
      const { body } = await send<Listed<Account>>(`/users?limit=2&${query}${cursor}`, { token });
      all.push(...body.items);
      if (body.nextCursor === null) return all;
      cursor = `&cursor=${body.nextCursor}`;
    }
  };
  const namesOf = async (query: string) => (await walk(query)).map(({ displayName }) => displayName);

  it.each(['email', '-email', 'name', '-name', 'createdAt', '-createdAt'])(
    'by %s lists each user once',
    async (sort) => {
      const listed = await walk(`sort=${sort}`);
      expect(new Set(listed.map(({ id }) => id)).size).toBe(9);
      const keys = listed.map((account) => {
        if (sort.endsWith('email')) return account.email ?? '';
        return sort.endsWith('name') ? account.displayName.normalize('NFKC').toLowerCase() : account.createdAt;
      });
      const sorted = [...keys].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
      expect(keys).toEqual(sort.startsWith('-') ? sorted.reverse() : sorted);
    },
  );

  it('can be filtered by role and status, and counted on request', async () => {
    expect((await walk('role=viewer')).every(({ role }) => role === 'viewer')).toBe(true);
    expect(await walk('status=invited')).toHaveLength(3);
    expect(await walk('status=invited&role=viewer&sort=-createdAt')).toHaveLength(1);
    const counted = await send<Listed<Account>>('/users?limit=1&include=total&role=member', { token });
    expect(counted.body.total).toBe(5);
  });

  it('finds each user once by the beginning of an address or a name, and does not support patterns', async () => {
    expect(await namesOf('q=ada')).toEqual(['ＡＤＡ', 'Ada Both', 'adam']);
    expect((await namesOf('q=ada&sort=-email')).reverse()).toEqual(await namesOf('q=ada'));
    expect(await namesOf('q=BOB')).toEqual(['Bob', 'bob']);
    expect(await namesOf('q=user0.')).toEqual(['Zoë']);
    expect(await namesOf(`q=${encodeURIComponent('a%')}`)).toEqual(['a%b']);
    expect(await namesOf('q=a_')).toEqual(['a_b']);
    expect(await namesOf('q=%C3%84')).toEqual(['ärger']);
    expect(await namesOf('q=nobody')).toEqual([]);
    expect(await namesOf('q=ada&status=invited')).toEqual(['Ada Both']);
  });

  it.each(['q=a&sort=name', 'sort=role', 'status=x', 'x=1', 'limit=0', 'cursor=x', 'q=', `q=${'x'.repeat(255)}`])(
    'rejects ?%s',
    async (query) => {
      expectError(await send(`/users?${query}`, { token }), 400, 'invalid_request');
    },
  );

  it.each([
    [{}, 'users_by_email'],
    [{ sort: '-name' }, 'users_by_name'],
    [{ sort: 'createdAt' }, 'users_by_created'],
    [{ status: 'suspended', sort: '-createdAt' }, 'users_of_status_by_created'],
    [{ role: 'viewer', sort: 'name' }, 'users_of_role_by_name'],
    [{ q: 'ada' }, 'users_by_email'],
    [{ q: 'ada', sort: '-email' }, 'users_by_name'],
  ] as const)('reads a range of an index in index order for %j', async (asked, index) => {
    const { q, ...query } = userQuery.parse(asked);
    const { text, values } =
      q === undefined ? ACCOUNT_LIST.statement('tnt-x', query) : ACCOUNT_SEARCH.statement('tnt-x', { q, ...query });
    const client = new Client({ connectionString: database.adminUrl });
    await client.connect();
    // With so few rows, the planner would prefer to sort them.
    await client.query('SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off');
    const { rows } = await client.query(`EXPLAIN ${text}`, [...values]);
    await client.end();
    const plan = JSON.stringify(rows);
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/Seq Scan|Sort {2}\(/);
    if (q !== undefined) expect(plan).toMatch(/Merge Append/);
  });
});

describe('an invitation', () => {
  const invite = (json: object, options: Call = {}) => post<SentInvitation>('/users', { json, ...options });
  const tokenIn = ({ link = '' }: SentInvitation): string => new URL(link).searchParams.get('token') ?? '';
  const accept = (token: string, json: object = { password: PASSWORD }) =>
    call<Account>(`${url}/users/invitations/${token}/accept`, { method: 'POST', json });

  it('creates a user who can set a password and a name through its link, but only once', async () => {
    const email = newEmail();
    const answer = await invite({ email, role: 'viewer' });
    expect([answer.status, answer.headers.get('etag')]).toEqual([201, '"1"']);
    expect(answer.body).toMatchObject({ email, role: 'viewer', status: 'pending', createdBy: a.clientId });
    expect(Date.parse(answer.body.expiresAt) - Date.parse(answer.body.createdAt)).toBe(7 * 86_400_000);
    const invited = (await send<Listed<Account>>(`/users?q=${email}`)).body.items;
    expect(invited).toMatchObject([{ email, status: 'invited', role: 'viewer', emailVerified: false }]);
    const token = tokenIn(answer.body);
    expectError(await accept(token, { password: 'short' }), 400, 'invalid_request');
    expectError(await accept(token, { password: email }), 400, 'invalid_request');
    const accepted = await accept(token, { password: PASSWORD, displayName: 'Grace' });
    expect([accepted.status, accepted.text]).toEqual([200, expect.any(String)]);
    expect(accepted.body).toMatchObject({ email, displayName: 'Grace', status: 'active', emailVerified: true });
    expect(await audited(accepted)).toMatchObject([{ action: 'user.invitation.accept' }]);
    expectError(await accept(token), 404, 'not_found');
    expect((await send<Invitation>(`/users/invitations/${answer.body.id}`)).body.status).toBe('accepted');
    const signedIn = await core.context.get(SignInPort).withPassword(a.id, email, PASSWORD, ORIGIN);
    expect(signedIn.outcome).toBe('signed_in');
  });

  it('is accepted once by twenty concurrent requests', async () => {
    const token = tokenIn((await invite({ email: newEmail() })).body);
    const answers = await Promise.all(Array.from({ length: 20 }, () => accept(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 404)]);
  });

  it('can also be accepted on the page that its link opens', async () => {
    const email = newEmail();
    const token = tokenIn((await invite({ email })).body);
    const passwords = core.context.get(PasswordsPort);
    expect(await passwords.inspect(token)).toEqual({ tenantId: a.id, email, passwordMinLength: 12 });
    expect(await passwords.redeem(token, PASSWORD, ORIGIN)).toBe(true);
    expect(await passwords.redeem(token, PASSWORD, ORIGIN)).toBe(false);
    expect(await passwords.inspect(token)).toBeNull();
  });

  it('to an existing user’s address looks like any other invitation, and does not grant access', async () => {
    const known = await makeUser(core, a.id);
    const [first, second] = [await invite({ email: newEmail() }), await invite({ email: known.email })];
    expect([second.status, Object.keys(second.body)]).toEqual([first.status, Object.keys(first.body)]);
    const without = ({
      id: _i,
      email: _e,
      createdAt: _c,
      sentAt: _s,
      expiresAt: _x,
      link: _l,
      ...rest
    }: SentInvitation) => rest;
    expect(without(second.body)).toEqual(without(first.body));
    expectError(await accept(tokenIn(second.body)), 404, 'not_found');
    for (const { body } of [first, second]) {
      expect((await send(`/users/invitations/${body.id}`)).status).toBe(200);
      expect((await post(`/users/invitations/${body.id}/resend`)).status).toBe(200);
      expect((await post<Invitation>(`/users/invitations/${body.id}/revoke`)).body.status).toBe('revoked');
    }
    expect((await send(`/users/${known.id}`)).body).toMatchObject({ status: 'active', version: 1 });
  });

  it('does not give an administrator access to an owner whom a different owner invited', async () => {
    const email = newEmail();
    await invite({ email, role: 'owner' }, { token: await tokenOf(owner) });
    const [{ id = '' } = {}] = (await send<Listed<Account>>(`/users?q=${email}`)).body.items;
    const mine = await invite({ email, role: 'member' });
    expectError(await accept(tokenIn(mine.body)), 404, 'not_found');
    expect((await send(`/users/${id}`)).body).toMatchObject({ role: 'owner', status: 'invited' });
    const { items } = (await send<Listed<Invitation>>('/users/invitations?status=pending&limit=500')).body;
    const theirs = items.find((item) => item.email === email && item.role === 'owner');
    for (const what of ['resend', 'revoke']) {
      expectError(await post(`/users/invitations/${theirs?.id}/${what}`), 403, 'forbidden');
    }
  });

  it('can be sent again with a new link, revoked, and replaced by a later invitation', async () => {
    const email = newEmail();
    const first = (await invite({ email })).body;
    const again = await post<SentInvitation>(`/users/invitations/${first.id}/resend`);
    expect(again.body).toMatchObject({ id: first.id, version: 2, status: 'pending' });
    expectError(await accept(tokenIn(first)), 404, 'not_found');
    const later = (await invite({ email, role: 'admin' })).body;
    expectError(await accept(tokenIn(again.body)), 404, 'not_found');
    expectError(await post(`/users/invitations/${first.id}/resend`), 409, 'conflict');
    const stale = { headers: { 'if-match': '"9"' } };
    expectError(await post(`/users/invitations/${later.id}/revoke`, stale), 412, 'precondition_failed');
    expect((await post<Invitation>(`/users/invitations/${later.id}/revoke`)).body.status).toBe('revoked');
    expectError(await accept(tokenIn(later)), 404, 'not_found');
    expect((await send<Listed<Account>>(`/users?q=${email}`)).body.items).toEqual([]);
    for (const id of [newId('inv'), 'x']) expectError(await send(`/users/invitations/${id}`), 404, 'not_found');
    expectError(await send(`/users/invitations/${later.id}`, { token: appOfB }), 404, 'not_found');
  });

  it('expires after seven days', async () => {
    const { id, ...sent } = (await invite({ email: newEmail() })).body;
    await queryAs(database.adminUrl, `UPDATE users.invitations SET expires_at = now() WHERE id = $1`, [id]);
    expectError(await accept(tokenIn({ id, ...sent })), 404, 'not_found');
    expect((await send<Invitation>(`/users/invitations/${id}`)).body.status).toBe('expired');
    const again = await post<SentInvitation>(`/users/invitations/${id}/resend`);
    expect((await accept(tokenIn(again.body))).status).toBe(200);
  });

  it('is limited to five a day for one address', async () => {
    const email = newEmail();
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await invite({ email })).status);
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429]);
  });

  it('is limited across addresses of the same mailbox, including addresses of deleted users', async () => {
    const [name, host] = newEmail('victim').split('@');
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) {
      const { status, body } = await invite({ email: `${name}+${i}@${host}` });
      statuses.push(status);
      if (status === 201) await post(`/users/invitations/${body.id}/revoke`);
    }
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429, 429]);
    expect((await invite({ email: `${name}@${host}` })).status).toBe(429);
  });

  it('is limited per day and tenant, without affecting other tenants', async () => {
    const few = await openAllCore(database, { TENANT_MAILS_PER_DAY: '3', LIMIT_PER_ADDRESS: '0' });
    const other = await openBackend(few);
    try {
      const [one, two] = [await makeTenant(few, 'few'), await makeTenant(few, 'few')];
      const inviteBy = async (tenant: TestTenant) =>
        call<Account>(`${other.url}/v1/users`, { token: await appToken(tenant), json: { email: newEmail() } });
      for (let i = 0; i < 3; i++) expect((await inviteBy(one)).status).toBe(201);
      const refused = await inviteBy(one);
      expect(expectError(refused, 429, 'rate_limited').error_description).toContain('TENANT_MAILS_PER_DAY');
      expect(refused.headers.get('retry-after')).toBe('3600');
      expect((await inviteBy(two)).status).toBe(201);
      // A refused invitation does not create a user.
      const sql = 'SELECT count(*)::int AS users FROM users.users WHERE tenant_id = $1';
      expect(await queryAs(database.adminUrl, sql, [one.id])).toEqual([{ users: 3 }]);
    } finally {
      await other.close();
      await few.close();
    }
  });

  it('is created once per idempotency key, with the same link in the replay', async () => {
    const json = { email: newEmail() };
    const headers = { 'idempotency-key': newUlid() };
    const [first, second] = [await invite(json, { headers }), await invite(json, { headers })];
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect((await accept(tokenIn(second.body))).status).toBe(200);
  });

  it.each([
    [{}, '/email'],
    [{ email: 'nobody' }, '/email'],
    [{ email: 'a@example.com\r\nBcc: b@example.com' }, '/email'],
    [{ email: 'a@example.com', role: 'king' }, '/role'],
    [{ email: 'a@example.com', tenantId: 'tnt-x' }, '/tenantId'],
  ])('is rejected for %j', async (json, pointer) => {
    expect(expectError(await invite(json), 400, 'invalid_request').errors?.[0]?.pointer).toBe(pointer);
  });

  it('with an unknown token is rejected with the same message, regardless of the form of the token', async () => {
    const words = new Set<string>();
    for (const token of ['x', `inv_${'x'.repeat(43)}`, 'x'.repeat(43), '%20', 'inv-01jd0000000000000000000000']) {
      words.add(expectError(await accept(token), 404, 'not_found').error_description);
    }
    expect(words.size).toBe(1);
  });
});

describe('invitations', () => {
  const surfaceOf = async (settings: Record<string, string>) => {
    const of = await openAllCore(database, settings);
    const other = await openBackend(of);
    const close = async () => {
      await other.close();
      await of.close();
    };
    return { of, at: `${other.url}/v1/users`, close };
  };

  it('are refused in production without a mail server', async () => {
    const { of, at, close } = await surfaceOf({ LIMIT_PER_ADDRESS: '0' });
    try {
      Object.defineProperty(of.context.get(InvitationMails, { strict: false }), 'mode', { value: 'none' });
      const answer = await call(at, { token: app, json: { email: newEmail() } });
      expect(expectError(answer, 422, 'unprocessable').error_description).toContain('SMTP_URL');
    } finally {
      await close();
    }
  });

  it('limit guesses by address, and do not record tokens', async () => {
    const { at, close } = await surfaceOf({ LIMIT_PER_ADDRESS: '3' });
    try {
      const token = `inv_${'y'.repeat(43)}`;
      const accept = () => call(`${at}/invitations/${token}/accept`, { method: 'POST', json: { password: PASSWORD } });
      const answers = [await accept(), await accept(), await accept(), await accept()];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 429]);
      expect(answers[3]?.headers.get('retry-after')).toMatch(/^\d+$/);
      const records = await queryAs(database.adminUrl, `SELECT resource_id FROM audit.events WHERE request_id = $1`, [
        answers[3]?.requestId,
      ]);
      expect(records).toEqual([{ resource_id: '/v1/users/invitations/{token}/accept' }]);
    } finally {
      await close();
    }
  });
});

describe('invitations by mail', () => {
  it('go to the address, are not in the response, and tell existing users to sign in', async () => {
    const mailing = await openAllCore(database, { SMTP_URL: 'smtp://127.0.0.1:1', LIMIT_PER_ADDRESS: '0' });
    const mails = catchMail(mailing);
    const other = await openBackend(mailing);
    try {
      const at = `${other.url}/v1/users`;
      const known = await makeUser(core, a.id);
      const email = newEmail();
      for (const address of [email, known.email]) {
        const answer = await call<SentInvitation>(at, { token: app, json: { email: address } });
        expect([answer.status, answer.body.link]).toEqual([201, undefined]);
      }
    } finally {
      await other.close();
      await mailing.close();
    }
    const sorted = mails.map(({ to, text }) => [to, /token=inv_[\w-]{43}\n/.test(text)]);
    expect(sorted).toHaveLength(2);
    expect(sorted.filter(([, hasLink]) => hasLink)).toHaveLength(1);
  });
});

describe('an import', () => {
  let tenant: TestTenant;
  let token: string;

  beforeAll(async () => {
    tenant = await makeTenant(core, 'i');
    token = await appToken(tenant);
  });

  const send = (body: string | Uint8Array<ArrayBuffer>, query = '', type = 'text/csv', options: Call = {}) =>
    call<UserImportReport>(`${url}/users/import${query}`, {
      ...{ method: 'POST', token, body, ...options },
      headers: { 'content-type': type, ...options.headers },
    });
  const count = async (): Promise<number> => {
    const sql = 'SELECT count(*)::int AS users FROM users.users WHERE tenant_id = $1';
    return (await queryAs<{ users: number }>(database.adminUrl, sql, [tenant.id]))[0]?.users ?? -1;
  };

  it('of 10,000 rows reports its effect in a dry run, takes effect, and does not change anything when repeated', async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => `user${n}@import.example,"Person, ${n}",viewer`);
    const csv = ['email,displayName,role', ...rows].join('\r\n');
    expect((await send(csv, '?dryRun=true')).body).toEqual({
      ...{ dryRun: true, rows: 10_000, imported: 0, faulty: 0, faults: [] },
    });
    expect(await count()).toBe(0);
    const report = { dryRun: false, rows: 10_000, imported: 10_000, faulty: 0, faults: [] };
    const done = await send(csv);
    expect(done.body).toEqual(report);
    expect(await audited(done)).toMatchObject([{ action: 'user.import', metadata: { made: 10_000 } }]);
    expect((await send(csv)).body).toEqual(report);
    expect(await count()).toBe(10_000);
  });

  it('is parsed in a thread of its tenant before the transaction begins', async () => {
    const steps: string[] = [];
    const [workers, writes] = [core.context.get(DocumentWorkers), core.context.get(Writes)];
    const [run, once] = [workers.run.bind(workers), writes.once.bind(writes)];
    const read = jest.spyOn(workers, 'run').mockImplementation(async (task) => {
      const result = await run(task);
      steps.push(`${task.kind} ${task.tenantId}`);
      return result;
    });
    const written = jest.spyOn(writes, 'once').mockImplementation((...of) => {
      steps.push('transaction');
      return once(...of);
    });
    try {
      expect((await send('email\nthread@import.example\n')).status).toBe(200);
      expect(steps).toEqual([`user.import.read ${tenant.id}`, 'transaction']);
      read.mockRejectedValueOnce(new TaskStopped('cpu'));
      expectError(await send('email\nslow@import.example\n'), 422, 'unprocessable');
    } finally {
      read.mockRestore();
      written.mockRestore();
    }
  });

  it('accepts JSON lines, and reports each error with its line', async () => {
    const lines = [
      '{"email":"one@jsonl.example"}',
      '',
      '{"email":"two@jsonl.example","role":"king"}',
      '[1]',
      '{"email":"ONE@jsonl.example","displayName":"Again"}',
      '{"email":"three@jsonl.example","tenant_id":"tnt-x"}',
      '{"displayName":"No address"}',
    ].join('\n');
    const trial = await send(lines, '?dryRun=true', 'application/x-ndjson');
    expect(trial.body).toMatchObject({ rows: 6, imported: 0, faulty: 5 });
    expect(trial.body.faults.map(({ line, member, code }) => [line, member, code])).toEqual([
      [3, 'role', 'invalid_value'],
      [4, '', 'malformed'],
      [5, 'email', 'duplicate'],
      [6, 'tenant_id', 'unknown_member'],
      [7, 'email', 'invalid_type'],
    ]);
    const before = await count();
    const refused = expectError(await send(lines, '', 'application/jsonl'), 422, 'unprocessable');
    expect(refused.errors?.map(({ pointer }) => pointer)).toEqual([
      ...['/lines/3/role', '/lines/4', '/lines/5/email', '/lines/6/tenant_id', '/lines/7/email'],
    ]);
    expect(await count()).toBe(before);
    const good = `${lines.split('\n')[0]}\r\n{"email":"four@jsonl.example","role":"admin","displayName":"Four"}`;
    expect((await send(good, '', 'application/jsonl')).body).toMatchObject({ rows: 2, imported: 2 });
    expect(await count()).toBe(before + 2);
  });

  it('creates users with their passwords, and neither a response nor a record contains a hash', async () => {
    const email = newEmail('moved');
    const line = { email, emailVerified: true, locale: 'de-AT', displayName: 'Mia', passwordHash: MOVED_HASH };
    const done = await send(JSON.stringify(line), '', 'application/jsonl');
    expect(done.body).toEqual({ dryRun: false, rows: 1, imported: 1, faulty: 0, faults: [] });
    const records = await audited(done);
    expect(records).toMatchObject([{ action: 'user.import', metadata: { made: 1, passwords: 1 } }]);
    expect(JSON.stringify(records)).not.toContain(MOVED_HASH);
    const listed = await call<Listed<Account>>(`${url}/users?q=${email}`, { token });
    expect(listed.body.items).toMatchObject([
      { email, emailVerified: true, displayName: 'Mia', status: 'active', preferences: { locale: 'de-AT' } },
    ]);
    expect(listed.text).not.toContain(MOVED_HASH);
    const origin = { ...ORIGIN, ip: '192.0.2.77' };
    expect(await core.context.get(SignInPort).withPassword(tenant.id, email, MOVED_PASSWORD, origin)).toMatchObject({
      outcome: 'signed_in',
    });
    // A later import does not change a user, and thus not a password.
    const other = JSON.stringify({ ...line, passwordHash: MOVED_HASH.replace('$2b$04$', '$2b$05$') });
    expect((await send(other, '', 'application/jsonl')).body).toMatchObject({ imported: 1 });
    expect(await core.context.get(SignInPort).withPassword(tenant.id, email, MOVED_PASSWORD, origin)).toMatchObject({
      outcome: 'signed_in',
    });
  });

  it('with password hashes or verified addresses needs an administrator', async () => {
    const limited = { token: await appToken(tenant, SCOPE) };
    const lines = [{ passwordHash: MOVED_HASH }, { emailVerified: true }, { status: 'active' }]
      .map((members) => JSON.stringify({ email: newEmail(), ...members }))
      .join('\n');
    const refused = await send(lines, '', 'application/jsonl', limited);
    expect(expectError(refused, 422, 'unprocessable').errors?.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/lines/1/passwordHash', 'forbidden'],
      ['/lines/2/emailVerified', 'forbidden'],
    ]);
    expect(refused.text).not.toContain(MOVED_HASH);
    expect((await send(lines, '', 'application/jsonl')).body).toMatchObject({ imported: 3 });
  });

  it('refuses a hash that costs too much, by its line', async () => {
    const dear = JSON.stringify({ email: newEmail(), passwordHash: MOVED_HASH.replace('$2b$04$', '$2b$15$') });
    const answer = expectError(await send(dear, '', 'application/jsonl'), 422, 'unprocessable');
    expect(answer.errors).toEqual([
      {
        pointer: '/lines/1/passwordHash',
        code: 'invalid_hash',
        message: 'The cost of bcrypt must be between 4 and 14.',
      },
    ]);
  });

  it.each([
    ['an empty body', '', 'text/csv', 400],
    ['only a header', 'email\n', 'text/csv', 400],
    ['unknown columns', 'name,mail\na,b\n', 'text/csv', 400],
    ['a column twice', 'email,email\na@example.com,b@example.com\n', 'text/csv', 400],
    ['JSON', '{"email":"a@example.com"}', 'application/json', 415],
    ['10,001 rows', `email\n${'a@example.com\n'.repeat(10_001)}`, 'text/csv', 400],
    ['an open quotation mark', `email\n"a@example.com\n`, 'text/csv', 422],
    ['a row that is too short', `email,role\na@example.com\n`, 'text/csv', 422],
    ['a field that is too long', `email,displayName\na@example.com,${'x'.repeat(1_001)}\n`, 'text/csv', 422],
    ['more than 16 MiB', 'x'.repeat(16 * 1024 * 1024 + 1), 'text/csv', 413],
  ])('rejects %s', async (_what, body, type, status) => {
    expect((await send(body, '', type)).status).toBe(status);
  });

  it('rejects invalid UTF-8 and unknown query parameters', async () => {
    expectError(await send(new Uint8Array([0xff, 0xfe, 0x41])), 400, 'invalid_request');
    expectError(await send('email\na@example.com\n', '?dry=1'), 400, 'invalid_request');
  });
});

describe('a deletion', () => {
  it('lists everything that belongs to the user and the effect on each item, and then applies it', async () => {
    const user = await makeUser(core, a.id);
    const own = await tokenOf(user);
    await core.context.get(SessionsPort).start(user, ['pwd'], ORIGIN);
    const group = await call<{ id: string; memberCount: number }>(`${url}/groups`, {
      token: signToken(core, {
        ...claimsOf(await a.issueToken()),
        jti: newUlid(),
        scope: 'groups.write groups.read',
      }),
      json: { displayName: `Group of ${user.id}`, members: [user.id] },
    });
    expect(group.body.memberCount).toBe(1);
    const token = signToken(core, {
      ...claimsOf(own),
      jti: newUlid(),
      scope: 'projects.write files.read files.write credentials.write',
    });
    const json = { key: 'THEIRS', name: 'Theirs' };
    const project = await call<{ id: string }>(`${url}/projects`, { token, json });
    expect(project.status).toBe(201);
    const file = { token, method: 'PUT', body: 'theirs', headers: { 'content-type': 'text/plain' } };
    expect((await call(`${url}/files/user/a.txt`, file)).status).toBe(201);
    const key = await call<{ key: string }>(`${url}/credentials`, {
      token,
      json: { name: 'Mine', scopes: ['files.read'] },
    });
    expect([key.status, key.text]).toEqual([201, expect.any(String)]);
    const byKey = () => call(`${url}/files?tier=shared`, { token: key.body.key });
    expect((await byKey()).status).toBe(200);
    const membership = `INSERT INTO projects.members (tenant_id, project_id, user_id, role, added_by)
      SELECT tenant_id, id, $1, 'member', 'x' FROM projects.projects WHERE id = $2`;
    await queryAs(database.adminUrl, membership, [user.id, project.body.id]);
    const remove = (query = '', options: Call = {}) =>
      send<UserRemoval>(`/users/${user.id}${query}`, { method: 'DELETE', ...options });
    const trial = await remove('?dryRun=true');
    expect(trial.body).toMatchObject({ id: user.id, removed: false });
    expect(trial.body.belongings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ what: 'sessions', becomes: 'ended', count: 1 }),
        expect.objectContaining({ what: 'groupMemberships', becomes: 'deleted', count: 1 }),
        expect.objectContaining({ what: 'projectMemberships', becomes: 'deleted', count: 1 }),
        expect.objectContaining({ what: 'ownedProjects', becomes: 'kept', count: 1 }),
        expect.objectContaining({ what: 'files', becomes: 'deleted', count: 1 }),
        expect.objectContaining({ what: 'apiKeys', becomes: 'ended', count: 1 }),
      ]),
    );
    // Each item is listed once.
    const told = trial.body.belongings.map(({ what, becomes }) => `${what} ${becomes}`);
    expect(told.sort()).toEqual([
      'account deleted',
      'apiKeys ended',
      'auditRecords kept',
      'files deleted',
      'grants deleted',
      'groupMemberships deleted',
      'jobSchedules paused',
      'ownedProjects kept',
      'projectMemberships deleted',
      'refreshTokens ended',
      'sessions ended',
      'workflowTriggers paused',
    ]);
    expect((await send('/users/me', { token: own })).status).toBe(200);
    expectError(await remove('', { headers: { 'if-match': '"8"' } }), 412, 'precondition_failed');
    const done = await remove();
    expect([done.status, done.body.removed]).toEqual([200, true]);
    expect(await audited(done)).toMatchObject([{ action: 'user.delete', metadata: { role: 'member' } }]);
    const types = `SELECT type FROM events.events WHERE subject = $1 AND type LIKE '%deleted'`;
    // One event, for the deletion: a dry run does not publish an event.
    await eventually(async () => {
      const found = await queryAs(database.adminUrl, types, [`user/${user.id}`]);
      expect(found).toEqual([{ type: 'coresdk.user.deleted' }]);
    });
    expectError(await remove(), 404, 'not_found');
    expectError(await send('/users/me', { token: own }), 401, 'unauthorized');
    expectError(await byKey(), 401, 'unauthorized');
    const members = await queryAs<{ member_count: number }>(
      database.adminUrl,
      'SELECT member_count FROM users.groups WHERE id = $1',
      [group.body.id],
    );
    expect(members).toEqual([{ member_count: 0 }]);
    await core.feed.catchUp();
    const left = await queryAs(
      database.adminUrl,
      `SELECT (SELECT count(*)::int FROM projects.members WHERE user_id = $1) AS memberships,
              (SELECT count(*)::int FROM projects.projects WHERE owner_id = $1) AS projects,
              (SELECT count(*)::int FROM files.files WHERE owner = $1 AND current_version IS NOT NULL) AS files`,
      [user.id],
    );
    expect(left).toEqual([{ memberships: 0, projects: 1, files: 0 }]);
    // The address is available again.
    expect((await makeUser(core, a.id, { email: user.email })).id).not.toBe(user.id);
  });
});
