import { randomBytes } from 'node:crypto';
import { Client, Pool } from 'pg';
import { inDatabase, runAs, SERVER_VARIABLE, TEMPLATE, type TestServerUrls } from './test-server';

/** A test file's own migrated database, on the server that all files of the run share. */
export interface TestDatabase {
  /** Role `coresdk_app`: does not own any objects and is subject to row security. */
  readonly appUrl: string;
  /** Role `coresdk_owner`: owns the schema. */
  readonly ownerUrl: string;
  /** The superuser, in this database. */
  readonly adminUrl: string;
  readonly name: string;
  /** Ends every connection and deletes the database. */
  readonly drop: () => Promise<void>;
}

/** A lock that every creator of a database takes, because a template must not have any connections while it is copied. */
const COPY_LOCK = 7_340_021;

/** Creates a database like the one in production: the owner's schema, which only the application's role can access. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = serverUrls();
  const name = nameOfOwn();
  await runAs(
    server.adminUrl,
    `SELECT pg_advisory_lock(${COPY_LOCK})`,
    // A file-by-file copy of a small template is the fastest method if the copy need not be on disk.
    `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} OWNER coresdk_owner STRATEGY file_copy`,
    // A copy does not inherit the restriction on connections: PUBLIC can connect.
    `REVOKE ALL ON DATABASE ${name} FROM PUBLIC`,
    `GRANT CONNECT ON DATABASE ${name} TO coresdk_app`,
  );
  return databaseOf(server, name);
}

function nameOfOwn(): string {
  return `test_${process.pid}_${randomBytes(4).toString('hex')}`;
}

/**
 * Pools by the addresses of this file's databases. They stay open, because opening a connection takes as long as a query, and the server
 * stops only at the end of the run.
 */
const pools = new Map<string, Pool>();

function databaseOf(server: TestServerUrls, name: string): TestDatabase {
  const urls = {
    appUrl: inDatabase(server.appUrl, name),
    ownerUrl: inDatabase(server.ownerUrl, name),
    adminUrl: inDatabase(server.adminUrl, name),
  };
  for (const connectionString of Object.values(urls)) {
    const pool = new Pool({ connectionString, allowExitOnIdle: true });
    // A test can end its connection, and dropping the database ends it.
    pool.on('error', () => undefined);
    pools.set(connectionString, pool);
  }
  const drop = async (): Promise<void> => {
    const ended = Object.values(urls).map(async (url) => {
      const pool = pools.get(url);
      pools.delete(url);
      await pool?.end();
    });
    await runAs(server.adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await Promise.all(ended);
  };
  return { ...urls, name, drop };
}

/** Creates an empty database without a schema, for tests of the migrations. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const server = serverUrls();
  const name = nameOfOwn();
  await runAs(server.adminUrl, `CREATE DATABASE ${name} OWNER coresdk_owner`);
  return databaseOf(server, name);
}

/** Returns the rows of one statement, on a connection that no other statement uses meanwhile. */
export async function queryAs<Row extends object>(
  url: string,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const pool = pools.get(url);
  if (pool) return (await pool.query<Row>(sql, [...parameters])).rows;
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, [...parameters])).rows;
  } finally {
    await client.end();
  }
}

function serverUrls(): TestServerUrls {
  const text = process.env[SERVER_VARIABLE];
  if (text === undefined) throw new Error('There is no test server: run the tests with jest.config.cjs.');
  return JSON.parse(text) as TestServerUrls;
}
