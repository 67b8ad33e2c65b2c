import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { z } from 'zod';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { Database } from '../database/database';
import { DatabaseModule } from '../database/database.module';
import { KeysetList } from './keyset-list';
import { type CountedPage, type ListQuery, listQuery } from './list-query';

const MANY = 200_000;

const thingQuery = listQuery({
  sorts: ['createdAt', 'name'],
  filters: { colour: z.enum(['red', 'blue']).optional(), name: z.string().optional() },
});

type ThingQuery = z.infer<typeof thingQuery>;

const plan = {
  list: 'things',
  select: 'id, name',
  from: 'lists.things',
  tenant: 'tenant_id',
  id: 'id',
  sorts: {
    createdAt: { column: 'created_at', type: 'timestamptz' },
    name: { column: 'name', type: 'text' },
  },
  filters: {
    colour: (value: string, bind: (value: unknown) => string) => `colour = ${bind(value)}`,
    name: (value: string, bind: (value: unknown) => string) => `name = ${bind(value)}`,
  },
};

interface Thing {
  readonly id: string;
  readonly name: string;
}

const things = new KeysetList<ThingQuery, Thing>(plan);

let database: TestDatabase;
let context: INestApplicationContext;
let store: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  await queryAs(
    database.ownerUrl,
    `CREATE SCHEMA lists;
     GRANT USAGE ON SCHEMA lists TO coresdk_app;
     CREATE TABLE lists.things (tenant_id text NOT NULL, id text NOT NULL, name text NOT NULL, colour text NOT NULL,
       created_at timestamptz NOT NULL, PRIMARY KEY (tenant_id, id));
     CREATE INDEX things_created ON lists.things (tenant_id, created_at, id);
     CREATE INDEX things_name ON lists.things (tenant_id, name, id);
     ALTER TABLE lists.things ENABLE ROW LEVEL SECURITY;
     ALTER TABLE lists.things FORCE ROW LEVEL SECURITY;
     CREATE POLICY tenant_wall ON lists.things USING (tenant_id = kernel.current_tenant());
     GRANT SELECT, INSERT, UPDATE, DELETE ON lists.things TO coresdk_app`,
  );
  // Ties in both orders, and times less than a millisecond apart.
  await queryAs(
    database.adminUrl,
    `INSERT INTO lists.things SELECT t, 'thing-' || lpad(n::text, 4, '0'), 'name ' || n % 7,
       CASE n % 3 WHEN 0 THEN 'red' ELSE 'blue' END, '2026-11-27T00:00:00Z'::timestamptz + n % 40 * interval '3 microseconds'
     FROM generate_series(1, 300) AS n, unnest(ARRAY['tnt-a', 'tnt-b']) AS t`,
  );
  await queryAs(
    database.adminUrl,
    `INSERT INTO lists.things SELECT 'tnt-many', 'thing-' || lpad(n::text, 7, '0'), 'name ' || n % 1000, 'red',
       '2026-01-01T00:00:00Z'::timestamptz + n % 50000 * interval '1 second'
     FROM generate_series(1, ${MANY}) AS n`,
  );
  await queryAs(database.adminUrl, 'ANALYZE lists.things');
  const config = { DATABASE_POOL_SIZE: 2, DATABASE_STATEMENT_TIMEOUT_MS: 20_000 };
  const module = DatabaseModule.connect({ url: database.appUrl, config, applicationName: 'lists' });
  context = await NestFactory.createApplicationContext(module, { logger: false });
  store = context.get(Database);
});

afterAll(async () => {
  await context.close();
  await database.drop();
});

const queryOf = (asked: object): ThingQuery => thingQuery.parse(asked);

const page = (asked: object, tenant = 'tnt-a'): Promise<CountedPage<Thing>> =>
  things.page(store, tenant, queryOf(asked), (row) => row);

/** Returns every id of a list, page by page; runs `between` after each page. */
async function walk(asked: object, between: (pages: number) => Promise<unknown> = () => Promise.resolve()) {
  const ids: string[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const { items, nextCursor }: CountedPage<Thing> = await page(cursor === null ? asked : { ...asked, cursor });
    ids.push(...items.map(({ id }) => id));
    cursor = nextCursor;
    await between(++pages);
  } while (cursor !== null);
  return ids;
}

const idsBy = async (order: string): Promise<string[]> => {
  const sql = `SELECT id FROM lists.things WHERE tenant_id = 'tnt-a' ORDER BY ${order}`;
  return (await queryAs<{ id: string }>(database.adminUrl, sql)).map(({ id }) => id);
};

describe('a list', () => {
  it.each([
    ['createdAt', 'created_at, id'],
    ['-createdAt', 'created_at DESC, id DESC'],
    ['name', 'name, id'],
    ['-name', 'name DESC, id DESC'],
  ])('sorted by %s contains each row once, in order, for any page size', async (sort, order) => {
    const all = await idsBy(order);
    for (const limit of [7, 100, 299, 300]) expect(await walk({ sort, limit })).toEqual(all);
  });

  it('neither skips nor repeats existing rows during writes', async () => {
    const all = await idsBy('created_at, id');
    const half = all.slice(0, 150);
    const seen = await walk({ limit: 20 }, async (pages) => {
      const at = `'2026-11-27T00:00:00Z'::timestamptz + ${pages} * interval '5 microseconds'`;
      await store
        .tenant('tnt-a')
        .run(`INSERT INTO lists.things VALUES ('tnt-a', $1, 'new', 'green', ${at})`, [`thing-0000-${pages}`]);
      // Rows already shown are deleted behind the reader.
      await store
        .tenant('tnt-a')
        .run('DELETE FROM lists.things WHERE tenant_id = $1 AND id = $2', ['tnt-a', half[pages] ?? '']);
    });
    const old = seen.filter((id) => !id.startsWith('thing-0000-'));
    expect(old).toEqual(all);
    expect(new Set(seen).size).toBe(seen.length);
    await store.tenant('tnt-a').run(`DELETE FROM lists.things WHERE tenant_id = $1 AND colour = 'green'`, ['tnt-a']);
  });

  it('returns the total number of filtered items only on request', async () => {
    expect(await page({ limit: 1 })).not.toHaveProperty('total');
    expect(await page({ limit: 1, include: 'total' }, 'tnt-b')).toMatchObject({ total: 300 });
    expect(await page({ limit: 1, include: 'total', colour: 'red' }, 'tnt-b')).toMatchObject({ total: 100 });
    expect(await page({ include: 'total', name: `'; DROP TABLE lists.things; --` })).toMatchObject({ total: 0 });
  });

  it('does not contain rows of other tenants', async () => {
    expect((await page({}, 'tnt-c')).items).toEqual([]);
  });

  it('does not contain rows of other tenants even without row-level security', async () => {
    const config = { DATABASE_POOL_SIZE: 2, DATABASE_STATEMENT_TIMEOUT_MS: 20_000 };
    const module = DatabaseModule.connect({ url: database.adminUrl, config, applicationName: 'lists-unbound' });
    const unbound = await NestFactory.createApplicationContext(module, { logger: false });
    try {
      const query = queryOf({ limit: 500, include: 'total' });
      const { items, total } = await things.page(unbound.get(Database), 'tnt-b', query, (row) => row);
      expect([items.length, total]).toEqual([300, 300]);
    } finally {
      await unbound.close();
    }
  });

  it('refuses a cursor of a different list, tenant, sort or filter', async () => {
    const { nextCursor: cursor } = await page({ limit: 5, colour: 'blue' });
    expect((await page({ limit: 9, colour: 'blue', cursor, include: 'total' })).items).toHaveLength(9);
    const refused = { code: 'invalid_request', fields: [expect.objectContaining({ pointer: '/cursor' })] };
    await expect(page({ colour: 'blue', cursor }, 'tnt-b')).rejects.toMatchObject(refused);
    for (const other of [
      {},
      { colour: 'red' },
      { colour: 'blue', sort: 'name' },
      { colour: 'blue', sort: '-createdAt' },
    ]) {
      await expect(page({ ...other, cursor })).rejects.toMatchObject(refused);
    }
    const others = new KeysetList<ThingQuery, Thing>({ ...plan, list: 'others' });
    const asked = queryOf({ colour: 'blue', cursor });
    await expect(others.page(store, 'tnt-a', asked, (row) => row)).rejects.toMatchObject(refused);
  });

  it.each([
    ['empty', ''],
    ['not base64', '%%%'],
    ['invalid JSON', Buffer.from('{').toString('base64url')],
    ['of a different version', Buffer.from('{"v":1,"after":"a"}').toString('base64url')],
    ['a list', Buffer.from('[]').toString('base64url')],
  ])('refuses a cursor that is %s', async (_name, cursor) => {
    await expect(page({ cursor })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('refuses a cursor with a forged sort key, like any other invalid cursor', async () => {
    const { nextCursor } = await page({ limit: 5 });
    const cursor = JSON.parse(Buffer.from(nextCursor ?? '', 'base64url').toString()) as object;
    for (const change of [{ key: 'yesterday-ish' }, { key: 'a\u0000b' }, { id: '' }, { more: 1 }]) {
      const forged = Buffer.from(JSON.stringify({ ...cursor, ...change })).toString('base64url');
      await expect(page({ cursor: forged })).rejects.toMatchObject({ code: 'invalid_request' });
    }
  });

  it('refuses parameters that are not on its allow-list', () => {
    for (const asked of [{ size: 1 }, { sort: 'id' }, { sort: '--name' }, { colour: 'green' }, { include: 'all' }]) {
      expect(thingQuery.safeParse(asked).success).toBe(false);
    }
    expect(thingQuery.parse({})).toEqual({ limit: 50, sort: 'createdAt' } satisfies ListQuery);
  });
});

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Actual Rows': number;
  readonly Plans?: readonly PlanNode[];
}

function nodesOf(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

describe(`a page of ${MANY} rows`, () => {
  it.each([
    ['createdAt', 'things_created'],
    ['-createdAt', 'things_created'],
    ['name', 'things_name'],
    ['-name', 'things_name'],
  ])('sorted by %s reads a single index range, on the first page and on later pages', async (sort, index) => {
    const first = await page({ sort, limit: 500 }, 'tnt-many');
    for (const cursor of [null, first.nextCursor]) {
      const query = queryOf({ sort, limit: 50, ...(cursor === null ? {} : { cursor }) });
      const { text, values } = things.statement('tnt-many', query);
      const row = await store
        .tenant('tnt-many')
        .maybeOne<{ 'QUERY PLAN': readonly [{ Plan: PlanNode }] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
      const nodes = nodesOf(row?.['QUERY PLAN'][0].Plan ?? { 'Node Type': 'none', 'Actual Rows': 0 });
      const scans = nodes.filter((node) => node['Node Type'].includes('Scan'));
      expect(scans).toEqual([expect.objectContaining({ 'Index Name': index })]);
      expect(nodes.map((node) => node['Node Type'])).not.toContain('Sort');
      // Only the page's rows and an extra row, which shows whether there is a next page, are read.
      for (const scan of scans) expect(scan['Actual Rows']).toBe(51);
      if (cursor !== null) expect(scans[0]?.['Index Cond']).toContain('ROW(');
    }
  });
});
