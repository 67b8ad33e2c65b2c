import { systemContext } from '../../src/kernel/context/call-context';
import { TenantNames } from '../../src/kernel/context/tenant-names';
import type { ValidatePlatformContextResponse } from '../../src/kernel/grpc/generated/coresdk/v1/auth';
import { newId } from '../../src/kernel/ids/ids';
import { AppsPort } from '../../src/modules/apps/contract/apps.port';
import { newApp, type RegisteredApp } from '../../src/modules/apps/contract/apps.types';
import { CONTEXT_REFUSAL_WORDS } from '../../src/modules/platform-context/contract/platform-context.port';
import { TenantsPort } from '../../src/modules/tenants/contract/tenants.port';
import { eventually } from '../support/eventually';
import { GrpcClient } from '../support/grpc-client';
import { platformContext, type Signed } from '../support/platform-context';
import { openAllCore, openSidecarCore, openSidecarSurface, type TestCore } from '../support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database';
import { makeTenant, type TestTenant } from '../support/two-tenants';

let database: TestDatabase;
let control: TestCore;
let sidecar: TestCore;
let surface: Awaited<ReturnType<typeof openSidecarSurface>>;
let client: GrpcClient;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  control = await openAllCore(database);
  sidecar = await openSidecarCore(database);
  surface = await openSidecarSurface(sidecar);
  client = new GrpcClient(surface.address);
  [a, b] = [await makeTenant(control, 'a'), await makeTenant(control, 'b')];
});

afterAll(async () => {
  client.close();
  await surface.close();
  await sidecar.close();
  await control.close();
  await database.drop();
});

const apps = (): AppsPort => control.context.get(AppsPort);
const admin = (tenant: TestTenant) => systemContext('req-context', tenant.id);

function register(tenant: TestTenant, members: object = {}): Promise<RegisteredApp> {
  const declared = { declared_scopes: ['projects.read', 'projects.write', 'files.read'] };
  return apps().register(admin(tenant), newApp.parse({ name: 'P', ...declared, platform_context: true, ...members }));
}

/** Returns a context that is signed the way an application signs it. */
function contextOf(
  app: RegisteredApp,
  tenant: TestTenant,
  members: Signed = {},
  secret: string | null | undefined = app.client_secret,
): string {
  const permissions = ['projects.read', 'audit.read', 'files.read'];
  return platformContext({ ...app, client_secret: secret ?? '' }, { tenant_id: tenant.id, permissions, ...members });
}

const validate = (rawContext: string, tenantId: string, clientId: string) =>
  client.call<ValidatePlatformContextResponse>('AuthService', 'ValidatePlatformContext', {
    rawContext,
    tenantId,
    clientId,
  });

const VALID = { valid: true, permissions: ['projects.read', 'files.read'], error: '' };
const refused = (word: string) => ({
  valid: false,
  permissions: [],
  error: expect.stringMatching(new RegExp(`^${word}`)),
});

describe('a platform context', () => {
  it('is valid with the permissions of the app, by id and by slug', async () => {
    const app = await register(a);
    expect(await validate(contextOf(app, a), a.id, app.client_id)).toEqual(VALID);
    expect(await validate(contextOf(app, a, { tenant_id: a.slug }), a.id, app.client_id)).toEqual(VALID);
    expect(await validate(contextOf(app, a), a.slug, app.client_id)).toEqual(VALID);
    const iso = { issued_at: new Date().toISOString() };
    expect(await validate(contextOf(app, a, iso), a.id, app.client_id)).toEqual(VALID);
  });

  it('is refused in an OK response for a tenant or client other than its own', async () => {
    const app = await register(a);
    const raw = contextOf(app, a);
    expect(await validate(raw, b.id, app.client_id)).toEqual(refused('tenant mismatch'));
    expect(await validate(raw, '', app.client_id)).toEqual(refused('tenant mismatch'));
    expect(await validate(raw, 'nobody', app.client_id)).toEqual(refused('tenant mismatch'));
    expect(await validate(raw, a.id, b.clientId)).toEqual(refused('client mismatch'));
    // Signed by the app for a tenant other than its own.
    expect(await validate(contextOf(app, b), b.id, app.client_id)).toEqual(refused('tenant mismatch'));
  });

  it('does not reveal whether a tenant exists, either in its responses or in its lookups', async () => {
    const [app, foreign] = [await register(a), await register(b)];
    const looked = jest.spyOn(sidecar.context.get(TenantNames), 'idOf');
    try {
      const names = [a.id, a.slug, b.id, b.slug, newId('tnt'), 'nobody'];
      const answersTo = (secret: string | undefined, shownAs: (name: string) => string) =>
        Promise.all(
          names.map((name) => validate(contextOf(app, a, { tenant_id: name }, secret), shownAs(name), app.client_id)),
        );
      // Signed with an unknown secret or another app's secret: about any tenant, sent for any tenant.
      for (const secret of ['guessed', foreign.client_secret]) {
        for (const shownAs of [(name: string) => name, () => a.id, () => 'nobody']) {
          expect(new Set((await answersTo(secret, shownAs)).map(({ error }) => error))).toEqual(
            new Set([CONTEXT_REFUSAL_WORDS.signature]),
          );
        }
      }
      // Signed by the app: other tenants look the same as missing tenants.
      const [, , ...others] = await answersTo(app.client_secret, (name) => name);
      expect(new Set(others.map(({ error }) => error))).toEqual(new Set([CONTEXT_REFUSAL_WORDS.tenant_mismatch]));
      expect(looked).not.toHaveBeenCalled();
    } finally {
      looked.mockRestore();
    }
  });

  it('is refused if anything differs from the signed content, or if a different app signed it', async () => {
    const [app, other] = [await register(a), await register(b)];
    const changed = { ...JSON.parse(Buffer.from(contextOf(app, a), 'base64').toString()), permissions: ['files.read'] };
    const raw = Buffer.from(JSON.stringify(changed)).toString('base64');
    expect(await validate(raw, a.id, app.client_id)).toEqual(refused('signature'));
    expect(await validate(contextOf(app, a, {}, other.client_secret), a.id, app.client_id)).toEqual(
      refused('signature'),
    );
    expect(await validate(contextOf(app, a, { client_id: 'app-nobody' }), a.id, 'app-nobody')).toEqual(
      refused('signature'),
    );
    for (const nonsense of ['', 'x', '!!', 'a'.repeat(100_000)]) {
      expect(await validate(nonsense, a.id, app.client_id)).toEqual(refused('malformed'));
    }
    const malformed = await client.raw('/coresdk.v1.AuthService/ValidatePlatformContext', Buffer.from('ffff', 'hex'));
    expect(malformed.code).toBe(0);
  });

  it('is refused if it is expired, from the future, or older than its app', async () => {
    const app = await register(a);
    const at = (fromNow: number) =>
      validate(contextOf(app, a, { issued_at: Math.floor(Date.now() / 1000) + fromNow }), a.id, app.client_id);
    expect(await at(0)).toEqual(VALID);
    expect(await at(-362)).toEqual(refused('expired'));
    expect(await at(58)).toEqual(VALID);
    expect(await at(65)).toEqual(refused('issued_at'));
    expect(await at(-30)).toEqual(refused('revoked'));
  });

  it('can be signed with either secret during the overlap, and not with an expired secret', async () => {
    const app = await register(a);
    const rotated = await apps().rotateSecret(admin(a), app.client_id, 3_600);
    await sidecar.feed.catchUp();
    expect(await validate(contextOf(app, a), a.id, app.client_id)).toEqual(VALID);
    expect(await validate(contextOf(rotated, a), a.id, app.client_id)).toEqual(VALID);
    const last = await apps().rotateSecret(admin(a), app.client_id, 0);
    await sidecar.feed.catchUp();
    expect(await validate(contextOf(last, a), a.id, app.client_id)).toEqual(VALID);
    for (const old of [app, rotated]) {
      expect(await validate(contextOf(old, a), a.id, app.client_id)).toEqual(refused('signature'));
    }
  });

  it('loses permissions that the app loses, and is refused when its app is deleted or its tenant suspended', async () => {
    const c = await makeTenant(control, 'c');
    const app = await register(c);
    const raw = contextOf(app, c, { issued_at: new Date().toISOString() });
    await apps().update(admin(c), app.client_id, { declared_scopes: ['files.read'] });
    await sidecar.feed.catchUp();
    expect(await validate(raw, c.id, app.client_id)).toEqual({ ...VALID, permissions: ['files.read'] });
    await control.context.get(TenantsPort).setStatus(systemContext('req-t'), c.id, 'suspended');
    await eventually(async () => {
      expect(await validate(raw, c.id, app.client_id)).toEqual(refused('the tenant is not active'));
    });
    await control.context.get(TenantsPort).setStatus(systemContext('req-t'), c.id, 'active');
    await eventually(async () => {
      expect(await validate(raw, c.id, app.client_id)).toEqual(refused('revoked'));
    });
    await apps().remove(admin(c), app.client_id);
    await eventually(async () => {
      expect(await validate(raw, c.id, app.client_id)).toEqual(refused('signature'));
    });
  });

  it('needs an app that enables it; enabling it later needs a new secret, and disabling it deletes the stored one', async () => {
    const app = await register(a, { platform_context: false });
    const kept = () =>
      queryAs<{ sealed: Buffer }>(
        database.adminUrl,
        `SELECT c.sealed FROM apps.context_secrets c JOIN apps.secrets s ON s.id = c.secret_id WHERE s.client_id = $1`,
        [app.client_id],
      );
    expect(await validate(contextOf(app, a), a.id, app.client_id)).toEqual(refused('signature'));
    expect(await kept()).toEqual([]);
    await apps().update(admin(a), app.client_id, { platform_context: true });
    await sidecar.feed.catchUp();
    expect(await validate(contextOf(app, a), a.id, app.client_id)).toEqual(refused('signature'));
    const rotated = await apps().rotateSecret(admin(a), app.client_id, 0);
    await sidecar.feed.catchUp();
    expect(await validate(contextOf(rotated, a), a.id, app.client_id)).toEqual(VALID);
    const [row] = await kept();
    expect(String(row?.sealed)).not.toContain(rotated.client_secret);
    await apps().update(admin(a), app.client_id, { platform_context: false });
    await sidecar.feed.catchUp();
    expect(await validate(contextOf(rotated, a), a.id, app.client_id)).toEqual(refused('signature'));
    expect(await kept()).toEqual([]);
  });

  it('is not available to an app that cannot act on its own', async () => {
    for (const members of [
      { app_type: 'spa', token_endpoint_auth_method: 'none', redirect_uris: ['https://a.example/cb'] },
      { app_type: 'web', redirect_uris: ['https://a.example/cb'] },
    ]) {
      await expect(register(a, { declared_scopes: [], ...members })).rejects.toMatchObject({
        code: 'invalid_request',
        fields: expect.arrayContaining([expect.objectContaining({ pointer: '/platform_context' })]),
      });
    }
  });
});
