import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { Database } from '../../../kernel/database/database';
import { DatabaseModule } from '../../../kernel/database/database.module';
import { QuotaRepository, type Usage } from './quota.repository';

const QUOTA = { bytes: 100, uploads: 2 };

let database: TestDatabase;
let context: INestApplicationContext;
let store: Database;
const quotas = new QuotaRepository();

beforeAll(async () => {
  database = await createTestDatabase();
  const config = { DATABASE_POOL_SIZE: 5, DATABASE_STATEMENT_TIMEOUT_MS: 20_000 };
  // As the superuser, whom row security does not bind: repositories compare the tenant themselves.
  const module = DatabaseModule.connect({ url: database.adminUrl, config, applicationName: 'quotas' });
  context = await NestFactory.createApplicationContext(module, { logger: false });
  store = context.get(Database);
});

afterAll(async () => {
  await context.close();
  await database.drop();
});

const reserve = (tenantId: string, bytes: number, uploads: 0 | 1 = 0): Promise<Usage | null> =>
  store.tenantTransaction(tenantId, (tx) => quotas.reserve(tx, tenantId, bytes, uploads, QUOTA));
const take = (tenantId: string, bytes: number): Promise<Usage | null> =>
  store.tenantTransaction(tenantId, (tx) => quotas.take(tx, tenantId, bytes, QUOTA));

describe('the quota of a tenant', () => {
  it('has room for what is neither used nor reserved, to the last byte', async () => {
    expect(await take('tnt-bytes', 30)).toBeNull();
    expect(await reserve('tnt-bytes', 40)).toBeNull();
    const full: Usage = { usedBytes: 30, reservedBytes: 40, uploads: 0 };
    expect(await reserve('tnt-bytes', 31)).toEqual(full);
    expect(await take('tnt-bytes', 31)).toEqual(full);
    expect(await take('tnt-bytes', 30)).toBeNull();
    expect(await reserve('tnt-bytes', 0)).toBeNull();
  });

  it('lets of many reservations at the same time as many in as there is room for', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => reserve('tnt-many', 30)));
    expect(answers.filter((full) => full === null)).toHaveLength(3);
  });

  it('has so many uploads at a time', async () => {
    expect([await reserve('tnt-uploads', 0, 1), await reserve('tnt-uploads', 0, 1)]).toEqual([null, null]);
    expect(await reserve('tnt-uploads', 0, 1)).toMatchObject({ uploads: 2 });
    await store.tenantTransaction('tnt-uploads', (tx) => quotas.settle(tx, 'tnt-uploads', { uploads: -1 }));
    expect(await reserve('tnt-uploads', 0, 1)).toBeNull();
  });

  it('is not touched by what another tenant stores', async () => {
    expect(await reserve('tnt-a', 100)).toBeNull();
    expect(await reserve('tnt-b', 100)).toBeNull();
    expect(await reserve('tnt-a', 1)).toMatchObject({ reservedBytes: 100 });
  });
});
