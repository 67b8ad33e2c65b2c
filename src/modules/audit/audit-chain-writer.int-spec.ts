import { DatabaseProxy } from '../../../test/support/database-proxy';
import { eventually } from '../../../test/support/eventually';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { byPort } from '../../../test/support/test-server';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { AuditPort } from './contract/audit.port';
import { type AuditEvent, auditEvent } from './contract/audit.types';

let database: TestDatabase;
let cores: readonly TestCore[];

beforeAll(async () => {
  database = await createTestDatabase();
  cores = [await openAllCore(database), await openAllCore(database)];
});

afterAll(async () => {
  await Promise.all(cores.map((core) => core.close()));
  await database.drop();
});

const anEvent = (tenantId: string): AuditEvent =>
  auditEvent(
    systemContext(newId('req'), tenantId),
    { action: 'thing.do', resourceType: 'thing', resourceId: 't-1' },
    Date.now(),
  );

const recordOf = (core: TestCore | undefined, event: AuditEvent) => {
  const audit = core?.context.get(AuditPort);
  if (!audit) throw new Error('There is no such process.');
  return audit.record(systemContext(newId('req'), event.tenantId), event);
};

const recordIn = (core: number, event: AuditEvent) => recordOf(cores[core], event);

/** Asserts that the stored log contains each sequence once, and that each record continues the previous record. */
async function assertChained(tenantId: string, records: number): Promise<void> {
  const rows = await queryAs<{ sequence: number; chained: boolean }>(
    database.adminUrl,
    `SELECT sequence::int, previous_hash = lag(record_hash, 1, decode(repeat('00', 32), 'hex')) OVER (ORDER BY sequence)
       AS chained FROM audit.events WHERE tenant_id = $1 ORDER BY sequence`,
    [tenantId],
  );
  expect(rows).toEqual(Array.from({ length: records + 1 }, (_, sequence) => ({ sequence, chained: true })));
}

it('each log remains a single chain if processes append to the same logs alternately and concurrently', async () => {
  const logs = ['tnt-both-1', 'tnt-both-2', 'tnt-both-3'];
  for (let turn = 0; turn < 6; turn++) for (const log of logs) await recordIn(turn % 2, anEvent(log));
  const burst = Array.from({ length: 40 }, (_, index) => logs.map((log) => recordIn(index % 2, anEvent(log)))).flat();
  const receipts = await Promise.all(burst);
  expect(new Set(receipts.map(({ recordHash }) => recordHash)).size).toBe(120);
  for (const log of logs) await assertChained(log, 46);
});

it('an event recorded by another process returns its receipt, and other events are recorded', async () => {
  const log = 'tnt-again';
  await recordIn(0, anEvent(log));
  const twice = anEvent(log);
  const first = await recordIn(1, twice);
  const [again, other] = await Promise.all([recordIn(0, twice), recordIn(0, anEvent(log))]);
  expect(again).toEqual(first);
  expect(other).toMatchObject({ sequenceId: 3, previousHash: first.recordHash });
  // This process is the only writer and has the head in memory.
  const third = anEvent(log);
  const recorded = await recordIn(0, third);
  expect(await recordIn(0, third)).toEqual(recorded);
  await assertChained(log, 4);
});

it('a process that loses its connection while appending does not keep the log locked', async () => {
  const log = 'tnt-cut';
  const proxy = await DatabaseProxy.open(Number(new URL(byPort(database.appUrl)).port));
  const far = await openAllCore({ appUrl: proxy.through(database.appUrl) }, { DATABASE_STATEMENT_TIMEOUT_MS: '500' });
  try {
    const cut = proxy.cutAfter('audit.lock_heads', 'audit.append_at', 'audit.append_taking');
    const lost = recordOf(far, anEvent(log)).catch(() => null);
    await cut;
    // The database finishes a statement that it has received, successfully or not.
    await eventually(async () => {
      const active = `SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%audit.%'`;
      expect(await queryAs(database.adminUrl, active)).toEqual([]);
    });
    const open = `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE relation = 'audit.heads'::regclass AND datname = current_database() AND state LIKE 'idle in transaction%'`;
    expect(await queryAs(database.adminUrl, open)).toEqual([]);
    await recordIn(0, anEvent(log));
    proxy.mendAll();
    await lost;
  } finally {
    proxy.mendAll();
    await far.close();
    await proxy.close();
  }
});

it('a log that was erased, or rewritten at the same size, is not continued from memory', async () => {
  const log = 'tnt-gone';
  for (let time = 0; time < 2; time++) await recordIn(0, anEvent(log));
  const erase = ['events', 'leaves', 'heads'].map((table) =>
    queryAs(database.adminUrl, `DELETE FROM audit.${table} WHERE tenant_id = $1`, [log]),
  );
  await Promise.all(erase);
  for (let time = 0; time < 2; time++) await recordIn(1, anEvent(log));
  await recordIn(0, anEvent(log));
  await assertChained(log, 3);
});
