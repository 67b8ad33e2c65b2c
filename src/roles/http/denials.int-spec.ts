import { type Counter, register } from 'prom-client';
import { openBackend, type TestBackend } from '../../../test/support/backend';
import { call, type ErrorMembers } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, tokenOf } from '../../../test/support/two-tenants';
import { UNAUTHENTICATED_REQUESTS } from './denials';

const LIMIT = 100;
const SENT = 200;
const RECORDED = 20;

let database: TestDatabase;
let core: TestCore;
let backend: TestBackend;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { LIMIT_PER_ADDRESS: String(LIMIT) });
  backend = await openBackend(core);
});

afterAll(async () => {
  await backend.close();
  await core.close();
  await database.drop();
});

const ask = (bearer?: string) =>
  call<ErrorMembers>(`${backend.url}/v1/projects`, bearer === undefined ? {} : { token: bearer });

async function rows(): Promise<number> {
  const sql = `SELECT count(*)::int AS count FROM audit.events WHERE tenant_id = 'system' AND reason = 'token_missing'`;
  const [row] = await queryAs<{ count: number }>(database.adminUrl, sql, []);
  return row?.count ?? 0;
}

async function counted(outcome: string): Promise<number> {
  const metric = register.getSingleMetric(UNAUTHENTICATED_REQUESTS) as Counter<'reason' | 'outcome'>;
  const { values } = await metric.get();
  return values.find(({ labels }) => labels.reason === 'token_missing' && labels.outcome === outcome)?.value ?? 0;
}

describe('requests without a valid token', () => {
  it('are recorded a few times, then counted, then limited by address, without affecting valid tokens', async () => {
    const token = await tokenOf(core, await makeTenant(core, 'a'));
    const answers = await Promise.all(Array.from({ length: SENT }, () => ask()));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused[0]?.body).toMatchObject({ error: 'rate_limited' });
    expect(refused[0]?.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(SENT - refused.length);
    // The leaky buckets leak while the requests run, so a few more requests than the limits allow can pass.
    const recorded = await counted('recorded');
    expect(recorded).toBeGreaterThanOrEqual(RECORDED);
    expect(await rows()).toBe(recorded);
    expect(await counted('limited')).toBe(refused.length);
    expect(recorded + (await counted('counted'))).toBe(SENT - refused.length);
    expect(await counted('counted')).toBeGreaterThan(0);
    const bad = await Promise.all(Array.from({ length: RECORDED }, () => ask('not.a.token')));
    expect(bad.map(({ status }) => status)).toContain(429);
    expect((await ask(token)).status).toBe(200);
  });
});
