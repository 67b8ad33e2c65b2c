import { openBackend, type TestBackend } from '../../../test/support/backend';
import { call } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant, tokenOf } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import type { ReadRecording } from '../../modules/audit/contract/audit-retention.types';
import { AuditRetentionPort } from '../../modules/audit/contract/audit-retention.port';

const SCOPE = 'projects.read projects.write secrets.read audit.read flags.read';

let database: TestDatabase;
let core: TestCore;
let surface: TestBackend;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  // Aggregates are not recorded before the surface closes.
  core = await openAllCore(database, { AUDIT_READ_AGGREGATE_SECONDS: '300' });
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

beforeEach(async () => {
  surface = await openBackend(core);
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
});

afterEach(async () => {
  await surface.close();
});

/** Changes the setting as the control plane does: processes receive the change through the change feed. */
async function record(reads: ReadRecording, ...tenants: readonly TestTenant[]): Promise<void> {
  for (const { id } of tenants) {
    const order = { keepDays: null, legalHold: null, reads };
    await core.context.get(AuditRetentionPort).put(systemContext(newId('req'), id), order);
  }
  await core.feed.catchUp();
}

const person = (tenant: TestTenant, id: string): Promise<string> =>
  tokenOf(core, tenant, { scope: SCOPE, sub: id, user_id: id, roles: ['owner'] });
const service = (tenant: TestTenant): Promise<string> => tokenOf(core, tenant, { scope: SCOPE });

async function statuses(count: number, path: string, token: string, json?: unknown): Promise<ReadonlySet<number>> {
  const body = json === undefined ? {} : { json };
  const answers = await Promise.all(
    Array.from({ length: count }, () => call(`${surface.url}${path}`, { token, ...body })),
  );
  return new Set(answers.map(({ status }) => status));
}

interface Recorded {
  readonly actor: string;
  readonly action: string;
  readonly outcome: string;
  readonly resource: string;
  /** The count of an aggregate; `null` for a record of one call. */
  readonly count: number | null;
}

/** Returns a tenant's recorded calls in log order, excluding the calls that set up the tests. */
const recorded = ({ id }: TestTenant): Promise<readonly Recorded[]> =>
  queryAs<Recorded>(
    database.adminUrl,
    `SELECT actor_id AS actor, action, outcome, resource_id AS resource, (metadata->>'count')::int AS count
     FROM audit.events WHERE tenant_id = $1 AND action ~ '^(project|secret|flag.ofrep|audit.search)' ORDER BY sequence`,
    [id],
  );

const counts = async (tenant: TestTenant): Promise<readonly (number | null)[]> =>
  (await recorded(tenant)).map(({ count }) => count);

describe('successful plain reads', () => {
  it('are recorded individually by default, before the response', async () => {
    expect(await statuses(3, '/v1/projects', await service(a))).toEqual(new Set([200]));
    expect(await counts(a)).toEqual([null, null, null]);
  });

  it('share one record per caller in a tenant that aggregates them; it is written no later than when the surface closes', async () => {
    await record('aggregated', a, b);
    const [one, other] = [newId('usr'), newId('usr')];
    await statuses(25, '/v1/projects', await service(a));
    await statuses(4, '/v1/projects', await person(a, one));
    await statuses(3, '/v1/projects', await person(a, other));
    await statuses(2, '/v1/projects', await service(b));
    expect([...(await recorded(a)), ...(await recorded(b))]).toEqual([]);
    await surface.close();
    const project = { action: 'project.list', outcome: 'success', resource: '' };
    expect(new Set(await recorded(a))).toEqual(
      new Set([
        { ...project, actor: a.clientId, count: 25 },
        { ...project, actor: one, count: 4 },
        { ...project, actor: other, count: 3 },
      ]),
    );
    expect(await recorded(b)).toEqual([{ ...project, actor: b.clientId, count: 2 }]);
  });

  it('follow a changed tenant setting from the next request on', async () => {
    const [tokenA, tokenB] = [await service(a), await service(b)];
    await statuses(1, '/v1/projects', tokenA);
    await record('aggregated', a);
    await statuses(3, '/v1/projects', tokenA);
    await statuses(1, '/v1/projects', tokenB);
    expect([await counts(a), await counts(b)]).toEqual([[null], [null]]);
    await record('each', a);
    await statuses(2, '/v1/projects', tokenA);
    expect(await counts(a)).toEqual([null, null, null]);
    await surface.close();
    expect(await counts(a)).toEqual([null, null, null, 3]);
  });

  it('include flag evaluations sent by POST, except those that fail', async () => {
    const flag = { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on' };
    const put = { method: 'PUT', token: await tokenOf(core, a, { scope: 'flags.write' }), json: flag };
    expect((await call(`${surface.url}/v1/flags/on`, put)).status).toBe(200);
    await record('aggregated', a);
    const token = await service(a);
    const context = { context: { targetingKey: 'usr-1' } };
    expect(await statuses(5, '/ofrep/v1/evaluate/flags/on', token, context)).toEqual(new Set([200]));
    expect(await statuses(1, '/ofrep/v1/evaluate/flags/absent', token, context)).toEqual(new Set([404]));
    expect(await recorded(a)).toMatchObject([{ action: 'flag.ofrep.get', resource: 'absent', count: null }]);
    await surface.close();
    expect(await counts(a)).toEqual([null, 5]);
  });
});

describe('aggregated reads', () => {
  beforeEach(async () => {
    await record('aggregated', a);
  });

  it('exclude denials and failures, which are recorded individually', async () => {
    const absent = `/v1/projects/${newId('prj')}`;
    expect(await statuses(2, '/v1/projects', await tokenOf(core, a, { scope: 'files.read' }))).toEqual(new Set([403]));
    expect(await statuses(2, absent, await service(a))).toEqual(new Set([404]));
    expect((await recorded(a)).map(({ outcome, count }) => [outcome, count])).toEqual([
      ['denied', null],
      ['denied', null],
      ['failure', null],
      ['failure', null],
    ]);
  });

  it('exclude reads of secrets and of the audit log, which are recorded individually', async () => {
    const token = await person(a, 'usr-1');
    for (const path of ['/v1/secrets', '/v1/audit']) expect(await statuses(2, path, token)).toEqual(new Set([200]));
    expect((await recorded(a)).map(({ action, count }) => [action, count])).toEqual([
      ['secret.list', null],
      ['secret.list', null],
      ['audit.search', null],
      ['audit.search', null],
    ]);
  });

  it('exclude writes and replayed responses, which are recorded individually', async () => {
    const token = await service(a);
    const send = () =>
      call(`${surface.url}/v1/projects`, {
        token,
        json: { key: 'ONCE', name: 'A project' },
        headers: { 'idempotency-key': 'key-1' },
      });
    expect([(await send()).status, (await send()).status]).toEqual([201, 201]);
    const actions = await queryAs(
      database.adminUrl,
      `SELECT action FROM audit.events WHERE tenant_id = $1 AND action IN ('project.create', 'idempotency.replay')
       ORDER BY sequence`,
      [a.id],
    );
    expect(actions).toEqual([{ action: 'project.create' }, { action: 'idempotency.replay' }]);
  });
});
