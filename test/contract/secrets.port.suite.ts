import { UNCONDITIONAL } from '../../src/kernel/http/conditions/conditions';
import { newId } from '../../src/kernel/ids/ids';
import { resolveOrder } from '../../src/modules/secrets/contract/resolution.types';
import type { SecretStorePort } from '../../src/modules/secrets/contract/secret-store.port';
import type { SecretsPort } from '../../src/modules/secrets/contract/secrets.port';
import { callFor, clientOf, grantSecret, inputOf, registerClient } from '../support/secrets';
import type { TestCore } from '../support/test-core';
import { queryAs, type TestDatabase } from '../support/test-database';
import { makeTenant } from '../support/two-tenants';

/** The secrets ports of one adapter, and the cores that serve them. */
export interface SecretsWorld {
  readonly store: SecretStorePort;
  readonly secrets: SecretsPort;
  /** A core that administers the same installation. */
  readonly admin: TestCore;
  readonly database: TestDatabase;
  readonly close: () => Promise<void>;
}

/** The contract of the secrets ports, for any adapter. */
export function secretsPortSuite(name: string, open: () => Promise<SecretsWorld>): void {
  describe(`the secrets ports ${name}`, () => {
    let world: SecretsWorld;
    let a: string;
    let b: string;

    beforeAll(async () => {
      world = await open();
      [a, b] = [(await makeTenant(world.admin, 'a')).id, (await makeTenant(world.admin, 'b')).id];
      for (const tenantId of [a, b]) await registerClient(world.admin, tenantId, `app-of-${tenantId}`);
      await grantSecret(world.admin, a, { principal: { type: 'client', id: `app-of-${a}` }, path: { path: '*' } });
    });

    afterAll(async () => {
      await world.close();
    });

    const put = (secret: string, value: string, members = {}, condition = {}) =>
      world.store.put(callFor(a), secret, inputOf(value, members), { ...UNCONDITIONAL, ...condition });
    const resolve = (order: object, tenantId = a) =>
      world.secrets.resolve(callFor(tenantId), clientOf(`app-of-${tenantId}`), resolveOrder.parse(order));

    it('write, read and list secrets with every field', async () => {
      const { secret, entityTag } = await put(
        'FULL',
        'x',
        { description: 'For Ada', maxVersions: 7 },
        { ifNoneMatch: '*' },
      );
      expect(secret).toEqual({
        name: 'FULL',
        description: 'For Ada',
        currentVersion: 1,
        maxVersions: 7,
        createdAt: expect.stringMatching(/Z$/),
        updatedAt: expect.stringMatching(/Z$/),
        deletedAt: null,
      });
      expect(await world.store.get(callFor(a), 'FULL')).toEqual({ secret, entityTag });
      await put('FULL', 'y', { cas: 1, description: '' });
      expect(await world.store.get(callFor(a), 'FULL')).toMatchObject({ secret: { description: '', maxVersions: 7 } });
      await put('OTHER', 'z');
      const first = await world.store.list(callFor(a), { limit: 1 });
      const second = await world.store.list(callFor(a), { limit: 1, cursor: first.nextCursor ?? '' });
      expect([...first.items, ...second.items].map((item) => item.name)).toEqual(['FULL', 'OTHER']);
      expect(second.nextCursor).toBeNull();
      expect(await world.store.versions(callFor(a), 'FULL', { limit: 1 })).toEqual({
        items: [
          {
            version: 2,
            state: 'current',
            createdAt: expect.stringMatching(/Z$/),
            createdBy: 'system',
            resolvableUntil: null,
            destroyedAt: null,
          },
        ],
        nextCursor: expect.any(String),
      });
    });

    it('delete, undelete and destroy', async () => {
      await put('SHORT', 'x');
      const { secret, entityTag } = await world.store.remove(callFor(a), 'SHORT', UNCONDITIONAL);
      expect(secret.deletedAt).toMatch(/Z$/);
      await expect(resolve({ refs: [{ name: 'SHORT' }] })).rejects.toMatchObject({ code: 'not_found' });
      expect((await world.store.undelete(callFor(a), 'SHORT')).entityTag).not.toBe(entityTag);
      expect(await world.store.destroy(callFor(a), 'SHORT', [1])).toMatchObject({ secret: { currentVersion: 1 } });
      expect(await world.store.destroy(callFor(a), 'SHORT', null)).toBeNull();
      await expect(world.store.get(callFor(a), 'SHORT')).rejects.toMatchObject({ code: 'not_found' });
    });

    it('keep the error codes of the port, with the invalid fields', async () => {
      await put('HELD', 'x');
      await expect(put('HELD', 'y', { cas: 4 })).rejects.toMatchObject({
        code: 'conflict',
        fields: [{ pointer: '/cas', code: 'version_mismatch' }],
      });
      await expect(put('HELD', 'y', {}, { ifMatch: '"x"' })).rejects.toMatchObject({ code: 'precondition_failed' });
      await expect(put('a/b', 'y')).rejects.toMatchObject({ code: 'invalid_request' });
      await expect(put('HELD', 'x'.repeat(65_537))).rejects.toMatchObject({ code: 'invalid_request' });
      await expect(world.store.get(callFor(b), 'HELD')).rejects.toMatchObject({ code: 'not_found' });
      await expect(world.store.list(callFor(a), { limit: 1, cursor: 'x' })).rejects.toMatchObject({
        code: 'invalid_request',
      });
    });

    it('resolve every byte, and keep the other fields of the request', async () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
      const input = { ...inputOf(''), value: bytes };
      await world.store.put(callFor(a), 'BYTES', input, UNCONDITIONAL);
      const ref = { name: 'AS', path: 'BYTES', version: '1', delivery: 'file' };
      const { resolved, unresolved } = await resolve({ refs: [ref, { name: 'NOT_THERE' }], contextId: 'job:1' });
      expect(resolved).toHaveLength(1);
      expect(Buffer.from(resolved[0]?.value ?? [])).toEqual(bytes);
      expect({ ...resolved[0], value: null }).toEqual({
        name: 'AS',
        value: null,
        version: '1',
        bundle: null,
        ref: { ...ref, provider: '' },
      });
      expect(unresolved).toEqual([
        { name: 'NOT_THERE', bundle: null, code: 'not_found', message: 'The secret does not exist.' },
      ]);
    });

    it('refuse a secret that is not granted, does not exist or has no provider', async () => {
      await expect(resolve({ refs: [{ name: 'BYTES' }] }, b)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(resolve({ bundles: ['nothing'] })).rejects.toMatchObject({ code: 'not_found' });
      await grantSecret(world.admin, a, {
        principal: { type: 'client', id: `app-of-${a}` },
        path: { provider: 'azure', path: '*' },
      });
      const elsewhere = { refs: [{ name: 'X', provider: 'azure', path: 'x' }] };
      await expect(resolve(elsewhere)).rejects.toMatchObject({ code: 'unavailable' });
    });

    it('record calls with the audit event id and actor of the context', async () => {
      const auditEventId = newId('aud');
      const actor = { type: 'user', id: newId('usr') } as const;
      const context = { ...callFor(a), actor, appId: 'app-y', ip: '192.0.2.7', auditEventId };
      await world.secrets.resolve(context, clientOf(`app-of-${a}`), resolveOrder.parse({ refs: [{ name: 'BYTES' }] }));
      const sql = 'SELECT actor_type, actor_id, app_id, ip, request_id, action FROM audit.events WHERE id = $1';
      expect(await queryAs(world.database.adminUrl, sql, [auditEventId])).toEqual([
        {
          actor_type: 'user',
          actor_id: actor.id,
          app_id: 'app-y',
          // This is a user's address, so the log stores it only encrypted with the user's key.
          ip: null,
          request_id: context.requestId,
          action: 'secret.read',
        },
      ]);
    });
  });
}
