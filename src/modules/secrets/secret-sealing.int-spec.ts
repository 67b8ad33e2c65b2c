import { callFor, clientOf, grantSecret, putSecret, registerClient } from '../../../test/support/secrets';
import { eventually } from '../../../test/support/eventually';
import { rotateDataKey } from '../../../test/support/data-keys';
import { openAllCore, openSidecarCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant } from '../../../test/support/two-tenants';
import { Rewrap } from '../../kernel/sealing/rewrap';
import { OauthPort } from '../oauth/contract/oauth.port';
import { resolveOrder } from './contract/resolution.types';
import { SecretSealingPort } from './contract/secret-sealing.port';
import { SecretsPort } from './contract/secrets.port';

const OLD = 'the-old-master-key-of-the-tests-0123456789';
const NEW = 'the-new-master-key-of-the-tests-0123456789';
const SECRETS = 400;

let database: TestDatabase;
let tenantId: string;

/** The number of concurrent writes. With more writes, the last one would wait longer for a connection than the store permits. */
const AT_ONCE = 25;
const nameAt = (index: number): string => `SECRET_${index}`;

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await database.drop();
});

async function fill(core: TestCore): Promise<void> {
  tenantId = (await makeTenant(core, 'a')).id;
  await registerClient(core, tenantId, 'app-x');
  await grantSecret(core, tenantId, { principal: { type: 'client', id: 'app-x' }, path: { path: '*' } });
  for (let at = 0; at < SECRETS; at += AT_ONCE) {
    const names = Array.from({ length: Math.min(AT_ONCE, SECRETS - at) }, (_, index) => nameAt(at + index));
    await Promise.all(names.map((name) => putSecret(core, tenantId, name, `value of ${name}`)));
  }
}

/** Reads secrets, from the cache or from the store, until `done` returns true. Returns the number of reads. */
async function readUntil(core: TestCore, done: () => boolean): Promise<number> {
  const secrets = core.context.get(SecretsPort);
  let reads = 0;
  const read = async (): Promise<void> => {
    while (!done()) {
      const name = nameAt((reads * 7_919) % SECRETS);
      reads++;
      const order = resolveOrder.parse({ refs: [{ name }] });
      const { resolved } = await secrets.resolve(callFor(tenantId), clientOf('app-x'), order);
      expect(Buffer.from(resolved[0]?.value ?? []).toString()).toBe(`value of ${name}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, read));
  return reads;
}

describe('rotating the data key', () => {
  it('reseals all secrets of the tenant while they are read, without a failed read', async () => {
    const [core, sidecar] = [await openAllCore(database), await openSidecarCore(database)];
    try {
      await fill(core);
      const sealing = core.context.get(SecretSealingPort);
      const before = await sealing.keyProgress(callFor(tenantId));
      expect(before).toMatchObject({ state: 'idle', total: SECRETS, remaining: 0 });
      let isDone = false;
      // A sidecar with an empty cache, which therefore reads both old and new rows.
      const reading = readUntil(sidecar, () => isDone);
      const started = await sealing.rotateKey(callFor(tenantId));
      expect(started).toMatchObject({ state: 'running', total: SECRETS });
      expect(started.keyId).not.toBe(before.keyId);
      await eventually(async () => {
        expect(await sealing.keyProgress(callFor(tenantId))).toMatchObject({ state: 'idle', remaining: 0 });
      });
      isDone = true;
      expect(await reading).toBeGreaterThan(0);
      const keys = await queryAs(database.adminUrl, 'SELECT DISTINCT key_id FROM secrets.versions');
      expect(keys).toEqual([{ key_id: started.keyId }]);
    } finally {
      await sidecar.close();
      await core.close();
    }
  });

  it('resumes when the control plane restarts after an interruption', async () => {
    const before = await openAllCore(database);
    await fill(before);
    const other = (await makeTenant(before, 'b')).id;
    await putSecret(before, other, 'OF_B', 'x');
    // The state that a process leaves behind if it ends right after a rotation.
    for (const id of [tenantId, other]) await rotateDataKey(before.context, id);
    await before.close();
    const after = await openAllCore(database);
    try {
      const sealing = after.context.get(SecretSealingPort);
      await eventually(async () => {
        for (const id of [tenantId, other])
          expect(await sealing.keyProgress(callFor(id))).toMatchObject({ state: 'idle', remaining: 0 });
      });
      let reads = 0;
      await readUntil(after, () => reads++ > 20);
    } finally {
      await after.close();
    }
  });
});

describe('rotating the master key', () => {
  it('rewraps data keys, signing keys and the key proof while secrets are read, and makes the old key unnecessary', async () => {
    const before = await openAllCore(database, { MASTER_KEY: OLD });
    await fill(before);
    await before.close();

    const environment = { MASTER_KEY: NEW, MASTER_KEY_PREVIOUS: OLD };
    const [core, sidecar] = [await openAllCore(database, environment), await openSidecarCore(database, environment)];
    const sealing = core.context.get(SecretSealingPort);
    expect(await sealing.rewrapProgress(callFor(tenantId))).toEqual({
      state: 'idle',
      stores: [
        { name: 'tenant keys', total: 1, remaining: 1 },
        { name: 'signing keys', total: 2, remaining: 2 },
        { name: 'proof of the master key', total: 1, remaining: 1 },
      ],
      remaining: 4,
    });
    let isDone = false;
    const reading = readUntil(sidecar, () => isDone);
    await sealing.rewrap(callFor(tenantId));
    await core.context.get(Rewrap).finished();
    isDone = true;
    expect(await reading).toBeGreaterThan(0);
    expect(await sealing.rewrapProgress(callFor(tenantId))).toMatchObject({ state: 'done', remaining: 0 });
    await sidecar.close();
    await core.close();

    const after = await openAllCore(database, { MASTER_KEY: NEW });
    try {
      let reads = 0;
      await readUntil(after, () => reads++ > 20);
      // The signing key can be opened too, because the installation still issues tokens.
      expect(after.context.get(OauthPort)).toBeDefined();
      await expect(makeTenant(after, 'b').then((tenant) => tenant.issueToken())).resolves.toMatch(/^ey/);
    } finally {
      await after.close();
    }
  });
});
