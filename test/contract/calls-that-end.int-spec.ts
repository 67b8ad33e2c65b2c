import { Client, credentials, Metadata, type ServiceError, status as Grpc } from '@grpc/grpc-js';
import { Client as Database } from 'pg';
import { eventually } from '../support/eventually';
import { ALL_RPCS } from '../support/grpc-client';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../support/test-core';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { makeTenant, type TestTenant } from '../support/two-tenants';

// The database work of a call ends with the call: here the statement waits for a lock that another session holds.

let database: TestDatabase;
let core: TestCore;
let surface: Awaited<ReturnType<typeof openSidecarSurface>>;
let tenant: TestTenant;
let client: Client;
let locker: Database;
/** A connection separate from the locker's, because the locker's transaction sees only activity as of its start. */
let watcher: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { DATABASE_STATEMENT_TIMEOUT_MS: '600000' });
  surface = await openSidecarSurface(core);
  tenant = await makeTenant(core, 'a');
  client = new Client(surface.address, credentials.createInsecure());
  [locker, watcher] = [new Database(database.adminUrl), new Database(database.adminUrl)];
  await Promise.all([locker.connect(), watcher.connect()]);
});

afterAll(async () => {
  client.close();
  await Promise.all([locker.end(), watcher.end()]);
  await surface.close();
  await core.close();
  await database.drop();
});

beforeEach(() => locker.query('BEGIN'));
afterEach(() => locker.query('ROLLBACK'));

/** Returns the number of statements with this text that are waiting for a lock; other statements of the process can be waiting, too. */
async function waiting(statement: string): Promise<number> {
  const sql = `SELECT count(*)::int AS waiting FROM pg_stat_activity
               WHERE datname = current_database() AND wait_event_type = 'Lock' AND strpos(query, $1) > 0`;
  const { rows } = await watcher.query<{ waiting: number }>(sql, [statement]);
  return rows[0]?.waiting ?? -1;
}

function begin(service: string, method: string, request: object, deadline: number) {
  const rpc = ALL_RPCS.find((known) => known.service === `coresdk.v1.${service}` && known.method === method);
  if (!rpc) throw new Error(`There is no RPC ${service}/${method}.`);
  const { path, requestSerialize, responseDeserialize, responseStream } = rpc.definition;
  const metadata = new Metadata();
  metadata.set('x-service-token', SERVICE_TOKEN);
  const [encode, decode, options] = [requestSerialize, responseDeserialize, { deadline }];
  if (responseStream) {
    const stream = client.makeServerStreamRequest(path, encode, decode, request, metadata, options);
    stream.on('error', () => undefined).resume();
    const ended = new Promise<Grpc>((resolve) => stream.on('status', ({ code }) => resolve(code)));
    return { cancel: () => stream.cancel(), ended };
  }
  let settle: (code: Grpc) => void;
  const ended = new Promise<Grpc>((resolve) => (settle = resolve));
  const call = client.makeUnaryRequest(path, encode, decode, request, metadata, options, (error: ServiceError | null) =>
    settle(error?.code ?? Grpc.OK),
  );
  return { cancel: () => call.cancel(), ended };
}

const FAR = 300_000;
const TOKEN = `rt_${'A'.repeat(68)}`;

describe.each<[string, string, string, string, () => object]>([
  ['AuditService', 'QueryAudit', 'audit.events', 'AS passed', () => ({ tenantId: tenant.id })],
  ['AuthService', 'RefreshToken', 'oauth.refresh_families', 'owner_of_family', () => ({ refreshToken: TOKEN })],
  ['ConfigService', 'WatchConfig', 'config.versions', 'config.', () => ({ tenant: { tenantId: tenant.id } })],
  ['PolicyService', 'WatchPolicyUpdates', 'policy.versions', 'archive', () => ({ tenant: { tenantId: tenant.id } })],
])('%s/%s', (service, method, table, statement, request) => {
  it('cancels its database statement when the call is cancelled', async () => {
    await locker.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    const call = begin(service, method, request(), Date.now() + FAR);
    await eventually(async () => expect(await waiting(statement)).toBe(1));
    call.cancel();
    expect(await call.ended).toBe(Grpc.CANCELLED);
    await eventually(async () => expect(await waiting(statement)).toBe(0));
  });

  it('cancels its database statement when the deadline passes', async () => {
    await locker.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    // There are more calls than connections, to show that no connection stays busy.
    const calls = Array.from({ length: 12 }, () => begin(service, method, request(), Date.now() + 1_000));
    for (const { ended } of calls) expect([Grpc.DEADLINE_EXCEEDED, Grpc.OK]).toContain(await ended);
    await eventually(async () => expect(await waiting(statement)).toBe(0));
  });
});
