import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { rotateDataKey } from '../../../test/support/data-keys';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { ChangeFeed } from '../changes/change-feed';
import { Secret } from '../config/secret';
import { DatabaseModule } from '../database/database.module';
import { createLogger, LOGGER } from '../telemetry/logger';
import { MasterKeyProof, WRONG_MASTER_KEY } from './master-key-proof';
import { Rewrap } from './rewrap';
import { sealingProviders } from './sealing.providers';
import { TenantKeys } from './tenant-keys';

const OLD = new Secret('the-old-master-key-0123456789abcdef');
const NEW = new Secret('the-new-master-key-0123456789abcdef');
const logger = createLogger('silent', 'test');

/** A process with a master key. */
interface Process {
  readonly keys: TenantKeys;
  readonly proof: MasterKeyProof;
  readonly rewrap: Rewrap;
  readonly feed: ChangeFeed;
  /** Gives a tenant a new data key and returns its ID. */
  readonly rotate: (tenantId: string) => Promise<string>;
}

let database: TestDatabase;
const open: (() => Promise<void>)[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  for (const close of open.splice(0)) await close();
  await database.drop();
});

async function start(current: Secret, previous: Secret | null = null): Promise<Process> {
  const feed = new ChangeFeed({ url: database.appUrl, maxAgeMs: 10_000, logger });
  const config = { DATABASE_POOL_SIZE: 4, DATABASE_STATEMENT_TIMEOUT_MS: 5_000 };
  const context: INestApplicationContext = await NestFactory.createApplicationContext(
    {
      module: class Root {},
      imports: [
        DatabaseModule.connect({ url: database.appUrl, config, applicationName: 'tenant-keys' }),
        TerminusModule.forRoot({ logger: false }),
      ],
      providers: [
        { provide: LOGGER, useValue: logger },
        { provide: ChangeFeed, useValue: feed },
        ...sealingProviders({ MASTER_KEY: current, MASTER_KEY_PREVIOUS: previous }),
      ],
    },
    { logger: false },
  );
  feed.start();
  await feed.catchUp();
  open.push(async () => {
    await feed.stop();
    await context.close();
  });
  return {
    keys: context.get(TenantKeys),
    proof: context.get(MasterKeyProof),
    rewrap: context.get(Rewrap),
    feed,
    rotate: (tenantId: string) => rotateDataKey(context, tenantId),
  };
}

const A = 'tnt-a';
const B = 'tnt-b';
const VALUE = Buffer.from('a value');

describe('the data keys of tenants', () => {
  it('are created once, by the faster of two processes, and are the same in both processes', async () => {
    const [one, two] = [await start(OLD), await start(OLD)];
    await one.proof.establish();
    const made = await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).keys.current(A)));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    const sealed = (await one.keys.current(A)).seal(VALUE, 'x');
    expect((await two.keys.current(A)).open(sealed, 'x')).toEqual(VALUE);
    expect((await one.keys.current(A)).derive('tokens')).toEqual((await two.keys.current(A)).derive('tokens'));
  });

  it('do not open values of other tenants or other owners', async () => {
    const { keys, proof } = await start(OLD);
    await proof.establish();
    const sealed = (await keys.current(A)).seal(VALUE, 'x');
    const other = await keys.current(B);
    expect(() => other.open(sealed, 'x')).toThrow();
    expect(other.derive('tokens')).not.toEqual((await keys.current(A)).derive('tokens'));
    const mine = await keys.current(A);
    expect(() => mine.open(sealed, 'y')).toThrow();
  });

  it('report an error if their row was moved to a different tenant', async () => {
    const writer = await start(OLD);
    await writer.proof.establish();
    await writer.keys.current(A);
    await queryAs(database.adminUrl, `UPDATE sealing.tenant_keys SET tenant_id = 'tnt-b'`);
    const reader = await start(OLD);
    await expect(reader.keys.current(B)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'A data key of this tenant cannot be decrypted: it was changed or moved.',
    });
    expect(reader.proof.missing()).toBeNull();
  });

  it('seal with the new key everywhere after a rotation and still open old values', async () => {
    const [one, two] = [await start(OLD), await start(OLD)];
    await one.proof.establish();
    const before = await two.keys.current(A);
    const sealed = before.seal(VALUE, 'x');
    const rotated = await one.rotate(A);
    await two.feed.catchUp();
    expect((await two.keys.current(A)).id).toBe(rotated);
    expect((await one.keys.current(A)).id).toBe(rotated);
    expect((await one.keys.byId(A, before.id)).open(sealed, 'x')).toEqual(VALUE);
    await expect(one.keys.byId(B, before.id)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('include one current key after concurrent rotations', async () => {
    const [one, two] = [await start(OLD), await start(OLD)];
    await one.proof.establish();
    await Promise.all([one, two, one, two].map(({ rotate }) => rotate(A)));
    const current = await queryAs(database.adminUrl, 'SELECT id FROM sealing.tenant_keys WHERE is_current');
    expect(current).toHaveLength(1);
  });
});

describe('a wrong master key', () => {
  it('is detected before it seals any value, and the error explains the remedy', async () => {
    const right = await start(OLD);
    await right.proof.establish();
    const wrong = await start(NEW);
    await expect(wrong.proof.establish()).rejects.toMatchObject({ code: 'unavailable', message: WRONG_MASTER_KEY });
    expect(wrong.proof.missing()).toBe(WRONG_MASTER_KEY);
    await expect(wrong.keys.current(A)).rejects.toMatchObject({ code: 'unavailable', message: WRONG_MASTER_KEY });
    expect(await queryAs(database.adminUrl, 'SELECT 1 FROM sealing.tenant_keys')).toEqual([]);
  });

  it('cannot be ruled out before a proof exists, so that no tenant key is created', async () => {
    const sidecar = await start(OLD);
    await expect(sidecar.keys.current(A)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await sidecar.proof.exists()).toBe(false);
  });
});

describe('a new master key', () => {
  it('opens and reseals old values, and then works without the old key, which is no longer accepted', async () => {
    const before = await start(OLD);
    await before.proof.establish();
    const sealed = new Map<string, { readonly id: string; readonly value: Buffer }>();
    for (let index = 0; index < 250; index++) {
      const key = await before.keys.current(`tnt-${index}`);
      sealed.set(`tnt-${index}`, { id: key.id, value: key.seal(VALUE, 'x') });
    }
    const during = await start(NEW, OLD);
    await during.proof.establish();
    expect(await during.rewrap.progress()).toMatchObject({ state: 'idle', remaining: 251 });
    during.rewrap.start();
    during.rewrap.start();
    for (const [tenantId, { id, value }] of sealed) {
      expect((await during.keys.byId(tenantId, id)).open(value, 'x')).toEqual(VALUE);
    }
    await during.rewrap.finished();
    expect(await during.rewrap.progress()).toEqual({
      state: 'done',
      stores: [
        { name: 'tenant keys', total: 250, remaining: 0 },
        { name: 'proof of the master key', total: 1, remaining: 0 },
      ],
      remaining: 0,
    });
    const after = await start(NEW);
    await after.proof.assert();
    for (const [tenantId, { id, value }] of sealed) {
      expect((await after.keys.byId(tenantId, id)).open(value, 'x')).toEqual(VALUE);
    }
    const outdated = await start(OLD);
    await expect(outdated.keys.current('tnt-1')).rejects.toMatchObject({ message: WRONG_MASTER_KEY });
    // Keys that the process holds in memory stay valid, because data keys do not change.
    expect((await before.keys.current('tnt-1')).open(sealed.get('tnt-1')?.value ?? Buffer.alloc(0), 'x')).toEqual(
      VALUE,
    );
  });
});
