import { newOrigin } from '../../test/support/accounts';
import { openAllCore, type TestCore } from '../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database';
import { Secret } from '../kernel/config/secret';
import { type CallContext, systemContext } from '../kernel/context/call-context';
import { newId } from '../kernel/ids/ids';
import { AppsPort } from '../modules/apps/contract/apps.port';
import { newApp } from '../modules/apps/contract/apps.types';
import { ClientsPort } from '../modules/apps/contract/clients.port';
import { LoginPort } from '../modules/oauth/contract/login.port';
import { TenantsPort } from '../modules/tenants/contract/tenants.port';
import { newTenant } from '../modules/tenants/contract/tenants.types';
import { SignInPort } from '../modules/users/contract/sign-in.port';
import { UsersPort } from '../modules/users/contract/users.port';
import { bootstrap, NOTHING } from './bootstrap';

let database: TestDatabase;
let core: TestCore;
let other: TestCore;

beforeEach(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  other = await openAllCore(database);
});

afterEach(async () => {
  await core.close();
  await other.close();
  await database.drop();
});

const tenantId = async (): Promise<string> => (await core.context.get(TenantsPort).find('default'))?.id ?? '';

describe('the first start', () => {
  it('creates the tenant, its administrator app, its owner and the console only once', async () => {
    const { bootstrap: config } = core.settings;
    const { client, owner } = await bootstrap(core.context, config);
    expect(client).toMatchObject({ clientId: 'app-admin', clientSecret: expect.stringMatching(/^cs_/) });
    expect(owner).toMatchObject({ email: 'admin@example.com', password: expect.stringMatching(/^[\w-]{32}$/) });
    const signIn = core.context.get(SignInPort);
    const signedIn = await signIn.withPassword(
      await tenantId(),
      owner?.email ?? '',
      owner?.password ?? '',
      newOrigin(),
    );
    expect(signedIn).toMatchObject({ outcome: 'signed_in', user: { role: 'owner', status: 'active' } });
    const clients = core.context.get(ClientsPort);
    expect(await clients.find('app-console')).toMatchObject({ tenantId: await tenantId() });
    expect(await clients.find('app-reference')).toMatchObject({
      tenantId: await tenantId(),
      tokenEndpointAuthMethod: 'none',
      grantTypes: ['authorization_code'],
      defaultScopes: expect.not.arrayContaining(['admin', 'projects.write', 'secrets.read']),
      redirectUris: ['http://localhost:8000/docs/api', 'http://localhost:8080/docs/api'],
    });
    for (const each of [core, other]) expect(await bootstrap(each.context, config)).toEqual(NOTHING);
  });

  it('uses the address and the password that the operator chose', async () => {
    const config = {
      ...core.settings.bootstrap,
      BOOTSTRAP_ADMIN_EMAIL: 'chief@example.org',
      BOOTSTRAP_ADMIN_PASSWORD: new Secret('a password of ours'),
    };
    expect((await bootstrap(core.context, config)).owner).toEqual({
      email: 'chief@example.org',
      password: 'a password of ours',
    });
  });

  it('creates one owner if two processes start simultaneously', async () => {
    const { bootstrap: config } = core.settings;
    const made = await Promise.all([core, other].map(({ context }) => bootstrap(context, config)));
    expect(made.filter(({ owner }) => owner !== null)).toHaveLength(1);
    expect(made.filter(({ client }) => client !== null)).toHaveLength(1);
  });

  it('gives the app of the API reference the current addresses at each start', async () => {
    const { bootstrap: config } = core.settings;
    const redirectUris = async () => (await core.context.get(ClientsPort).find('app-reference'))?.redirectUris;
    await bootstrap(core.context, { ...config, referenceUrls: ['http://10.0.0.5:8000/docs/api'] });
    expect(await redirectUris()).toBeUndefined();
    await bootstrap(core.context, config);
    expect(await redirectUris()).toEqual(config.referenceUrls);
    await bootstrap(core.context, { ...config, referenceUrls: ['https://id.example.com/docs/api'] });
    expect(await redirectUris()).toEqual(['https://id.example.com/docs/api']);
  });

  it.each(['app-console', 'app-reference'])(
    'creates %s, which no administrator can take over, change or delete',
    async (own) => {
      await bootstrap(core.context, core.settings.bootstrap);
      const apps = core.context.get(AppsPort);
      const tenant = await core.context
        .get(TenantsPort)
        .create(systemContext(newId('req')), newTenant.parse({ slug: 'evil', name: 'Evil' }));
      const asAdmin = (id: string, isPlatformAdmin = false): CallContext => ({
        ...systemContext(newId('req'), id),
        actor: { type: 'service', id: 'app-admin' },
        isPlatformAdmin,
      });
      const input = newApp.parse({ client_id: own, name: 'Mine' });
      for (const context of [asAdmin(await tenantId()), asAdmin(await tenantId(), true)]) {
        for (const attempt of [
          () => apps.register(context, input),
          () => apps.update(context, own, { access_token_ttl_seconds: 86_400 }),
          () => apps.rotateSecret(context, own, 0),
          () => apps.remove(context, own),
        ]) {
          await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' });
        }
      }
      await apps.remove(systemContext(newId('req'), await tenantId()), own);
      await expect(apps.register(asAdmin(tenant.id), input)).rejects.toMatchObject({ code: 'forbidden' });
      await bootstrap(core.context, core.settings.bootstrap);
      expect(await core.context.get(ClientsPort).find(own)).toMatchObject({ tenantId: await tenantId() });
    },
  );

  it('blocks sign-in to a console that a different tenant had registered, until the operator restores it', async () => {
    const { bootstrap: config } = core.settings;
    const { owner } = await bootstrap(core.context, config);
    const tenant = await core.context
      .get(TenantsPort)
      .create(systemContext(newId('req')), newTenant.parse({ slug: 'evil', name: 'Evil' }));
    const [apps, evil] = [core.context.get(AppsPort), systemContext(newId('req'), tenant.id)];
    await apps.remove(systemContext(newId('req'), await tenantId()), 'app-console');
    await apps.register(evil, newApp.parse({ client_id: 'app-console', name: 'Mine' }));
    expect(await bootstrap(core.context, config)).toEqual(NOTHING);
    const credentials = { email: owner?.email ?? '', password: owner?.password ?? '' };
    const login = () => core.context.get(LoginPort).login(credentials, newOrigin());
    await expect(login()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('app-console'),
    });
    await apps.remove(evil, 'app-console');
    await bootstrap(core.context, config);
    await expect(login()).resolves.toMatchObject({ tenant_id: await tenantId() });
  });

  it('does not create a second owner for a changed address, but creates an owner if there is none yet', async () => {
    const { bootstrap: config } = core.settings;
    await bootstrap(core.context, config);
    const changed = { ...config, BOOTSTRAP_ADMIN_EMAIL: 'new@example.com' };
    expect(await bootstrap(core.context, changed)).toEqual(NOTHING);
    const users = core.context.get(UsersPort);
    expect(await users.findByEmail(await tenantId(), 'new@example.com')).toBeNull();
    const input = { slug: 'older', name: 'Older', plan: 'free' } as const;
    await core.context.get(TenantsPort).create(systemContext(newId('req')), input);
    const older = await bootstrap(core.context, { ...config, BOOTSTRAP_TENANT: 'older' });
    expect([older.client, older.owner?.email]).toEqual([null, 'admin@example.com']);
  });
});
