import { openUnboundStore, type TestStore } from '../../../../test/support/test-store';
import type { Database } from '../../../kernel/database/database';
import { QuotaRepository, type Usage } from './quota.repository';

const QUOTA = { bytes: 100, uploads: 2 };

let opened: TestStore;
let store: Database;
const quotas = new QuotaRepository();

beforeAll(async () => {
  opened = await openUnboundStore(5);
  ({ store } = opened);
});

afterAll(() => opened.close());

const reserve = (tenantId: string, bytes: number, uploads: 0 | 1 = 0): Promise<Usage | null> =>
  store.tenantTransaction(tenantId, (tx) => quotas.reserve(tx, tenantId, bytes, uploads, QUOTA));
const take = (tenantId: string, bytes: number): Promise<Usage | null> =>
  store.tenantTransaction(tenantId, (tx) => quotas.take(tx, tenantId, bytes, QUOTA));

describe('the quota of a tenant', () => {
  it('can be used or reserved up to the last byte', async () => {
    expect(await take('tnt-bytes', 30)).toBeNull();
    expect(await reserve('tnt-bytes', 40)).toBeNull();
    const full: Usage = { usedBytes: 30, reservedBytes: 40, uploads: 0 };
    expect(await reserve('tnt-bytes', 31)).toEqual(full);
    expect(await take('tnt-bytes', 31)).toEqual(full);
    expect(await take('tnt-bytes', 30)).toBeNull();
    expect(await reserve('tnt-bytes', 0)).toBeNull();
  });

  it('grants as many concurrent reservations as fit', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => reserve('tnt-many', 30)));
    expect(answers.filter((full) => full === null)).toHaveLength(3);
  });

  it('limits the number of concurrent uploads', async () => {
    expect([await reserve('tnt-uploads', 0, 1), await reserve('tnt-uploads', 0, 1)]).toEqual([null, null]);
    expect(await reserve('tnt-uploads', 0, 1)).toMatchObject({ uploads: 2 });
    await store.tenantTransaction('tnt-uploads', (tx) => quotas.settle(tx, 'tnt-uploads', { uploads: -1 }));
    expect(await reserve('tnt-uploads', 0, 1)).toBeNull();
  });

  it('is not affected by other tenants', async () => {
    expect(await reserve('tnt-a', 100)).toBeNull();
    expect(await reserve('tnt-b', 100)).toBeNull();
    expect(await reserve('tnt-a', 1)).toMatchObject({ reservedBytes: 100 });
  });
});
