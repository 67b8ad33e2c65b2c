import { status as Grpc, type ServiceError } from '@grpc/grpc-js';
import type { ResolveSecretResponse } from '../../../src/kernel/grpc/generated/coresdk/v1/secrets';
import type { Page } from '../../../src/kernel/lists/page';
import type { AppWithSecret } from '../../../src/modules/apps/contract/apps.types';
import type { SecretGrant } from '../../../src/modules/secrets/contract/secret-access.types';
import type { Secret, SecretVersion } from '../../../src/modules/secrets/contract/secrets.types';
import type { ShownResolution } from '../../../src/modules/secrets/rest/secret-requests';
import type { Group } from '../../../src/modules/users/contract/groups.types';
import { expectNoCanary } from '../../support/canary';
import { eventually } from '../../support/eventually';
import { freePorts } from '../../support/free-ports';
import { type Answer, type Call, expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';
import { RoleProcess } from '../../support/role-process';

const CANARY = 'canary-5ecr3t-of-the-story-9d41';
const ROTATED = 'canary-5ecr3t-after-rotation-77aa';
const SCOPES = ['secrets.read', 'secrets.write', 'groups.read', 'groups.write'];

/** @param borrow returns the installation, once it is running. */
export const secretsStory = (borrow: () => Installation): void =>
  describe('secrets', () => {
    let installation: Installation;
    let admin: string;
    let app: AppWithSecret;
    let token: string;
    /** Bodies of refusals, which must not contain a value. */
    const refusals: string[] = [];

    beforeAll(async () => {
      installation = borrow();
      admin = await installation.adminToken();
      app = await installation.register(admin, { declared_scopes: SCOPES, default_scopes: SCOPES });
      token = await installation.token(app.client_id, app.client_secret);
    });

    const put = (name: string, json: object, more: Call = {}): Promise<Answer<Secret>> =>
      installation.backend<Secret>(`/v1/secrets/${name}`, { token, method: 'PUT', json, ...more });
    const resolve = (json: object, by = token): Promise<Answer<ShownResolution>> =>
      installation.backend<ShownResolution>('/v1/secrets/resolve', { token: by, json });
    const administer = <T>(path: string, call: Call = {}): Promise<Answer<T>> =>
      installation.controlPlane<T>(`/api/v1/secrets${path}`, { token: admin, ...call });

    /** Asserts a refusal and keeps its body. */
    function refused(answer: Answer<unknown>, status: number, error: string): void {
      refusals.push(answer.text);
      expectError(answer, status, error);
    }

    async function valueOf(json: object): Promise<string | undefined> {
      const answer = await resolve(json);
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      return answer.body.resolved[0]?.value;
    }

    async function userId(): Promise<string> {
      const [row] = await installation.query<{ id: string }>(`SELECT id FROM users.users WHERE role = 'owner'`);
      return row?.id ?? '';
    }

    test('an app can write a secret, but its scopes alone do not give access to the value', async () => {
      const written = await put('DB_PASSWORD', { value: CANARY, description: 'Of the main database' });
      expect({ status: written.status, text: written.text }).toMatchObject({ status: 200 });
      expect(written.body).toMatchObject({ name: 'DB_PASSWORD', currentVersion: 1 });
      expect(written.headers.get('etag')).toMatch(/^"DB_PASSWORD\.\d+"$/);
      const listed = await installation.backend<Page<Secret>>('/v1/secrets', { token });
      expect(listed.body).toMatchObject({ items: [{ name: 'DB_PASSWORD' }], nextCursor: null });
      expect(listed.text).not.toContain(CANARY);
      refused(await resolve({ refs: [{ name: 'DB_PASSWORD' }] }), 403, 'forbidden');
    });

    test('a grant provides access until it is revoked', async () => {
      const json = { principal: { type: 'client', id: app.client_id }, path: { path: 'DB_PASSWORD' } };
      const granted = await administer<SecretGrant>('/grants', { json });
      expect({ status: granted.status, text: granted.text }).toMatchObject({ status: 201 });
      await eventually(async () => {
        expect(await valueOf({ refs: [{ name: 'DB_PASSWORD' }], contextId: 'job:17' })).toBe(CANARY);
      });
      const revoked = await administer(`/grants/${granted.body.id}`, { method: 'DELETE' });
      expect(revoked.status).toBe(204);
      await eventually(async () => {
        refused(await resolve({ refs: [{ name: 'DB_PASSWORD' }] }), 403, 'forbidden');
      });
      expect((await administer<SecretGrant>('/grants', { json })).status).toBe(201);
    });

    test('a rotation reaches all readers, and the previous version stays available for `graceSeconds`', async () => {
      expect((await put('DB_PASSWORD', { value: ROTATED, cas: 1, graceSeconds: 600 })).body.currentVersion).toBe(2);
      const previous = { refs: [{ name: 'DB_PASSWORD', version: 'previous' }] };
      await eventually(async () => {
        expect(await valueOf({ refs: [{ name: 'DB_PASSWORD' }] })).toBe(ROTATED);
        expect(await valueOf(previous)).toBe(CANARY);
      });
      const versions = await installation.backend<Page<SecretVersion>>('/v1/secrets/DB_PASSWORD/versions', { token });
      expect(versions.body.items.map(({ version, state }) => [version, state])).toEqual([
        [2, 'current'],
        [1, 'grace'],
      ]);
      expect((await administer('/DB_PASSWORD/destroy', { json: { versions: [1] } })).status).toBe(200);
      await eventually(async () => {
        refused(await resolve(previous), 404, 'not_found');
      });
    });

    test('writes honor their conditions, and refusals have clear messages', async () => {
      refused(await put('DB_PASSWORD', { value: CANARY, cas: 1 }), 409, 'conflict');
      refused(
        await put('DB_PASSWORD', { value: CANARY }, { headers: { 'if-match': '"DB_PASSWORD.1"' } }),
        412,
        'precondition_failed',
      );
      refused(
        await put('DB_PASSWORD', { value: CANARY }, { headers: { 'if-none-match': '*' } }),
        412,
        'precondition_failed',
      );
      for (const name of ['lower', 'A.B', 'A%2FB', '..%2FA', 'A%0AB', '__PROTO__', 'A'.repeat(129)])
        refused(await put(name, { value: CANARY }), 400, 'invalid_request');
      // A path with a NUL character is refused.
      refused(await put('A%00B', { value: CANARY }), 404, 'not_found');
      for (const json of [
        { value: '' },
        { value: CANARY, unknown: true },
        { value: CANARY, cas: -1 },
        { value: CANARY, encoding: 'base64' },
        { value: `${CANARY}\0` },
        { value: CANARY.repeat(3_000) },
        { value: [CANARY] },
        { value: CANARY, graceSeconds: 1e12 },
      ])
        refused(await put('OTHER', json), 400, 'invalid_request');
      for (const json of [
        {},
        { refs: [{ name: 'A/B' }] },
        { refs: [{ name: 'A', path: '../B' }] },
        { refs: Array(101).fill({ name: 'A' }) },
        { bundles: ['__proto__'] },
      ])
        refused(await resolve(json), 400, 'invalid_request');
      refused(await installation.backend('/v1/secrets/OTHER', { token }), 404, 'not_found');
    });

    test('binary values are returned unchanged', async () => {
      const bytes = Buffer.of(0, 255, 128, 10);
      expect((await put('BINARY', { value: bytes.toString('base64'), encoding: 'base64' })).status).toBe(200);
      const json = { principal: { type: 'client', id: app.client_id }, path: { path: 'BINARY' } };
      expect((await administer('/grants', { json })).status).toBe(201);
      await eventually(async () => {
        const answer = await resolve({ refs: [{ name: 'BINARY' }] });
        expect(answer.body.resolved[0]).toMatchObject({ value: bytes.toString('base64'), encoding: 'base64' });
      });
    });

    test('members of a group get a bundle over gRPC while they belong to it', async () => {
      const bundle = { refs: [{ name: 'PGPASSWORD', path: 'DB_PASSWORD' }] };
      expect((await administer('/bundles/app', { method: 'PUT', json: bundle })).status).toBe(200);
      const made = await installation.backend<Group>('/v1/groups', { token, json: { displayName: 'Engineers' } });
      expect({ status: made.status, text: made.text }).toMatchObject({ status: 201 });
      const group = `/v1/groups/${made.body.id}`;
      const member = `${group}/members/${await userId()}`;
      expect((await installation.backend(member, { token, method: 'PUT' })).status).toBe(204);
      expect((await installation.backend<Group>(group, { token })).body.members).toEqual([await userId()]);
      const json = { principal: { type: 'group', id: made.body.id }, bundle: 'app' };
      expect((await administer('/grants', { json })).status).toBe(201);

      const caller = { tenantId: 'default', userId: await userId() };
      const ask = (index: number) =>
        installation
          .sidecar(index)
          .call<ResolveSecretResponse>('SecretsService', 'ResolveSecret', { caller, bundleNames: ['app'] });
      for (const index of installation.sidecarAddresses.keys()) {
        await eventually(async () => {
          const { resolved, error } = await ask(index);
          expect(resolved.map(({ name, value, viaBundle }) => [name, value.toString(), viaBundle])).toEqual([
            ['PGPASSWORD', ROTATED, 'app'],
          ]);
          expect(error).toBeNull();
        });
      }
      expect((await installation.backend(member, { token, method: 'DELETE' })).status).toBe(204);
      for (const index of installation.sidecarAddresses.keys()) {
        await eventually(async () => {
          await expect(ask(index)).rejects.toMatchObject({ code: Grpc.PERMISSION_DENIED });
        });
      }
      const stranger = installation.sidecar(0, null);
      const error = await stranger.call('SecretsService', 'ResolveSecret', { caller, bundleNames: ['app'] }).then(
        () => null,
        (thrown: ServiceError) => thrown,
      );
      expect(error?.code).toBe(Grpc.PERMISSION_DENIED);
      refusals.push(error?.details ?? '');
    });

    test('other tenants cannot see or get the secret', async () => {
      const platform = await installation.adminToken('platform.admin');
      const json = { slug: 'initech', name: 'Initech' };
      expect((await installation.controlPlane('/api/v1/tenants', { token: platform, json })).status).toBe(201);
      const service = { token: installation.secrets.controlPlaneToken };
      const listed = await installation.controlPlane<Page<Secret>>('/api/v1/secrets?tenant=initech', service);
      expect(listed.body).toEqual({ items: [], nextCursor: null });
      refused(await installation.controlPlane('/api/v1/secrets/DB_PASSWORD?tenant=initech', service), 404, 'not_found');
      refused(await installation.controlPlane('/api/v1/secrets/bundles/app?tenant=initech', service), 404, 'not_found');
      const caller = { tenantId: 'initech', userId: await userId() };
      const asked = installation
        .sidecar()
        .call('SecretsService', 'ResolveSecret', { caller, refs: [{ name: 'DB_PASSWORD' }] });
      await expect(asked).rejects.toMatchObject({ code: Grpc.PERMISSION_DENIED });
    });

    test('every read is recorded with name and version', async () => {
      const rows = await installation.query<{ outcome: string; metadata: { secrets?: readonly object[] } }>(
        `SELECT outcome, metadata FROM audit.events
       WHERE action = 'secret.read' AND metadata->>'contextId' = 'job:17' AND outcome = 'success' LIMIT 1`,
      );
      expect(rows).toEqual([
        {
          outcome: 'success',
          metadata: {
            contextId: 'job:17',
            secrets: [{ name: 'DB_PASSWORD', provider: 'store', path: 'DB_PASSWORD', version: '1', bundle: null }],
          },
        },
      ]);
    });

    test('the encryption keys can be rotated while they are in use', async () => {
      refused(await administer('/rewrap'), 403, 'forbidden');
      const service = { token: installation.secrets.controlPlaneToken };
      const progress = await installation.controlPlane<{ remaining: number }>('/api/v1/secrets/rewrap', service);
      expect(progress.body).toMatchObject({ state: 'idle', remaining: 0 });
      const rotated = await administer<{ keyId: string }>('/data-key/rotate', { method: 'POST' });
      expect(rotated.status).toBe(202);
      await eventually(async () => {
        const now = await administer('/data-key');
        expect(now.body).toMatchObject({ state: 'idle', keyId: rotated.body.keyId, remaining: 0 });
        expect(await valueOf({ refs: [{ name: 'DB_PASSWORD' }] })).toBe(ROTATED);
      });
    });

    test('a process with a different master key does not start, and reports why', async () => {
      const [port = 0] = await freePorts(1);
      const { environment } = installation.process('sidecar-1');
      const other = { ...environment, HEALTH_PORT: String(port), MASTER_KEY: 'another-master-key-0123456789abcdef' };
      const wrong = new RoleProcess('wrong', other, installation.folder);
      wrong.launch();
      expect(await wrong.ending()).toMatchObject({ code: 1 });
      expect(wrong.log).toContain('MASTER_KEY does not open');
    });

    test('no log, error or table contains a value', async () => {
      await expectNoCanary(installation, CANARY, refusals);
      await expectNoCanary(installation, ROTATED, refusals);
    });
  });
