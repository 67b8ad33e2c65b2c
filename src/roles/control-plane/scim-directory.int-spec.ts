import fc from 'fast-check';
import { call } from '../../../test/support/http-client';
import { makeApp, makePerson, tokensFor } from '../../../test/support/people';
import {
  ENTERPRISE_URN,
  expectScimError,
  GROUP_URN,
  newUser,
  openScimWorld,
  patchOf,
  type Scim,
  type ScimBody,
  type ScimWorld,
  USER_URN,
} from '../../../test/support/scim';
import { queryAs } from '../../../test/support/test-database';
import { suspendTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { AppsPort } from '../../modules/apps/contract/apps.port';
import { newApp } from '../../modules/apps/contract/apps.types';
import { AccessTokensPort } from '../../modules/oauth/contract/access-tokens.port';
import { OauthPort } from '../../modules/oauth/contract/oauth.port';
import { ScimPort } from '../../modules/scim/contract/scim.port';
import type { ScimConnection, ScimConnectionWithToken } from '../../modules/scim/contract/scim-connections.types';
import { readFilter } from '../../modules/scim/domain/filter/bind-filter';
import { matches } from '../../modules/scim/domain/filter/match-filter';
import { userModel } from '../../modules/scim/domain/schema/resource-model';
import { USER_NAME_KEY } from '../../modules/users/storage/directory/directory-user.row';
import { AccountsPort } from '../../modules/users/contract/accounts.port';
import { InvitationsPort } from '../../modules/users/contract/invitations.port';
import { MembershipsPort } from '../../modules/users/contract/memberships.port';
import { SessionsPort } from '../../modules/users/contract/sessions.port';
import { SignInPort } from '../../modules/users/contract/sign-in.port';

let world: ScimWorld;
let scim: Scim;
let groups = 0;

beforeAll(async () => {
  world = await openScimWorld();
  scim = await world.scim(world.a, 'entra-legacy');
});

afterAll(() => world.close());

const port = <T>(token: abstract new () => T): T => world.core.context.get(token);
const system = () => systemContext('req-test', world.a.id);
const created = async (members: Readonly<Record<string, unknown>> = {}): Promise<ScimBody> => {
  const answer = await scim('/Users', { json: newUser(members) });
  expect([answer.status, answer.text]).toEqual([201, answer.text]);
  return answer.body;
};
const group = async (displayName: string, ids: readonly string[] = []): Promise<ScimBody> => {
  const members = ids.map((value) => ({ value }));
  const answer = await scim('/Groups', { json: { schemas: [GROUP_URN], displayName, members } });
  expect([answer.status, answer.text]).toEqual([201, answer.text]);
  return answer.body;
};
const patch = (path: string, ...operations: object[]) => scim(path, { method: 'PATCH', json: patchOf(...operations) });
const admin = <T>(path: string, options: object = {}, tenant = world.a) =>
  call<T>(`${world.url}/api/v1/${path}?tenant=${tenant.id}`, { token: world.serviceToken, ...options });
const roleOf = async (id: string): Promise<string> => (await port(AccountsPort).get(system(), id)).role;

/** Creates a user with a session, an access token and a refresh token. */
async function signedIn() {
  const person = await makePerson(world.core, world.a.id);
  const app = await makeApp(world.core, world.a.id);
  const tokens = await tokensFor(world.core, app, person);
  const { id } = person.user;
  const isValid = async (): Promise<boolean> => (await port(AccessTokensPort).verify(tokens.access_token)).valid;
  const refresh = () =>
    port(OauthPort).token({
      form: { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' },
      authorization: `Basic ${Buffer.from(`${app.client_id}:${app.client_secret ?? ''}`).toString('base64')}`,
      requestId: 'req-test',
      ip: '192.0.2.1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
  const sessions = async (): Promise<number> => (await port(SessionsPort).list(world.a.id, id)).length;
  expect([await isValid(), await sessions()]).toEqual([true, 1]);
  return { id, isValid, refresh, sessions };
}

describe('the end of access', () => {
  it.each([
    ['deactivating', (id: string) => patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' })],
    ['deleting', (id: string) => scim(`/Users/${id}`, { method: 'DELETE' })],
  ])('%s ends sessions, access tokens and refresh tokens before the response', async (_, act) => {
    const { id, isValid, refresh, sessions } = await signedIn();
    expect((await act(id)).status).toBeLessThan(300);
    expect([await isValid(), await sessions()]).toEqual([false, 0]);
    await expect(refresh()).rejects.toMatchObject({ code: 'invalid_grant' });
  });

  it('demotion invalidates tokens with the old role', async () => {
    const { id, isValid } = await signedIn();
    expect((await patch(`/Users/${id}`, { op: 'add', path: 'roles', value: [{ value: 'viewer' }] })).status).toBe(200);
    expect(await isValid()).toBe(false);
    expect(await roleOf(id)).toBe('viewer');
    // Sending the same role again changes nothing; removing it assigns the default role.
    const { body } = await scim(`/Users/${id}`);
    expect((await scim(`/Users/${id}`, { method: 'PUT', json: body })).body.meta.version).toBe(body.meta.version);
    await patch(`/Users/${id}`, { op: 'remove', path: 'roles' });
    expect(await roleOf(id)).toBe('member');
    // The form in which Entra ID writes app roles.
    const value = [{ value: '{"id":"06b07648-ecfe-589f-9d2f-6325724a46ee","value":"Viewer","displayName":"Viewer"}' }];
    await patch(`/Users/${id}`, { op: 'Add', path: 'roles', value });
    expect(await roleOf(id)).toBe('viewer');
    await patch(`/Users/${id}`, { op: 'Add', path: 'roles', value: [{ value: '{"value":' }] });
    expect(await roleOf(id)).toBe('viewer');
  });

  it('is refused for the last owner, and a provider cannot create an owner', async () => {
    const [owner] = [await makePerson(world.core, world.a.id, 'owner')];
    const { id } = owner.user;
    for (const answer of [
      await patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false }),
      await patch(`/Users/${id}`, { op: 'add', path: 'roles', value: [{ value: 'member' }] }),
      await scim(`/Users/${id}`, { method: 'DELETE' }),
    ]) {
      expectScimError(answer, 409);
    }
    const user = await created();
    expectScimError(await patch(`/Users/${user.id}`, { op: 'add', path: 'roles', value: [{ value: 'owner' }] }), 403);
    expectScimError(await scim('/Users', { json: newUser({ roles: [{ value: 'OWNER' }] }) }), 403);
    await makePerson(world.core, world.a.id, 'owner');
    expect((await scim(`/Users/${id}`, { method: 'DELETE' })).status).toBe(204);
  });
});

describe('an owner or administrator', () => {
  it.each(['owner', 'admin'] as const)('has sign-in data that no provider can change: %s', async (role) => {
    const owner = (await makePerson(world.core, world.a.id, role)).user;
    const path = `/Users/${owner.id}`;
    const email = `mallory-${Date.now()}@example.com`;
    for (const operation of [
      { op: 'replace', path: 'password', value: 'correct horse battery staple' },
      { op: 'replace', path: 'userName', value: email },
      { op: 'replace', path: 'emails', value: [{ value: email, primary: true }] },
      { op: 'add', path: 'emails', value: [{ value: email, primary: true }] },
    ]) {
      expectScimError(await patch(path, operation), 403);
    }
    const whole = newUser({ password: 'correct horse battery staple' });
    expectScimError(await scim(path, { method: 'PUT', json: whole }), 403);
    expect((await scim(path)).body).toMatchObject({ userName: owner.email, emails: [{ value: owner.email }] });
    // All other attributes belong to the provider.
    expect((await patch(path, { op: 'replace', path: 'title', value: 'Boss' })).status).toBe(200);
  });

  it('is appointed by a provider only through a rule for groups', async () => {
    const roles = [{ value: 'admin' }];
    expectScimError(await scim('/Users', { json: newUser({ roles, password: 'correct horse battery staple' }) }), 403);
    const { id } = await created();
    expectScimError(await patch(`/Users/${id}`, { op: 'add', path: 'roles', value: roles }), 403);
    expect(await roleOf(id)).toBe('member');
  });
});

describe('a user in SCIM', () => {
  it('has the address and the name of the account that was created in the product', async () => {
    const { user } = await makePerson(world.core, world.a.id);
    const found = async (filter: string) => (await scim(`/Users?filter=${encodeURIComponent(filter)}`)).body;
    const { Resources } = await found(`userName eq "${user.email ?? ''}"`);
    expect(Resources).toMatchObject([
      {
        id: user.id,
        userName: user.email,
        displayName: 'Ada Lovelace',
        name: { formatted: 'Ada Lovelace', givenName: 'Ada', familyName: 'Lovelace' },
        emails: [{ value: user.email, primary: true }],
      },
    ]);
    expect((await found(`emails.value eq "${user.email ?? ''}"`)).totalResults).toBe(1);
    const named = `id eq "${user.id}" and name.familyName eq "lovelace" and name.givenName sw "A"`;
    expect((await found(named)).totalResults).toBe(1);
    const [shown] = Resources;
    const again = await scim(`/Users/${user.id}`, { method: 'PUT', json: shown });
    expect(again.body.meta.version).toBe(shown?.meta.version);
  });

  it('with a single name uses it as both given and family name, and keeps it if a request omits both', async () => {
    const { user } = await makePerson(world.core, world.a.id);
    await queryAs(world.database.adminUrl, `UPDATE users.users SET display_name = 'Administrator' WHERE id = $1`, [
      user.id,
    ]);
    const { body } = await scim(`/Users/${user.id}`);
    expect(body).toMatchObject({ name: { givenName: 'Administrator', familyName: 'Administrator' } });
    const { name: _name, ...nameless } = body as ScimBody & { name: unknown };
    const kept = await scim(`/Users/${user.id}`, { method: 'PUT', json: nameless });
    expect(kept.body).toMatchObject({ displayName: 'Administrator' });
    expect(kept.body).not.toHaveProperty('name');
  });

  it('does not need an address', async () => {
    const { id } = await created({ userName: `no-mail-${Date.now()}`, emails: [] });
    expect((await scim(`/Users/${id}`)).body).not.toHaveProperty('emails');
    expect(await port(AccountsPort).get(system(), id)).toMatchObject({ email: null });
  });

  it('is inactive while suspended by an administrator, and SCIM cannot change that', async () => {
    const { id } = await created();
    await port(AccountsPort).setStatus(system(), id, 'suspended');
    expect((await scim(`/Users/${id}`)).body.active).toBe(false);
    for (const value of [true, false, true]) {
      const answer = await patch(`/Users/${id}`, { op: 'replace', path: 'active', value });
      expect([answer.status, answer.body.active]).toEqual([200, false]);
    }
    expect(await port(AccountsPort).get(system(), id)).toMatchObject({ status: 'suspended' });
    await port(AccountsPort).setStatus(system(), id, 'active');
    await patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
    expect(await port(AccountsPort).get(system(), id)).toMatchObject({ status: 'deactivated' });
    expect((await patch(`/Users/${id}`, { op: 'replace', path: 'active', value: true })).body.active).toBe(true);
  });

  it('is not changed by an invitation to its sign-in address', async () => {
    const userName = `taken-${Date.now()}@example.com`;
    await created({ userName, emails: [{ value: `other-${userName}` }] });
    const input = { email: userName, displayName: 'Ada', role: 'member' } as const;
    await expect(port(InvitationsPort).invite(system(), input)).resolves.toMatchObject({ email: userName });
    expect((await scim(`/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`)).body.totalResults).toBe(1);
  });

  it('has a display name that follows the parts of the name unless it was set', async () => {
    const { id, displayName } = (await created({ name: { givenName: 'Ada', familyName: 'King' } })) as ScimBody & {
      displayName: string;
    };
    expect(displayName).toBe('Ada King');
    const answer = await patch(`/Users/${id}`, { op: 'replace', path: 'name.familyName', value: 'Lovelace' });
    expect(answer.body).toMatchObject({ displayName: 'Ada Lovelace' });
  });

  it('can sign in with a password until it changes', async () => {
    const password = 'correct horse battery staple';
    const { id, userName } = (await created({ password })) as ScimBody & { userName: string };
    const signIn = (wanted: string) =>
      port(SignInPort).withPassword(world.a.id, userName, wanted, { ip: '192.0.2.9', userAgent: 'x', requestId: 'r' });
    expect(await signIn(password)).toMatchObject({ outcome: 'signed_in' });
    expect((await patch(`/Users/${id}`, { op: 'replace', path: 'password', value: `${password} 2` })).status).toBe(200);
    expect(await signIn(password)).toMatchObject({ outcome: 'refused' });
    expect(await signIn(`${password} 2`)).toMatchObject({ outcome: 'signed_in' });
    expectScimError(
      await patch(`/Users/${id}`, { op: 'replace', path: 'password', value: 'short' }),
      400,
      'invalidValue',
    );
  });
});

describe('groups', () => {
  it('contain other groups without cycles, and their members also belong to the outer groups', async () => {
    const user = await created();
    const inner = await group(`Inner ${++groups}`, [user.id]);
    const outer = await group(`Outer ${groups}`, [inner.id]);
    expect((await scim(`/Groups/${outer.id}`)).body.members).toMatchObject([{ value: inner.id, type: 'Group' }]);
    expect((await scim(`/Users/${user.id}`)).body['groups']).toMatchObject([
      { value: inner.id, type: 'direct' },
      { value: outer.id, type: 'indirect' },
    ]);
    expect((await port(MembershipsPort).ofUser(world.a.id, user.id)).groups).toEqual([inner.id, outer.id].sort());
    for (const [path, value] of [
      [inner.id, outer.id],
      [inner.id, inner.id],
    ] as const) {
      const answer = await patch(`/Groups/${path}`, { op: 'add', path: 'members', value: [{ value }] });
      expectScimError(answer, 400, 'invalidValue');
    }
    await patch(`/Groups/${outer.id}`, { op: 'remove', path: `members[value eq "${inner.id}"]` });
    expect((await port(MembershipsPort).ofUser(world.a.id, user.id)).groups).toEqual([inner.id]);
  });

  it('assign roles according to the tenant’s rule', async () => {
    const name = `Admins ${Date.now()}`;
    const [one, other] = [await created(), await created()];
    const admins = await group(name, [one.id]);
    const set = await admin<{ version: number }>('group-roles', {
      method: 'PUT',
      json: { rules: [{ group: name.toUpperCase(), role: 'admin' }], defaultRole: 'viewer' },
    });
    expect([set.status, set.body]).toMatchObject([200, { version: 1 }]);
    expect(await roleOf(one.id)).toBe('admin');
    const path = `/Groups/${admins.id}`;
    await patch(path, { op: 'add', path: 'members', value: [{ value: other.id }] });
    expect(await roleOf(other.id)).toBe('admin');
    await patch(path, { op: 'remove', path: 'members', value: [{ value: other.id }] });
    expect(await roleOf(other.id)).toBe('viewer');
    // The role applies through a nested group, but only while the nesting lasts.
    const nested = await group(`Nested ${++groups}`, [other.id]);
    await patch(path, { op: 'add', path: 'members', value: [{ value: nested.id }] });
    expect(await roleOf(other.id)).toBe('admin');
    await patch(path, { op: 'replace', path: 'members', value: [{ value: one.id }] });
    expect([await roleOf(one.id), await roleOf(other.id)]).toEqual(['admin', 'viewer']);
    await patch(path, { op: 'replace', value: { displayName: `Not ${name}` } });
    expect(await roleOf(one.id)).toBe('viewer');
    await patch(path, { op: 'replace', value: { displayName: name } });
    expect(await roleOf(one.id)).toBe('admin');
    await scim(path, { method: 'DELETE' });
    expect(await roleOf(one.id)).toBe('viewer');
    expect(await roleOf((await created()).id)).toBe('viewer');
    const owners = { rules: [{ group: 'x', role: 'owner' }], defaultRole: 'member' };
    expect((await admin('group-roles', { method: 'PUT', json: owners })).status).toBe(400);
    const late = { method: 'PUT', json: { rules: [], defaultRole: 'member' }, headers: { 'if-match': '"9"' } };
    expect((await admin('group-roles', late)).status).toBe(412);
    expect((await admin('group-roles', { ...late, headers: { 'if-match': '"1"' } })).status).toBe(200);
  });
});

describe('groups with concurrent changes', () => {
  it('assign the highest role, whichever group comes last, without a deadlock', async () => {
    const names = ['admin', 'viewer', 'viewer'].map((role) => ({ group: `Race ${role} ${++groups}`, role }));
    const made = await Promise.all(names.map(({ group: name }) => group(name)));
    const roles = { rules: names, defaultRole: 'member' };
    expect((await admin('group-roles', { method: 'PUT', json: roles })).status).toBe(200);
    for (let round = 0; round < 10; round++) {
      const user = await created();
      const add = { op: 'add', path: 'members', value: [{ value: user.id }] };
      const answers = await Promise.all(made.map(({ id }) => patch(`/Groups/${id}`, add)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(await roleOf(user.id)).toBe('admin');
    }
    await admin('group-roles', { method: 'PUT', json: { rules: [], defaultRole: 'member' } });
  });

  it('assign the role that fits the final state if groups and people are moved simultaneously', async () => {
    const top = `Top ${++groups}`;
    const rules = [{ group: top, role: 'admin' }];
    const { id: above } = await group(top);
    await admin('group-roles', { method: 'PUT', json: { rules, defaultRole: 'member' } });
    const move = (into: string, op: string, id: string) =>
      patch(`/Groups/${into}`, { op, path: 'members', value: [{ value: id }] });
    for (let round = 0; round < 10; round++) {
      const below = await group(`Below ${++groups}`);
      const [one, other] = [await created(), await created()];
      await Promise.all([move(above, 'add', below.id), move(below.id, 'add', one.id)]);
      expect(await roleOf(one.id)).toBe('admin');
      await Promise.all([move(above, 'remove', below.id), move(below.id, 'add', other.id)]);
      expect([await roleOf(one.id), await roleOf(other.id)]).toEqual(['member', 'member']);
    }
    await admin('group-roles', { method: 'PUT', json: { rules: [], defaultRole: 'member' } });
  });

  it('remove a user who is deleted at the same moment', async () => {
    const users = await Promise.all(Array.from({ length: 8 }, () => created()));
    const ids = users.map(({ id }) => id);
    const all = [await group(`Left ${++groups}`, ids), await group(`Left ${++groups}`, ids)];
    const [first = '', second = ''] = all.map(({ id }) => id);
    const rules = [{ group: `Left ${groups}`, role: 'admin' }];
    await admin('group-roles', { method: 'PUT', json: { rules, defaultRole: 'member' } });
    const answers = await Promise.all(
      ids.flatMap((id) => [
        scim(`/Users/${id}`, { method: 'DELETE' }),
        patch(`/Groups/${second}`, { op: 'remove', path: 'members', value: [{ value: id }] }),
        patch(`/Groups/${first}`, { op: 'add', path: 'members', value: [{ value: id }] }),
      ]),
    );
    // Adding a deleted person has no effect.
    expect(answers.map(({ status }) => (status === 400 ? 200 : status))).toEqual(ids.flatMap(() => [204, 200, 200]));
    for (const id of [first, second]) expect((await scim(`/Groups/${id}`)).body).not.toHaveProperty('members');
    await admin('group-roles', { method: 'PUT', json: { rules: [], defaultRole: 'member' } });
  });

  it('wait only for each other when they are nested simultaneously', async () => {
    for (let round = 0; round < 10; round++) {
      const chain: ScimBody[] = [];
      for (const place of ['top', 'middle', 'low', 'lowest']) chain.push(await group(`Nest ${place} ${++groups}`));
      const answers = await Promise.all(
        chain.slice(1).map(({ id }, index) => {
          const value = [{ value: id }];
          return patch(`/Groups/${chain[index]?.id ?? ''}`, { op: 'add', path: 'members', value });
        }),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    }
  });

  it('assign the role after all operations of a PATCH, and report it once', async () => {
    const user = await created();
    const name = `Once ${++groups}`;
    const { id } = await group(name);
    const rules = [{ group: name, role: 'admin' }];
    await admin('group-roles', { method: 'PUT', json: { rules, defaultRole: 'member' } });
    const value = [{ value: user.id }];
    await patch(
      `/Groups/${id}`,
      { op: 'add', path: 'members', value },
      { op: 'remove', path: 'members', value },
      { op: 'add', path: 'members', value },
    );
    expect(await roleOf(user.id)).toBe('admin');
    const told = await queryAs(
      world.database.adminUrl,
      `SELECT id FROM audit.events WHERE resource_id = $1 AND action = 'user.change' AND metadata ->> 'by' = 'group'
       UNION ALL SELECT id FROM kernel.outbox WHERE payload ->> 'resourceId' = $1 AND payload ->> 'action' = 'user.change'`,
      [user.id],
    );
    expect(told).toHaveLength(1);
    await admin('group-roles', { method: 'PUT', json: { rules: [], defaultRole: 'member' } });
  });
});

describe('a filter', () => {
  const model = userModel();
  const text = fc.constantFrom('a', 'B', 'ab', 'ä', 'Ä', '%', '_', '\\\\', "'");
  const path = fc.constantFrom(
    'title',
    'userName',
    'displayName',
    'externalId',
    'name.givenName',
    'emails',
    'emails.type',
    'roles.value',
    `${ENTERPRISE_URN}:department`,
    `${ENTERPRISE_URN}:manager`,
  );
  const op = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');
  const term = fc.oneof(
    fc.tuple(path, op, text).map(([name, word, value]) => `${name} ${word} "${value}"`),
    path.map((name) => `${name} pr`),
    fc.constantFrom(
      'active eq true',
      'active eq false',
      'name pr',
      'emails pr',
      `${ENTERPRISE_URN} pr`,
      'nickName eq null',
    ),
    fc.tuple(op, text).map(([word, value]) => `emails[type eq "work" and value ${word} "${value}"]`),
  );
  const filter = fc.letrec<{ filter: string }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small' },
      term,
      tie('filter').map((inner) => `not (${inner})`),
      fc
        .tuple(tie('filter'), fc.constantFrom('and', 'or'), tie('filter'))
        .map(([a, word, b]) => `(${a}) ${word} (${b})`),
    ),
  })).filter;

  it('finds exactly the matching users in SQL', async () => {
    const mark = `Filters ${Date.now()}`;
    const texts = ['a', 'AB', 'ä', '%b', "'", 'b\\a', ''];
    for (const [index, one] of texts.entries()) {
      await created({
        userType: mark,
        userName: `${one}f${index}@${Date.now()}`,
        active: index % 2 === 0,
        ...(index % 3 === 0 ? {} : { title: one, externalId: `${one}${index}` }),
        name: index === 1 ? {} : { givenName: one },
        emails:
          index === 2
            ? []
            : [
                { value: `${one}@x`, type: index % 2 === 0 ? 'work' : 'home' },
                { value: 'B', type: 'ab' },
              ],
        roles: [{ value: one }],
        ...(index > 3 ? {} : { [ENTERPRISE_URN]: { department: one, manager: { value: 'a' } } }),
      });
    }
    const ask = async (more: string): Promise<readonly ScimBody[]> => {
      const query = `userType eq "${mark}"${more}`;
      const answer = await scim(`/Users?filter=${encodeURIComponent(query)}`);
      expect([query, answer.status]).toEqual([query, 200]);
      return answer.body.Resources;
    };
    const all = await ask('');
    expect(all).toHaveLength(texts.length);
    await fc.assert(
      fc.asyncProperty(filter, async (wanted) => {
        const bound = readFilter(model, wanted);
        const expected = all.filter((user) => matches(bound, user)).map(({ id }) => id);
        expect([wanted, (await ask(` and (${wanted})`)).map(({ id }) => id)]).toEqual([wanted, expected]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a lookup by name', () => {
  it.each([`= 'a'`, `>= 'a'`])('uses its index with row security between tenants: %s', async (condition) => {
    const url = new URL(world.database.appUrl);
    url.searchParams.set('options', '-c enable_seqscan=off -c app.tenant_id=tnt-x');
    const plan = await queryAs<{ 'QUERY PLAN': string }>(
      url.href,
      `EXPLAIN SELECT u.id FROM users.users u WHERE u.tenant_id = 'tnt-x' AND ${USER_NAME_KEY} ${condition}`,
    );
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/using users_user_name .*\n.*Index Cond: .*CASE/);
  });
});

describe('extensions of a tenant', () => {
  const urn = 'urn:acme:scim:2.0:User';
  const attributes = [
    { name: 'badge', type: 'integer' },
    { name: 'tags', type: 'string', multiValued: true },
  ];

  it('are listed like other schemas, and invisible to other tenants', async () => {
    const body = { resource: 'User', name: 'Acme', attributes };
    expect((await admin(`scim-extensions/${urn}`, { method: 'PUT', json: body })).status).toBe(200);
    const strict = await world.scim(world.a);
    const made = await strict('/Users', {
      json: newUser({ schemas: [USER_URN, urn], [urn]: { badge: 7, tags: ['a', 'b'] } }),
    });
    expect(made.body).toMatchObject({ schemas: [USER_URN, urn], [urn]: { badge: 7, tags: ['a', 'b'] } });
    for (const filter of [`${urn}:badge gt 6`, `${urn}:tags eq "B"`, `${urn}:tags[value eq "a"]`]) {
      const found = await strict(`/Users?filter=${encodeURIComponent(filter)}`);
      expect([filter, found.body.Resources.map(({ id }) => id)]).toEqual([filter, [made.body.id]]);
    }
    expectScimError(await strict(`/Users?filter=${encodeURIComponent(`${urn}:badge gt "x"`)}`), 400, 'invalidFilter');
    expect((await strict('/Schemas')).body.Resources.map(({ id }) => id)).toContain(urn);
    const other = await world.scim(world.b);
    expectScimError(await other('/Users', { json: newUser({ [urn]: { badge: 7 } }) }), 400, 'invalidSyntax');
    expect((await admin(`scim-extensions/${urn}`, { method: 'DELETE' })).status).toBe(204);
    expect((await strict(`/Users/${made.body.id}`)).body).not.toHaveProperty([urn]);
  });

  it('are filtered by their current type, whatever was stored before', async () => {
    const put = (type: string) => {
      const json = { resource: 'User', name: 'Acme', attributes: [{ name: 'since', type }] };
      return admin(`scim-extensions/${urn}`, { method: 'PUT', json });
    };
    await put('string');
    const strange = ['2026-02-30T00:00:00Z', '2026-99-99T', 'infinity', '2026-01-01T00:00:00+23:59'];
    for (const since of strange) await created({ schemas: [USER_URN, urn], [urn]: { since } });
    await put('dateTime');
    const { id } = await created({ schemas: [USER_URN, urn], [urn]: { since: '2026-05-01T00:00:00Z' } });
    const found = await scim(`/Users?filter=${encodeURIComponent(`${urn}:since gt "2026-01-01T00:00:00Z"`)}`);
    expect([found.status, found.body.Resources.map((one) => one.id)]).toEqual([200, [id]]);
    await admin(`scim-extensions/${urn}`, { method: 'DELETE' });
  });

  it.each([
    ['urn:ietf:params:scim:schemas:x', attributes],
    ['no-urn', attributes],
    ['urn:acme:x', [{ name: '1x', type: 'string' }]],
    ['urn:acme:x', [...attributes, { name: 'BADGE', type: 'string' }]],
  ])('are rejected: %s', async (name, wrong) => {
    const json = { resource: 'User', name: 'x', attributes: wrong };
    expect((await admin(`scim-extensions/${name}`, { method: 'PUT', json })).status).toBe(400);
  });
});

describe('a SCIM call', () => {
  it('without a valid token is rejected, and guesses are recorded', async () => {
    for (const token of ['', 'x', `scim_${'a'.repeat(43)}`, 'scim_short', 'a.b.c']) {
      const answer = await scim('/Users', { token });
      expectScimError(answer, 401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="scim"/);
    }
    const rows = await queryAs<{ reason: string }>(
      world.database.adminUrl,
      `SELECT reason FROM audit.events WHERE action = 'scim.call' AND tenant_id = 'system'`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(5);
  });

  it('authenticates as a connection with its token, stored as a hash, until the connection ends', async () => {
    const made = await world.connect(world.b, 'okta', { expiresInDays: 1 });
    expect(made.token).toMatch(/^scim_[\w-]{43}$/);
    const [kept] = await queryAs<{ text: string }>(
      world.database.adminUrl,
      `SELECT (SELECT string_agg(t::text, '') FROM scim.tokens t) || (SELECT string_agg(e::text, '') FROM audit.events e) AS text`,
    );
    expect(kept?.text).not.toContain(made.token);
    const ask = (token: string) => scim('/Users?count=0', { token });
    expect((await ask(made.token)).status).toBe(200);
    const rotate = async (overlapSeconds: number) =>
      (
        await admin<ScimConnectionWithToken>(
          `scim-connections/${made.id}/rotate`,
          { json: { overlapSeconds } },
          world.b,
        )
      ).body;
    const second = await rotate(3_600);
    expect([(await ask(made.token)).status, (await ask(second.token)).status]).toEqual([200, 200]);
    expect(second.tokens).toHaveLength(2);
    const third = await rotate(0);
    expect([(await ask(second.token)).status, (await ask(third.token)).status]).toEqual([401, 200]);
    const path = `scim-connections/${made.id}`;
    const off = await admin<ScimConnection>(path, { method: 'PATCH', json: { enabled: false } }, world.b);
    expect([off.status, (await ask(third.token)).status]).toEqual([200, 401]);
    await admin(path, { method: 'PATCH', json: { enabled: true } }, world.b);
    expect((await ask(third.token)).status).toBe(200);
    await queryAs(world.database.adminUrl, `UPDATE scim.tokens SET expires_at = now() - interval '1 s'`);
    await admin(path, { method: 'PATCH', json: { name: 'Again' } }, world.b);
    expectScimError(await ask(third.token), 401);
    expect((await admin(path, { method: 'DELETE' }, world.b)).status).toBe(204);
    expect((await admin(path, {}, world.b)).status).toBe(404);
    expect((await admin(path, {}, world.a)).status).toBe(404);
    scim = await world.scim(world.a, 'entra-legacy');
  });

  it('fails if its connection is disabled before the request is complete', async () => {
    const { id, token } = await world.connect(world.b);
    const scimPort = world.core.context.get(ScimPort);
    const caller = await scimPort.admit({ token, requestId: 'req-slow', ip: '192.0.2.1', traceparent: null });
    expect((await admin(`scim-connections/${id}`, { method: 'PATCH', json: { enabled: false } }, world.b)).status).toBe(
      200,
    );
    const body = newUser();
    const request = { path: ['Users'], query: new URLSearchParams(), body, ifMatch: null, ifNoneMatch: null };
    await expect(scimPort.answer(caller, { ...request, method: 'POST' })).rejects.toMatchObject({
      code: 'unauthorized',
    });
    const found = await queryAs(world.database.adminUrl, 'SELECT id FROM users.users WHERE email = $1', [
      body['userName'],
    ]);
    expect(found).toEqual([]);
  });

  it('authenticates as an app with the scope "scim", like a connection', async () => {
    const input = newApp.parse({ name: 'IdP', declared_scopes: ['scim'], default_scopes: ['scim'] });
    const app = await port(AppsPort).register(system(), input);
    const { client_id: clientId, client_secret: secret = '' } = app;
    const { access_token: token } = await port(OauthPort).token({
      form: { grant_type: 'client_credentials', scope: 'scim' },
      authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
      requestId: 'req-test',
      ip: '192.0.2.1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    const loose = newUser({ active: 'True' });
    expectScimError(await scim('/Users', { token, json: loose }), 400, 'invalidValue');
    const { id } = await world.connect(world.a, 'entra', { clientId });
    expect((await scim('/Users', { token, json: loose })).status).toBe(201);
    await admin(`scim-connections/${id}`, { method: 'PATCH', json: { enabled: false } });
    expectScimError(await scim('/Users', { token }), 403);
    const again = { name: 'Again', clientId };
    expect((await admin('scim-connections', { json: again })).status).toBe(409);
    expect((await admin('scim-connections', { json: { ...again, clientId: 'app-none' } })).status).toBe(400);
    const lacking = await scim('/Users', { token: await world.a.issueToken() });
    expectScimError(lacking, 403);
    const add = `Only an administrator can add it: npx coresdk apps add-scope ${world.a.clientId} scim`;
    expect(lacking.body.detail).toBe(
      `This call needs the scope "scim". The app ${world.a.clientId} does not declare it. ${add}`,
    );
    expect(lacking.headers.get('www-authenticate')).toBe(
      'Bearer realm="scim", error="insufficient_scope", scope="scim"',
    );
  });

  it('authenticates as a person with their own token, but only for their own resource (RFC 7644 §3.11)', async () => {
    const person = await makePerson(world.core, world.a.id);
    const app = await makeApp(world.core, world.a.id, { declared_scopes: ['openid', 'users.read', 'projects.read'] });
    const { access_token: token } = await tokensFor(world.core, app, person, { scope: 'openid users.read' });
    const { id } = person.user;
    const me = await scim('/Me', { token });
    expect([me.status, me.body]).toMatchObject([200, { id, userName: person.user.email, active: true }]);
    expect(me.headers.get('location')).toBe(me.body.meta.location);
    expect(me.body.meta.location).toMatch(new RegExp(`/scim/v2/Users/${id}$`));
    const tag = { 'if-none-match': me.body.meta.version };
    expect((await scim('/Me', { token, headers: tag })).status).toBe(304);
    expect((await scim('/Me?attributes=userName', { token })).body).toEqual({
      schemas: [USER_URN],
      id,
      userName: person.user.email,
    });
    const json = patchOf({ op: 'replace', path: 'active', value: false });
    expectScimError(await scim('/Me', { token, method: 'PATCH', json }), 501);
    for (const path of ['/Users', `/Users/${id}`, '/Groups', '/Schemas']) {
      expectScimError(await scim(path, { token }), 403);
    }
    expectScimError(await scim(`/Users/${id}`, { token, method: 'PATCH', json }), 403);
    expectScimError(await scim('/Bulk', { token, json: {} }), 403);
    const other = await tokensFor(world.core, app, person, { scope: 'openid projects.read' });
    const lacking = await scim('/Me', { token: other.access_token });
    expectScimError(lacking, 403);
    expect(lacking.body.detail).toBe(
      `This call needs the scope "users.read". The app ${app.client_id} declares it: ` +
        "request it with the token (scope=users.read). The user's role must also allow it.",
    );
    await patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
    expectScimError(await scim('/Me', { token }), 401);
  });

  it('authenticates as the installation with its service token, for the bootstrap tenant, in requests from existing SDKs', async () => {
    const email = `sdk-${Date.now()}@example.com`;
    const password = 'correct horse battery staple';
    const json = { userName: email, email, active: true, password, displayName: 'Sdk' };
    const headers = { 'x-api-key': world.serviceToken, 'content-type': 'application/json' };
    const answer = await scim('/Users', { token: '', json, headers });
    expect([answer.status, answer.body]).toMatchObject([
      201,
      { userName: email, displayName: 'Sdk', emails: [{ value: email, primary: true }] },
    ]);
    const origin = { ip: '192.0.2.9', userAgent: 'x', requestId: 'r' };
    expect(await port(SignInPort).anywhere(email, password, origin)).toMatchObject({ outcome: 'signed_in' });
    const change = await scim(`/Users/${answer.body.id}`, {
      method: 'PATCH',
      token: world.serviceToken,
      json: patchOf({ op: 'replace', path: 'password', value: `${password} 2` }),
    });
    expect(change.status).toBe(200);
    expect(await port(SignInPort).anywhere(email, `${password} 2`, origin)).toMatchObject({ outcome: 'signed_in' });
  });

  it('is rejected for a suspended tenant', async () => {
    const { token } = await world.connect(world.b);
    await suspendTenant(world.core, world.b.id);
    expectScimError(await scim('/Users', { token }), 401);
  });
});
