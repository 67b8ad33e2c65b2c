import { eventually } from '../../../../../test/support/eventually';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../../../test/support/test-database';
import { newId } from '../../../../kernel/ids/ids';
import { WorkerHeartbeat } from './heartbeat';
import type { HeartbeatReport } from './heartbeat-messages';

let database: TestDatabase;
let heartbeat: WorkerHeartbeat;
let executorId: string;
let reports: HeartbeatReport[];

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

beforeEach(async () => {
  executorId = newId('exe');
  reports = [];
  await queryAs(database.appUrl, `SELECT jobs.join($1, 'here', 1, '{}')`, [executorId]);
  heartbeat = new WorkerHeartbeat({ databaseUrl: database.appUrl, executorId }, (report) => reports.push(report));
  await beatsReach(1);
});

afterEach(() => heartbeat.stop());

const kinds = () => new Set(reports.map(({ kind }) => kind));

async function beats(): Promise<number> {
  const [row] = await queryAs<{ beats: number }>(
    database.adminUrl,
    'SELECT beats::float8 AS beats FROM jobs.executors WHERE id = $1',
    [executorId],
  );
  return row?.beats ?? 0;
}

const beatsReach = (count: number) => eventually(async () => expect(await beats()).toBeGreaterThanOrEqual(count));

describe('the heartbeat of a worker', () => {
  it('continues while the main thread of its process is busy', async () => {
    const before = await beats();
    const until = performance.now() + 4_000;
    while (performance.now() < until);
    expect(await beats()).toBeGreaterThan(before);
    await eventually(() => expect(kinds()).toContain('beat'));
    expect(kinds()).not.toContain('lost');
  });

  it('continues on a new connection when its connection is terminated', async () => {
    const sql = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'coresdk-heartbeat' AND datname = $1`;
    expect(await queryAs(database.adminUrl, sql, [database.name])).toHaveLength(1);
    await eventually(() => expect(kinds()).toContain('failed'));
    await beatsReach((await beats()) + 2);
    expect(kinds()).not.toContain('lost');
  });

  it('ends when other workers have declared the worker dead', async () => {
    await queryAs(database.adminUrl, 'UPDATE jobs.executors SET gone_at = now() WHERE id = $1', [executorId]);
    await eventually(() => expect(reports.at(-1)).toEqual({ kind: 'lost', why: 'buried' }));
  });

  it('ends, if it cannot be sent, before other workers declare the worker dead', async () => {
    await queryAs(database.adminUrl, 'REVOKE EXECUTE ON FUNCTION jobs.beat FROM coresdk_app');
    try {
      await eventually(() => expect(reports.at(-1)).toEqual({ kind: 'lost', why: 'late' }));
    } finally {
      await queryAs(database.adminUrl, 'GRANT EXECUTE ON FUNCTION jobs.beat TO coresdk_app');
    }
  });
});
