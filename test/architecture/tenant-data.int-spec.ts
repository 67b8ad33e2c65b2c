import { RegisteredTenantData, tenantColumnOf } from '../../src/kernel/tenant-data/tenant-data';
import { TENANT_DATA } from '../../src/roles/installation-of';
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database';

/** Encrypted columns of rows that are exported as is, with the reason for each. */
const SEALED_AND_FREE: Readonly<Record<string, string>> = {
  'audit.events': 'Each field is encrypted under a person’s key, and these keys are encrypted themselves.',
};

/** Tables whose hashes cover records and are not credentials. */
const HASHES_OF_RECORDS = new Set(['audit.events', 'audit.leaves', 'audit.heads', 'skills.versions']);

const { tables } = new RegisteredTenantData(TENANT_DATA);

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

/** The catalog entry of a product table with a tenant. */
interface StoredTable {
  readonly table: string;
  readonly columns: Readonly<Record<string, string>>;
  /** The columns of each unique index, in order. */
  readonly uniques: readonly (readonly string[])[];
  /** Tables that foreign keys point to. */
  readonly parents: readonly string[];
}

function tenantTables(): Promise<readonly StoredTable[]> {
  return queryAs<StoredTable>(
    database.adminUrl,
    `SELECT n.nspname || '.' || c.relname AS "table",
       (SELECT jsonb_object_agg(attname, format_type(atttypid, NULL)) FROM pg_attribute
        WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
       (SELECT coalesce(jsonb_agg((SELECT jsonb_agg(pg_get_indexdef(x.indexrelid, k, true) ORDER BY k)
                                   FROM generate_series(1, x.indnkeyatts) AS k)), '[]')
        FROM pg_index x WHERE x.indrelid = c.oid AND x.indisunique AND x.indpred IS NULL) AS uniques,
       (SELECT coalesce(jsonb_agg(confrelid::regclass::text), '[]') FROM pg_constraint
        WHERE conrelid = c.oid AND contype = 'f') AS parents
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
       AND (n.nspname || '.' || c.relname = 'tenants.tenants' OR EXISTS (
         SELECT 1 FROM pg_attribute WHERE attrelid = c.oid AND attname = 'tenant_id' AND NOT attisdropped))
     ORDER BY 1`,
  );
}

describe('the declared tenant data of the modules', () => {
  it('covers every table with a tenant exactly once, and no other table', async () => {
    const stored = (await tenantTables()).map(({ table }) => table);
    expect(tables.map(({ table }) => table).sort()).toEqual([...stored].sort());
  });

  it('is declared by the module that owns the schema', () => {
    const strays = TENANT_DATA.flatMap(({ module, tables: own }) =>
      own.filter(({ table }) => !table.startsWith(`${module}.`)).map(({ table }) => [module, table]),
    );
    expect(strays).toEqual([]);
  });

  it('names a key that is unique within a tenant', async () => {
    const stored = new Map((await tenantTables()).map((table) => [table.table, table]));
    const loose = tables.filter((table) => {
      // A unique key without the tenant is even stricter.
      const needed = new Set([tenantColumnOf(table), ...table.key]);
      const uniques = stored.get(table.table)?.uniques ?? [];
      return !uniques.some((unique) => unique.every((column) => needed.has(column)));
    });
    expect(loose.map(({ table }) => table)).toEqual([]);
  });

  it('lists referenced tables before the tables with the foreign keys', async () => {
    const place = new Map(tables.map(({ table }, index) => [table as string, index]));
    const wrong = (await tenantTables()).flatMap(({ table, parents }) =>
      parents
        .filter((parent) => parent !== table && (place.get(parent) ?? Infinity) > (place.get(table) ?? -1))
        .map((parent) => `${table} before ${parent}`),
    );
    expect(wrong).toEqual([]);
  });

  it('states how long rows are kept, and gives a reason for each exception', () => {
    const words = tables.flatMap(({ kept, exported, erased }) => [
      kept,
      ...(typeof exported === 'object' ? [exported.leftOut] : []),
      ...(typeof erased === 'object' ? [erased.agesOut] : []),
    ]);
    for (const text of words) expect(text).toMatch(/^[A-Z].{10,}[.]$/s);
  });

  it('exports encrypted values only under a passphrase', async () => {
    const stored = new Map((await tenantTables()).map((table) => [table.table, table.columns]));
    const bare = tables.filter(
      ({ table, exported, sealedByMaster }) =>
        exported === 'rows' &&
        !(table in SEALED_AND_FREE) &&
        Object.entries(stored.get(table) ?? {}).some(
          ([name, type]) => type === 'bytea' && /seal|wrap|cipher/.test(name) && name !== sealedByMaster?.column,
        ),
    );
    expect(bare.map(({ table }) => table)).toEqual([]);
  });

  it('keeps hashes of credentials out of archives without a passphrase', async () => {
    const stored = new Map((await tenantTables()).map((table) => [table.table, table.columns]));
    const bare = tables.flatMap(({ table, exported, credentials = [] }) =>
      exported !== 'rows' || HASHES_OF_RECORDS.has(table)
        ? []
        : Object.keys(stored.get(table) ?? {})
            .filter((name) => /hash|password|secret/.test(name) && !credentials.includes(name))
            .map((name) => `${table}.${name}`),
    );
    expect(bare).toEqual([]);
    for (const { table, credentials = [] } of tables) {
      expect([table, Object.keys(stored.get(table) ?? {})]).toEqual([table, expect.arrayContaining([...credentials])]);
    }
  });

  it('names existing columns of the expected type', async () => {
    const stored = new Map((await tenantTables()).map((table) => [table.table, table.columns]));
    for (const { table, sealedByMaster, erased } of tables) {
      const columns = stored.get(table) ?? {};
      if (sealedByMaster) expect([table, columns[sealedByMaster.column]]).toEqual([table, 'bytea']);
      if (typeof erased === 'object') {
        expect([table, columns[erased.until]]).toEqual([table, 'timestamp with time zone']);
      }
    }
  });
});
