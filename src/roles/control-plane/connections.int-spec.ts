import { catchMail, makeUser, moveClock, newOrigin, PASSWORD } from '../../../test/support/accounts';
import { hiddenFields } from '../../../test/support/browser-form';
import { type ConnectionsTenant, ConnectionsWorld, REDIRECT_URI } from '../../../test/support/connections-world';
import { expectError } from '../../../test/support/http-client';
import { queryAs } from '../../../test/support/test-database';
import { tokenOf } from '../../../test/support/two-tenants';
import { openUpstream, type UpstreamProvider } from '../../../test/support/upstream-provider';
import { systemContext } from '../../kernel/context/call-context';
import type { Connection, ConnectionDomain } from '../../modules/connections/contract/connections.types';
import type { Identity } from '../../modules/connections/contract/identities.types';
import { DomainCheckTask } from '../../modules/connections/domains/domain-check-task';
import { AccountsPort } from '../../modules/users/contract/accounts.port';
import { PasswordsPort } from '../../modules/users/contract/passwords.port';
import { SignInPort } from '../../modules/users/contract/sign-in.port';
import type { SignInOutcome } from '../../modules/users/contract/users.types';
import { LinkMails } from '../../modules/users/mail/link-mails';

const SECRET = 'a secret that must never be shown';
const INPUT = { name: 'Company', issuer: 'https://idp.example.com', clientId: 'coresdk', clientSecret: SECRET };

let world: ConnectionsWorld;
let a: ConnectionsTenant;
let b: ConnectionsTenant;
let upstream: UpstreamProvider;

beforeAll(async () => {
  [world, upstream] = await Promise.all([ConnectionsWorld.open(), openUpstream(REDIRECT_URI)]);
  [a, b] = [await world.tenant('a'), await world.tenant('b')];
});

afterAll(async () => {
  await world.close();
  await upstream.close();
});

afterEach(() => moveClock(world.core, 0));

const connectUpstream = (at: ConnectionsTenant, members: object = {}): Promise<Connection> => {
  const { issuer, clientId, clientSecret } = upstream;
  return at.connect({ issuer, clientId, clientSecret, ...members });
};

describe('a connection', () => {
  it('is created, changed and deleted by its tenant alone, and never shows its secret', async () => {
    const created = await a.send<Connection>('POST', '/connections', INPUT);
    const { id } = created.body;
    expect(created.body).toMatchObject({
      hasSecret: true,
      scopes: ['openid', 'email', 'profile'],
      provisioning: 'off',
    });
    const path = `/connections/${id}`;
    const answers = [
      created,
      await a.send('GET', path),
      await a.send('GET', '/connections'),
      await a.send('PATCH', path, { name: 'Renamed' }, { headers: { 'if-match': '"1"' } }),
    ];
    for (const { status, text } of answers) {
      expect([200, 201]).toContain(status);
      expect(text).not.toContain(SECRET);
    }
    const stored = await queryAs<{ row: string }>(
      world.database.adminUrl,
      'SELECT to_jsonb(c)::text AS row FROM connections.connections c WHERE id = $1',
      [id],
    );
    expect(stored[0]?.row).not.toContain(SECRET);
    expect(stored[0]?.row).not.toContain(Buffer.from(SECRET).toString('hex'));
    for (const [method, at] of [
      ['GET', path],
      ['PATCH', path],
      ['DELETE', path],
      ['POST', `${path}/check`],
    ] as const) {
      expectError(await b.send(method, at, method === 'PATCH' ? { name: 'x' } : undefined), 404, 'not_found');
    }
    expectError(
      await a.send('PATCH', path, { name: 'x' }, { headers: { 'if-match': '"1"' } }),
      412,
      'precondition_failed',
    );
    expect((await a.send('DELETE', path)).status).toBe(204);
    expectError(await a.send('GET', path), 404, 'not_found');
  });

  it.each<[string, object, string]>([
    ['without an issuer', { issuer: undefined }, '/issuer'],
    ['with a query in the issuer', { issuer: 'https://idp.example.com?x' }, '/issuer'],
    ['without the scope openid', { scopes: ['email'] }, '/scopes'],
    [
      'with endpoints next to an issuer',
      {
        endpoints: {
          authorizationUrl: 'https://a.example',
          tokenUrl: 'https://a.example',
          userinfoUrl: 'https://a.example',
        },
      },
      '/endpoints',
    ],
    [
      'with every directory of Microsoft',
      { preset: 'microsoft', issuer: 'https://login.microsoftonline.com/common/v2.0' },
      '/issuer',
    ],
    ['with another issuer as Google', { preset: 'google' }, '/issuer'],
    ['as Google without a secret', { preset: 'google', issuer: undefined, clientSecret: undefined }, '/clientSecret'],
    ['as OAuth without endpoints', { type: 'oauth', issuer: undefined }, '/endpoints'],
    [
      'with a rule that makes owners',
      { roleRules: [{ claim: 'groups', contains: 'x', role: 'owner' }] },
      '/roleRules/0/role',
    ],
    ['with a default role that administers', { defaultRole: 'admin' }, '/defaultRole'],
  ])('is refused %s', async (_, changed, pointer) => {
    const { errors } = expectError(
      await a.send('POST', '/connections', { ...INPUT, ...changed }),
      400,
      'invalid_request',
    );
    expect(errors?.map((error) => error.pointer)).toContain(pointer);
  });

  it('keeps its secret from a server that was not chosen with it', async () => {
    const { id } = await a.connect(INPUT);
    for (const patch of [{ issuer: 'https://evil.example.com' }, { clientId: 'other' }]) {
      const { errors } = expectError(await a.send('PATCH', `/connections/${id}`, patch), 400, 'invalid_request');
      expect(errors?.map(({ pointer }) => pointer)).toEqual(['/clientSecret']);
    }
    const patch = { issuer: 'https://new.example.com', clientSecret: 'another' };
    expect((await a.send('PATCH', `/connections/${id}`, patch)).body).toMatchObject({ issuer: patch.issuer });
  });

  it('needs the scope admin', async () => {
    const token = await tokenOf(world.core, a.tenant, { scope: 'users.write' });
    expectError(await a.send('POST', '/connections', INPUT, { token }), 403, 'forbidden');
  });

  it('accepts the metadata of a certified provider', async () => {
    const { id } = await connectUpstream(a);
    expect((await a.send('POST', `/connections/${id}/check`)).body).toEqual({ ok: true, problems: [] });
  });
});

describe('a domain', () => {
  const add = (at: ConnectionsTenant, id: string, domain: string) =>
    at.send<ConnectionDomain>('POST', `/connections/${id}/domains`, { domain });

  it('is verified by its TXT record, and then belongs to one tenant', async () => {
    const [ours, theirs] = [await a.connect(INPUT), await b.connect(INPUT)];
    const { body } = await add(a, ours.id, 'Shared.Example');
    expect(body).toMatchObject({
      domain: 'shared.example',
      status: 'pending',
      recordName: '_coresdk-challenge.shared.example',
    });
    const path = (id: string) => `/connections/${id}/domains/shared.example/verify`;
    expectError(await a.send('POST', path(ours.id)), 422, 'unprocessable');
    world.records.set(body.recordName, null);
    expectError(await a.send('POST', path(ours.id)), 503, 'unavailable');
    const rival = await add(b, theirs.id, 'shared.example');
    world.records.set(body.recordName, [body.recordValue, rival.body.recordValue]);
    expect((await a.send('POST', path(ours.id))).body).toMatchObject({ status: 'verified' });
    expectError(await b.send('POST', path(theirs.id)), 409, 'conflict');
    expectError(await a.send('POST', path(theirs.id)), 404, 'not_found');
    expectError(await add(a, (await a.connect(INPUT)).id, 'shared.example'), 409, 'conflict');
    expect((await a.send('DELETE', `/connections/${ours.id}/domains/shared.example`)).status).toBe(204);
    expect((await b.send('POST', path(theirs.id))).status).toBe(200);
  });

  it.each(['localhost', '*.example.com', 'https://example.com', '127.0.0.1', 'a b.example'])(
    'cannot be %s',
    async (domain) => {
      expectError(await add(a, (await a.connect(INPUT)).id, domain), 400, 'invalid_request');
    },
  );

  it('is checked every day, and lapses after three days without its record', async () => {
    const { id } = await a.connect(INPUT);
    await a.verifyDomain(id, 'lapsing.example');
    const name = '_coresdk-challenge.lapsing.example';
    const task = world.core.context.get(DomainCheckTask);
    const domain = async () => {
      moveClock(world.core, 0);
      return (await a.send<Connection>('GET', `/connections/${id}`)).body.domains[0];
    };
    const day = 24 * 3_600_000 + 60_000;
    const record = world.records.get(name) ?? [];
    world.records.set(name, null);
    moveClock(world.core, day);
    await task.check();
    expect(await domain()).toMatchObject({ status: 'verified', missedChecks: 0 });
    world.records.set(name, []);
    for (const days of [2, 3]) {
      moveClock(world.core, days * day);
      await task.check();
      await task.check();
    }
    expect(await domain()).toMatchObject({ status: 'verified', missedChecks: 2 });
    world.records.set(name, record);
    moveClock(world.core, 4 * day);
    await task.check();
    expect(await domain()).toMatchObject({ status: 'verified', missedChecks: 0 });
    world.records.set(name, []);
    for (const days of [5, 6, 7]) {
      moveClock(world.core, days * day);
      await task.check();
    }
    expect(await domain()).toMatchObject({ status: 'pending', missedChecks: 3 });
  });
});

describe('an enforced connection', () => {
  it('refuses passwords and links for its domain like unknown accounts, until it is turned off', async () => {
    const { id } = await connectUpstream(a);
    await a.verifyDomain(id, 'enforced.example');
    const account = await makeUser(world.core, a.id, { email: 'ada@enforced.example' });
    const other = await makeUser(world.core, a.id);
    const enforce = (enforced: boolean) => a.send('PATCH', `/connections/${id}`, { enforced });
    const signIns = world.core.context.get(SignInPort);
    const withPassword = (email: string): Promise<SignInOutcome> =>
      signIns.withPassword(a.id, email, PASSWORD, newOrigin());
    const mails = catchMail(world.core);
    const linkFor = async (email: string): Promise<void> => {
      await world.core.context.get(PasswordsPort).requestLink(a.id, email, 'en', newOrigin());
      await world.core.context.get(LinkMails).drain();
    };
    await linkFor(account.email);
    const [, token = ''] = /token=([\w-]+)/.exec(mails[0]?.text ?? '') ?? [];
    expect(token).not.toBe('');

    expect((await enforce(true)).status).toBe(200);
    expect(await withPassword(account.email)).toEqual({ outcome: 'refused' });
    expect(await signIns.anywhere(account.email, PASSWORD, newOrigin())).toEqual({ outcome: 'refused' });
    expect(await withPassword('nobody@enforced.example')).toEqual({ outcome: 'refused' });
    await linkFor(account.email);
    expect(mails).toHaveLength(1);
    expect(await world.core.context.get(PasswordsPort).inspect(token)).toBeNull();
    expect((await withPassword(other.email)).outcome).toBe('signed_in');

    const browser = a.browser();
    const submit = async (fields: object) =>
      browser.cookies.post('/oauth/sign-in', { ...hiddenFields(await browser.signInPage()), ...fields });
    for (const email of [account.email, 'nobody@enforced.example']) {
      const page = await submit({ email, password: PASSWORD });
      expect([page.status, page.headers.get('refresh')]).toEqual([
        200,
        expect.stringContaining(`/oauth/connections/${id}/start?`),
      ]);
    }
    const unknown = await submit({ email: 'ada@unknown.example', method: 'home' });
    expect([unknown.status, unknown.text]).toEqual([422, expect.stringContaining('No identity provider is set up')]);

    const elsewhere = await connectUpstream(a, { provisioning: 'all' });
    upstream.personIs({ sub: 'elsewhere', email: account.email, email_verified: true });
    const start = await browser.start(elsewhere.id);
    const refused = await browser.back(await upstream.signIn(start.href));
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('Use your organization')]);

    expect((await enforce(false)).status).toBe(200);
    expect((await withPassword(account.email)).outcome).toBe('signed_in');
  });
});

describe('an identity', () => {
  /** Signs a new person in, and returns their own token. */
  async function newPerson(connection: Connection, email: string): Promise<{ userId: string; token: string }> {
    upstream.personIs({ sub: email, email, email_verified: true });
    const browser = a.browser();
    await browser.back(await upstream.signIn((await browser.start(connection.id)).href));
    const list = await a.send<{ items: Identity[] }>('GET', `/connections/${connection.id}/identities`);
    const userId = list.body.items.find((one) => one.email === email)?.userId ?? '';
    const claims = { sub: userId, user_id: userId, scope: 'users.read users.write', roles: ['member'] };
    return { userId, token: await tokenOf(world.core, a.tenant, claims) };
  }

  it('is unlinked by its user or an administrator, but not if it is the last way to sign in', async () => {
    const connection = await connectUpstream(a, { provisioning: 'all' });
    const { userId, token } = await newPerson(connection, 'only@identity.example');
    const own = await a.send<{ items: Identity[] }>('GET', '/identities', undefined, { token });
    const [identity] = own.body.items;
    expect(identity).toMatchObject({ userId, connectionId: connection.id });
    const id = identity?.id ?? '';
    expectError(await a.send('DELETE', `/identities/${id}`, undefined, { token }), 409, 'conflict');
    expectError(await a.send('DELETE', `/connections/${connection.id}/identities/${id}`), 409, 'conflict');
    const other = await newPerson(connection, 'other@identity.example');
    expectError(await a.send('DELETE', `/identities/${id}`, undefined, { token: other.token }), 404, 'not_found');
    expectError(await b.send('DELETE', `/connections/${connection.id}/identities/${id}`), 404, 'not_found');
    expectError(await a.send('GET', '/identities'), 403, 'forbidden');

    await world.core.context.get(PasswordsPort).set(systemContext('req-test', a.id), userId, PASSWORD);
    expect((await a.send('DELETE', `/identities/${id}`, undefined, { token: await freshToken(userId) })).status).toBe(
      204,
    );
    const after = await a.send<{ items: Identity[] }>(
      'GET',
      `/connections/${connection.id}/identities?userId=${userId}`,
    );
    expect(after.body.items).toEqual([]);
  });

  it('disappears with its user, and can then belong to somebody else', async () => {
    const connection = await connectUpstream(a, { provisioning: 'all' });
    const { userId } = await newPerson(connection, 'leaving@identity.example');
    const context = systemContext('req-test', a.id);
    await world.core.context.get(AccountsPort).remove(context, userId, false, null);
    const next = await newPerson(connection, 'leaving@identity.example');
    expect(next.userId).not.toBe(userId);
    expect(next.userId).not.toBe('');
  });

  const freshToken = (userId: string) =>
    tokenOf(world.core, a.tenant, {
      sub: userId,
      user_id: userId,
      scope: 'users.write',
      iat: Math.floor(Date.now() / 1000) + 1,
    });
});
