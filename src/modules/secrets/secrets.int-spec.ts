import { makePerson } from '../../../test/support/people';
import { callFor, clientOf, grantSecret, putSecret, registerClient, userOf } from '../../../test/support/secrets';
import { moveClock } from '../../../test/support/accounts';
import { openAllCore, openSidecarCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant } from '../../../test/support/two-tenants';
import { type CallContext } from '../../kernel/context/call-context';
import { UNCONDITIONAL } from '../../kernel/http/conditions/conditions';
import { WRONG_MASTER_KEY } from '../../kernel/sealing/master-key-proof';
import { AppsPort } from '../apps/contract/apps.port';
import { GroupsPort } from '../users/contract/groups.port';
import { newGroup } from '../users/contract/groups.types';
import { UsersPort } from '../users/contract/users.port';
import { resolveOrder, type SecretPrincipal } from './contract/resolution.types';
import { SecretAccessPort } from './contract/secret-access.port';
import { newSecretBundle } from './contract/secret-access.types';
import { SecretStorePort } from './contract/secret-store.port';
import { SecretsPort } from './contract/secrets.port';

let database: TestDatabase;
let core: TestCore;
let sidecar: TestCore;
let a: string;
let b: string;
let ada: string;
let group: string;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  sidecar = await openSidecarCore(database, { SECRETS_ENV_PREFIX: 'NOBODY_SETS_', SECRETS_PROVIDER_TIMEOUT_MS: '500' });
  [a, b] = [(await makeTenant(core, 'a')).id, (await makeTenant(core, 'b')).id];
  ada = (await makePerson(core, a)).user.id;
  const groups = core.context.get(GroupsPort);
  group = (await groups.create(callFor(a), newGroup.parse({ displayName: 'Engineers', members: [ada] }))).id;
  for (const id of ['app-r', 'app-g', 'app-p', 'app-m', 'app-l']) await registerClient(core, a, id);
  await registerClient(core, b, 'app-b');
  await putSecret(core, a, 'DB_PASSWORD', 'correct horse');
  await putSecret(core, a, 'API_KEY', 'battery staple');
  await putSecret(core, b, 'DB_PASSWORD', 'of b');
  const bundle = newSecretBundle.parse({ refs: [{ name: 'PGPASSWORD', path: 'DB_PASSWORD' }, { name: 'API_KEY' }] });
  await core.context.get(SecretAccessPort).putBundle(callFor(a), 'app', bundle, UNCONDITIONAL);
});

afterAll(async () => {
  await sidecar.close();
  await core.close();
  await database.drop();
});

afterEach(() => {
  moveClock(sidecar, 0);
});

async function resolve(
  principal: SecretPrincipal,
  order: object,
  context: CallContext = callFor(a),
  from: TestCore = sidecar,
): Promise<Readonly<Record<string, string>>> {
  await from.feed.catchUp();
  const { resolved } = await from.context.get(SecretsPort).resolve(context, principal, resolveOrder.parse(order));
  return Object.fromEntries(resolved.map(({ name, value }) => [name, Buffer.from(value).toString()]));
}

const DB = { refs: [{ name: 'DB_PASSWORD' }] };

describe('resolving secrets', () => {
  it('does not resolve anything without a grant', async () => {
    await expect(resolve(userOf(ada), DB)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(resolve(userOf(ada), { bundles: ['app'] })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(resolve(clientOf('app-x'), DB)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it("returns a bundle to all members of a group, under the bundle's names, until the grant is revoked", async () => {
    const { id } = await grantSecret(core, a, { principal: { type: 'group', id: group }, bundle: 'app' });
    expect(await resolve(userOf(ada), { bundles: ['app'] })).toEqual({
      PGPASSWORD: 'correct horse',
      API_KEY: 'battery staple',
    });
    // A grant for a bundle does not give access to the bundle's members individually.
    await expect(resolve(userOf(ada), DB)).rejects.toMatchObject({ code: 'forbidden' });
    // The call is narrowed to a group to which the user does not belong, or to no group.
    await expect(resolve(userOf(ada, ['grp-x']), { bundles: ['app'] })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(resolve(userOf(ada, []), { bundles: ['app'] })).rejects.toMatchObject({ code: 'forbidden' });
    await core.context.get(SecretAccessPort).revokeGrant(callFor(a), id);
    await expect(resolve(userOf(ada), { bundles: ['app'] })).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('uses the current group membership, not the membership in the token', async () => {
    await grantSecret(core, a, { principal: { type: 'group', id: group }, bundle: 'app' });
    const groups = core.context.get(GroupsPort);
    await expect(resolve(userOf(ada), { bundles: ['app'] })).resolves.toBeDefined();
    await groups.removeMember(callFor(a), group, ada);
    await expect(resolve(userOf(ada), { bundles: ['app'] })).rejects.toMatchObject({ code: 'forbidden' });
    await groups.addMember(callFor(a), group, ada);
    await expect(resolve(userOf(ada), { bundles: ['app'] })).resolves.toBeDefined();
  });

  it('does not return secrets to a suspended user or a user of a different tenant', async () => {
    const eve = (await makePerson(core, a)).user.id;
    await grantSecret(core, a, { principal: { type: 'user', id: eve }, path: { path: 'DB_PASSWORD' } });
    expect(await resolve(userOf(eve), DB)).toEqual({ DB_PASSWORD: 'correct horse' });
    await expect(resolve(userOf(eve), DB, callFor(b))).rejects.toMatchObject({ code: 'forbidden' });
    await core.context.get(UsersPort).setStatus(callFor(a), eve, 'suspended');
    await expect(resolve(userOf(eve), DB)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('returns secrets granted to a group that a service names, while the group exists', async () => {
    const groups = core.context.get(GroupsPort);
    const made = await groups.create(callFor(a), newGroup.parse({ displayName: 'Short-lived' }));
    const { id } = made;
    await grantSecret(core, a, { principal: { type: 'group', id }, path: { path: 'API_KEY' } });
    const asGroup: SecretPrincipal = { userId: null, clientId: null, groups: [id], entityId: null };
    const order = { refs: [{ name: 'API_KEY' }] };
    expect(await resolve(asGroup, order)).toEqual({ API_KEY: 'battery staple' });
    await expect(resolve({ ...asGroup, groups: [] }, order)).rejects.toMatchObject({ code: 'forbidden' });
    await groups.remove(callFor(a), id, null);
    await expect(resolve(asGroup, order)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('enforces the conditions of a grant', async () => {
    const bob = (await makePerson(core, a)).user.id;
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    await grantSecret(core, a, {
      principal: { type: 'user', id: bob },
      path: { path: 'DB_PASSWORD' },
      condition: { expiresAt, contextIdPrefix: 'job:' },
    });
    expect(await resolve(userOf(bob), { ...DB, contextId: 'job:17' })).toEqual({ DB_PASSWORD: 'correct horse' });
    await expect(resolve(userOf(bob), { ...DB, contextId: 'chat:17' })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('condition'),
    });
    moveClock(sidecar, 61_000);
    await expect(resolve(userOf(bob), { ...DB, contextId: 'job:17' })).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('applies a rotation, and resolves the previous version during its grace period', async () => {
    await putSecret(core, a, 'ROTATED', 'old');
    await grantSecret(core, a, { principal: { type: 'client', id: 'app-r' }, path: { path: 'ROTATED' } });
    const ask = (version = '') => resolve(clientOf('app-r'), { refs: [{ name: 'ROTATED', version }] });
    expect(await ask()).toEqual({ ROTATED: 'old' });
    await putSecret(core, a, 'ROTATED', 'new', { graceSeconds: 60 });
    expect(await ask()).toEqual({ ROTATED: 'new' });
    expect(await ask('previous')).toEqual({ ROTATED: 'old' });
    expect(await ask('1')).toEqual({ ROTATED: 'old' });
    expect(await ask('2')).toEqual({ ROTATED: 'new' });
    for (const version of ['3', '0', 'x', '-1'])
      await expect(ask(version)).rejects.toMatchObject({ code: 'not_found' });
    // The cache must notice the end of the grace period itself, because no event announces it.
    moveClock(sidecar, 61_000);
    await expect(ask('previous')).rejects.toMatchObject({ code: 'not_found' });
    expect(await ask()).toEqual({ ROTATED: 'new' });
  });

  it('does not resolve deleted or destroyed secrets', async () => {
    const store = core.context.get(SecretStorePort);
    await putSecret(core, a, 'GONE', 'x');
    await grantSecret(core, a, { principal: { type: 'client', id: 'app-g' }, path: { path: 'GONE' } });
    const ask = () => resolve(clientOf('app-g'), { refs: [{ name: 'GONE' }] });
    expect(await ask()).toEqual({ GONE: 'x' });
    await store.remove(callFor(a), 'GONE', UNCONDITIONAL);
    await expect(ask()).rejects.toMatchObject({ code: 'not_found' });
    await store.undelete(callFor(a), 'GONE');
    expect(await ask()).toEqual({ GONE: 'x' });
    await store.destroy(callFor(a), 'GONE', [1]);
    await expect(ask()).rejects.toMatchObject({ code: 'not_found' });
  });

  it('does not resolve a version that was deleted with its secret, even after a new one is stored', async () => {
    await registerClient(core, a, 'app-v');
    await putSecret(core, a, 'AGAIN', 'one');
    await putSecret(core, a, 'AGAIN', 'two');
    await grantSecret(core, a, { principal: { type: 'client', id: 'app-v' }, path: { path: 'AGAIN' } });
    const ask = (version: string) => resolve(clientOf('app-v'), { refs: [{ name: 'AGAIN', version }] });
    expect(await ask('1')).toEqual({ AGAIN: 'one' });
    await core.context.get(SecretStorePort).remove(callFor(a), 'AGAIN', UNCONDITIONAL);
    await putSecret(core, a, 'AGAIN', 'three');
    expect(await ask('')).toEqual({ AGAIN: 'three' });
    for (const version of ['1', '2', 'previous'])
      await expect(ask(version)).rejects.toMatchObject({ code: 'not_found' });
  });

  it("does not apply a deleted application's grants to a new application with the same client id", async () => {
    const grant = { principal: { type: 'client', id: 'app-n' }, path: { path: 'API_KEY' } };
    const ask = () => resolve(clientOf('app-n'), { refs: [{ name: 'API_KEY' }] });
    await expect(grantSecret(core, a, grant)).rejects.toMatchObject({
      code: 'invalid_request',
      fields: [{ pointer: '/principal/id' }],
    });
    await registerClient(core, a, 'app-n');
    await expect(grantSecret(core, b, grant)).rejects.toMatchObject({ code: 'invalid_request' });
    await grantSecret(core, a, grant);
    expect(await ask()).toEqual({ API_KEY: 'battery staple' });
    await core.context.get(AppsPort).remove(callFor(a), 'app-n');
    await expect(ask()).rejects.toMatchObject({ code: 'forbidden' });
    await registerClient(core, a, 'app-n');
    await expect(ask()).rejects.toMatchObject({
      code: 'forbidden',
      message: 'No grant matches this path at "store". An administrator can add one at /api/v1/secrets/grants.',
    });
    await grantSecret(core, a, grant);
    expect(await ask()).toEqual({ API_KEY: 'battery staple' });
  });

  it('allows only paths below the granted prefix', async () => {
    const principal = { type: 'client', id: 'app-p' };
    await grantSecret(core, a, { principal, path: { provider: 'vault', path: 'team/*' } });
    const ask = (path: string) => resolve(clientOf('app-p'), { refs: [{ name: 'X', provider: 'vault', path }] });
    // The path is granted, but this installation does not have the provider.
    await expect(ask('team/db')).rejects.toMatchObject({ code: 'unavailable' });
    for (const path of ['team', 'teams/db', 'other/db'])
      await expect(ask(path)).rejects.toMatchObject({ code: 'forbidden' });
    for (const path of ['team/../other', '/team/db', 'team//db', 'team/.', 'team\\db', 'team/a\u0000b'])
      await expect(ask(path)).rejects.toThrow();
  });

  it('reports failed secrets together with resolved secrets', async () => {
    const principal = { type: 'client', id: 'app-m' };
    await grantSecret(core, a, { principal, path: { path: '*' } });
    await grantSecret(core, a, { principal, path: { provider: 'env', path: '*' } });
    const order = resolveOrder.parse({
      refs: [{ name: 'API_KEY' }, { name: 'NOT_THERE' }, { name: 'ALSO', provider: 'env', path: 'ALSO' }],
    });
    const answer = await sidecar.context.get(SecretsPort).resolve(callFor(a), clientOf('app-m'), order);
    expect(answer.resolved.map(({ name }) => name)).toEqual(['API_KEY']);
    expect(answer.unresolved).toEqual([
      { name: 'NOT_THERE', bundle: null, code: 'not_found', message: 'The secret does not exist.' },
      { name: 'ALSO', bundle: null, code: 'not_found', message: 'The secret does not exist.' },
    ]);
  });

  it('limits the number of secrets per call', async () => {
    const refs = Array.from({ length: 100 }, (_, index) => ({ name: `S_${index}`, path: 'API_KEY' }));
    const access = core.context.get(SecretAccessPort);
    for (const name of ['one', 'two', 'three']) {
      await access.putBundle(callFor(a), name, newSecretBundle.parse({ refs }), UNCONDITIONAL);
      await grantSecret(core, a, { principal: { type: 'client', id: 'app-l' }, bundle: name });
    }
    expect(Object.keys(await resolve(clientOf('app-l'), { bundles: ['one'] }))).toHaveLength(100);
    // A repeated bundle counts once.
    expect(Object.keys(await resolve(clientOf('app-l'), { bundles: ['one', 'one', 'two'] }))).toHaveLength(100);
    await expect(resolve(clientOf('app-l'), { bundles: ['one', 'two', 'three'] })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('does not find a bundle of a different tenant', async () => {
    await expect(resolve(clientOf('app-b'), { bundles: ['app'] }, callFor(b))).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(resolve(clientOf('app-m'), { bundles: ['nothing'] })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('records one event per call with names and versions, even for a denial', async () => {
    const [allowed, denied] = [callFor(a), callFor(a)];
    await resolve(
      clientOf('app-m'),
      { refs: [{ name: 'API_KEY' }, { name: 'DB_PASSWORD' }], contextId: 'job:1' },
      allowed,
    );
    await expect(resolve(clientOf('app-none'), DB, denied)).rejects.toMatchObject({ code: 'forbidden' });
    const rows = (context: CallContext) =>
      queryAs<{ outcome: string; metadata: object }>(
        database.adminUrl,
        'SELECT action, outcome, reason, metadata FROM audit.events WHERE request_id = $1',
        [context.requestId],
      );
    expect(await rows(allowed)).toEqual([
      {
        action: 'secret.read',
        outcome: 'success',
        reason: '',
        metadata: {
          contextId: 'job:1',
          secrets: [
            { name: 'API_KEY', provider: 'store', path: 'API_KEY', version: '1', bundle: null },
            { name: 'DB_PASSWORD', provider: 'store', path: 'DB_PASSWORD', version: '1', bundle: null },
          ],
        },
      },
    ]);
    expect(await rows(denied)).toMatchObject([{ action: 'secret.read', outcome: 'denied', reason: 'forbidden' }]);
  });

  it('cannot open a row that was moved to a different tenant or name', async () => {
    await grantSecret(core, b, { principal: { type: 'client', id: 'app-b' }, path: { path: '*' } });
    await putSecret(core, b, 'MOVED', 'of b');
    await queryAs(
      database.adminUrl,
      `UPDATE secrets.versions v SET sealed = s.sealed, key_id = s.key_id FROM secrets.versions s
       WHERE v.tenant_id = $2 AND v.name = 'MOVED' AND s.tenant_id = $1 AND s.name = 'DB_PASSWORD'`,
      [a, b],
    );
    const ask = (name: string) => resolve(clientOf('app-b'), { refs: [{ name }] }, callFor(b));
    // The data key in the row does not belong to the tenant.
    await expect(ask('MOVED')).rejects.toMatchObject({ code: 'unavailable' });
    await putSecret(core, b, 'RENAMED', 'of b too');
    await queryAs(
      database.adminUrl,
      `UPDATE secrets.versions v SET sealed = s.sealed, key_id = s.key_id FROM secrets.versions s
       WHERE v.tenant_id = $1 AND v.name = 'RENAMED' AND s.tenant_id = $1 AND s.name = 'DB_PASSWORD'`,
      [b],
    );
    await expect(ask('RENAMED')).rejects.toMatchObject({ code: 'internal' });
  });

  it('does not return anything if the access cannot be recorded', async () => {
    const ask = () => resolve(clientOf('app-m'), { refs: [{ name: 'API_KEY' }] });
    expect(await ask()).toEqual({ API_KEY: 'battery staple' });
    const all = 'FUNCTION audit.append_records, audit.append_at, audit.append_taking';
    await queryAs(database.adminUrl, `REVOKE EXECUTE ON ${all} FROM coresdk_app`);
    try {
      await expect(ask()).rejects.toMatchObject({ code: 'unavailable' });
    } finally {
      await queryAs(database.adminUrl, `GRANT EXECUTE ON ${all} TO coresdk_app`);
    }
    expect(await ask()).toEqual({ API_KEY: 'battery staple' });
  });

  it('refuses to start with a wrong master key, and reports it', async () => {
    await expect(
      openSidecarCore(database, { MASTER_KEY: 'another-master-key-0123456789abcdef' }),
    ).rejects.toMatchObject({
      message: WRONG_MASTER_KEY,
    });
  });
});
