import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { CheckpointKey } from './checkpoints/checkpoint-key';
import { CheckpointSigner } from './checkpoints/checkpoint-signer';
import { AuditProofsPort } from './contract/audit-proofs.port';
import { AuditRetentionPort } from './contract/audit-retention.port';
import type { AuditRetention } from './contract/audit-retention.types';
import { AuditPort } from './contract/audit.port';
import { auditEvent } from './contract/audit.types';
import { openFields } from './domain/personal-fields';
import { ExportVerifier } from './domain/verify-export';
import { PersonKeys } from './person-keys';
import { AuditChainWriter } from './audit-chain-writer';
import { OutboxRelay } from './outbox-relay';
import { RecordsRepository } from './storage/records.repository';
import { RetentionRepository } from './storage/retention.repository';

let folder: string;
let keyFile: string;
let database: TestDatabase;
let core: TestCore;
let A: string;
let B: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-retention-'));
  keyFile = join(folder, 'key.pem');
  writeFileSync(keyFile, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  [A, B] = [newId('tnt'), newId('tnt')];
  database = await createTestDatabase();
  // The tests run the first cleanup themselves, at a time that they choose.
  const sweep = jest.spyOn(OutboxRelay.prototype, 'sweep');
  core = await openAllCore(database, { AUDIT_SIGNING_KEY_FILE: keyFile });
  sweep.mockRestore();
});

afterEach(async () => {
  await core.close();
  await database.drop();
});

const owner = <Row extends object>(sql: string, parameters: readonly unknown[] = []) =>
  queryAs<Row>(database.adminUrl, sql, parameters);
const retention = (): AuditRetentionPort => core.context.get(AuditRetentionPort);
const dropExpired = (): Promise<number> =>
  core.context.get(RetentionRepository, { strict: false }).dropExpired(1_000, 30);

async function record(tenantId: string, actorId: string, members: Partial<CallContext> = {}): Promise<string> {
  const actor = { type: 'user', id: actorId } as const;
  const context = { ...systemContext(newId('req'), tenantId), actor, ip: '192.0.2.7', ...members };
  const event = auditEvent(
    context,
    { action: 'test.done', resourceType: 't', resourceId: 'r', personal: { email: 'ada@example.com' } },
    Date.now(),
  );
  await core.context.get(AuditPort).record(context, event);
  return event.id;
}

/** Returns the result of verifying the log's proofs, starting at its first kept record. */
async function proves(tenantId: string): Promise<unknown> {
  await core.context.get(CheckpointSigner, { strict: false }).signAll();
  const verifier = new ExportVerifier(CheckpointKey.read(keyFile).verifier, null);
  const lines = core.context.get(AuditProofsPort).export(systemContext('req-1', tenantId), null);
  for await (const line of lines) verifier.take(Buffer.from(line.slice(0, -1)));
  return verifier.finish();
}

const months = async (): Promise<readonly string[]> =>
  (
    await owner<{ name: string }>(`SELECT relname AS name FROM pg_class WHERE relname ~ '^events_[0-9]{4}_[0-9]{2}$'`)
  ).map(({ name }) => name);

/** Moves the records of tenants to a separate month in the past. */
async function backdate(tenantIds: readonly string[]): Promise<void> {
  await queryAs(
    database.ownerUrl,
    `CREATE TABLE audit.events_2020_01 PARTITION OF audit.events FOR VALUES FROM ('2020-01-01Z') TO ('2020-02-01Z')`,
  );
  await owner(`UPDATE audit.events SET recorded_at = '2020-01-15Z' WHERE tenant_id = ANY ($1)`, [tenantIds]);
}

describe('erasing a person', () => {
  it('makes the person’s sealed fields unreadable everywhere in the database, while the log stays verifiable', async () => {
    const [ada, bob] = ['ada-from-elsewhere', newId('usr')];
    await record(A, ada);
    await record(A, bob);
    await record(B, ada);
    const records = await core.context.get(RecordsRepository).from(A, 1, 10);
    const opened = async (): Promise<readonly unknown[]> => {
      const keys = await core.context.get(PersonKeys, { strict: false }).named(
        A,
        records.map(({ sealed }) => sealed?.person ?? ''),
      );
      return records.map(({ sealed, event }) => {
        const key = keys.get(sealed?.person ?? '');
        return key && sealed ? openFields(sealed.bytes, key, event) : null;
      });
    };
    const personal = { email: 'ada@example.com' };
    expect(await opened()).toEqual([
      { actorId: ada, ip: '192.0.2.7', personal },
      { ip: '192.0.2.7', personal },
    ]);
    const context = systemContext(newId('req'), A);
    const erased = await retention().erase(context, ada);
    expect(erased).toEqual({ name: records[0]?.sealed?.person });
    expect(await opened()).toEqual([null, { ip: '192.0.2.7', personal }]);
    const kept = await owner(
      `SELECT 1 FROM audit.events e WHERE e.tenant_id = $1 AND e::text LIKE $2
       UNION ALL SELECT 1 FROM audit.persons p WHERE p.tenant_id = $1 AND p::text LIKE $2`,
      [A, `%${ada}%`],
    );
    expect(kept).toEqual([]);
    expect(await owner('SELECT id FROM audit.persons WHERE tenant_id = $1', [B])).toEqual([{ id: ada }]);
    await expect(retention().erase(context, ada)).rejects.toMatchObject({ code: 'not_found' });
    expect(await proves(A)).toMatchObject({ ok: true });
    const staged = await owner<{ payload: { action: string; resourceId: string } }>(
      `SELECT jsonb_build_object('action', action, 'resourceId', resource_id) AS payload FROM audit.events
       WHERE action = 'audit.person.erase' UNION ALL
       SELECT payload FROM kernel.outbox WHERE payload->>'action' = 'audit.person.erase'`,
    );
    expect(staged).toMatchObject([{ payload: { action: 'audit.person.erase', resourceId: erased.name } }]);
  });

  it('assigns a new key and name to the person if they return', async () => {
    const user = newId('usr');
    await record(A, user);
    const { name } = await retention().erase(systemContext(newId('req'), A), user);
    await core.feed.catchUp();
    await record(A, user);
    const [after] = await owner<{ name: string }>('SELECT name FROM audit.persons WHERE tenant_id = $1', [A]);
    expect(after?.name).toMatch(/^psn-/);
    expect(after?.name).not.toBe(name);
  });
});

describe('retention', () => {
  it('drops a complete month when all tenants in it allow that, and the log stays verifiable', async () => {
    for (let count = 0; count < 5; count++) await record(A, newId('usr'));
    await backdate([A]);
    await record(A, newId('usr'));
    await retention().put(systemContext(newId('req'), A), { keepDays: 30, legalHold: null });
    expect(await months()).toContain('events_2020_01');
    await dropExpired();
    expect(await months()).not.toContain('events_2020_01');
    expect(await proves(A)).toMatchObject({ ok: true, shown: { from: 6 } });
  });

  it('deletes individual rows while another tenant keeps the month', async () => {
    await record(A, newId('usr'));
    const kept = await record(B, newId('usr'));
    await backdate([A, B]);
    await retention().put(systemContext(newId('req'), A), { keepDays: 30, legalHold: null });
    expect(await dropExpired()).toBe(2);
    const left = await owner<{ id: string }>(
      `SELECT id FROM audit.events WHERE recorded_at < '2021-01-01Z' AND action = 'test.done'`,
    );
    expect(left).toEqual([{ id: kept }]);
    const proof = await core.context.get(AuditProofsPort).inclusion(systemContext('req-1', B), kept);
    expect(proof.record).not.toBeNull();
  });

  it('does not delete records or erase people under a legal hold', async () => {
    const user = newId('usr');
    const id = await record(A, user);
    await backdate([A]);
    const context = systemContext(newId('req'), A);
    await retention().put(context, { keepDays: 30, legalHold: { reason: 'Case 7' } });
    expect(await retention().get(context)).toEqual({ keepDays: 30, legalHold: { reason: 'Case 7' }, reads: 'each' });
    await dropExpired();
    await expect(retention().erase(context, user)).rejects.toMatchObject({ code: 'conflict' });
    expect(await owner('SELECT id FROM audit.events WHERE id = $1', [id])).toHaveLength(1);
    await retention().put(context, { keepDays: 30, legalHold: null });
    await dropExpired();
    expect(await owner('SELECT id FROM audit.events WHERE id = $1', [id])).toEqual([]);
  });

  it('does not erase a person while a hold is being set', async () => {
    const tenant = 'tnt-held-at-once';
    const user = newId('usr');
    await record(tenant, user);
    const setter = new Client({ connectionString: database.adminUrl });
    await setter.connect();
    await setter.query('BEGIN');
    await setter.query(`INSERT INTO audit.retention (tenant_id, hold_reason) VALUES ($1, 'Case 8')`, [tenant]);
    const erasing = retention().erase(systemContext(newId('req'), tenant), user);
    const outcome = erasing.then(
      () => 'erased',
      ({ code }: { code: string }) => code,
    );
    await setTimeout(200);
    await setter.query('COMMIT');
    await setter.end();
    expect(await outcome).toBe('conflict');
    expect(await owner('SELECT id FROM audit.persons WHERE tenant_id = $1', [tenant])).toEqual([{ id: user }]);
  });

  it("changes are recorded with their actor and previous values, in a log that the tenant's retention does not apply to", async () => {
    const actor = { type: 'user', id: newId('usr') } as const;
    const context = { ...systemContext(newId('req'), A), actor, ip: '192.0.2.7', auditEventId: newId('aud') };
    await retention().put(context, { keepDays: 365, legalHold: { reason: 'Case 9' } });
    await retention().put({ ...context, auditEventId: newId('aud') }, { keepDays: 30, legalHold: null });
    const kept = (): Promise<readonly object[]> =>
      owner(
        `SELECT tenant_id, actor_id, resource_id, metadata FROM audit.events WHERE action = 'audit.retention.put'
         ORDER BY sequence`,
      );
    await core.context.get(AuditChainWriter, { strict: false }).appendOldestStaged(100);
    // The change is recorded in both logs.
    expect(await kept()).toHaveLength(4);
    await backdate([A, 'system']);
    await dropExpired();
    const before = { keepDays: 365, legalHold: 'Case 9' };
    const said = { tenant_id: 'system', actor_id: actor.id, resource_id: A };
    expect(await kept()).toMatchObject([
      { ...said, metadata: before },
      { ...said, metadata: { keepDays: 30, legalHold: null, before } },
    ]);
  });

  it('sets how reads are recorded ("each" by default, unchanged if omitted), and changes are recorded', async () => {
    const context = systemContext(newId('req'), A);
    const put = (members: Partial<AuditRetention>) =>
      retention().put(context, { keepDays: null, legalHold: null, ...members });
    expect(await retention().get(context)).toMatchObject({ reads: 'each' });
    expect(await put({ reads: 'aggregated' })).toMatchObject({ reads: 'aggregated' });
    expect(await put({ legalHold: { reason: 'Case 9' } })).toMatchObject({ reads: 'aggregated' });
    expect(await retention().get(context)).toMatchObject({ reads: 'aggregated' });
    await core.context.get(AuditChainWriter, { strict: false }).appendOldestStaged(100);
    const changes = await owner(
      `SELECT metadata FROM audit.events WHERE action = 'audit.retention.put' AND tenant_id = $1 ORDER BY sequence`,
      [A],
    );
    expect(changes).toMatchObject([
      { metadata: { reads: 'aggregated', before: { reads: 'each' } } },
      { metadata: { reads: 'aggregated', before: { reads: 'aggregated' } } },
    ]);
  });

  it("is never shorter than the installation's minimum, even if a shorter retention was stored earlier", async () => {
    const put = retention().put(systemContext(newId('req'), A), { keepDays: 29, legalHold: null });
    await expect(put).rejects.toMatchObject({ code: 'invalid_request', fields: [{ pointer: '/keepDays' }] });
    const id = await record(A, newId('usr'));
    await owner('INSERT INTO audit.retention (tenant_id, keep_days) VALUES ($1, 1)', [A]);
    await owner(`UPDATE audit.events SET recorded_at = now() - interval '29 days' WHERE tenant_id = $1`, [A]);
    await dropExpired();
    expect(await owner('SELECT id FROM audit.events WHERE id = $1', [id])).toHaveLength(1);
    await owner(`UPDATE audit.events SET recorded_at = now() - interval '31 days' WHERE tenant_id = $1`, [A]);
    await dropExpired();
    expect(await owner('SELECT id FROM audit.events WHERE id = $1', [id])).toEqual([]);
  });

  it('of one tenant does not apply to other tenants', async () => {
    await retention().put(systemContext(newId('req'), A), { keepDays: 90, legalHold: null });
    expect(await retention().get(systemContext('req-1', B))).toEqual({
      keepDays: null,
      legalHold: null,
      reads: 'each',
    });
  });
});

describe('a record that is older than the chain', () => {
  it('is appended after the genesis record, which counts such records, and stays readable', async () => {
    const id = newId('aud');
    await owner(
      `INSERT INTO audit.earlier_events (tenant_id, id, actor_type, actor_id, action, resource_type, resource_id, outcome,
         reason, request_id, ip, metadata, ts)
       SELECT $1, $2 || n, 'service', 'app-1', 'old.done', 't', 'r', 'success', '', 'req-1', NULL, '{"b":1.50,"a":"ü"}', now()
       FROM generate_series(1, 3) AS n`,
      [A, id],
    );
    await owner('INSERT INTO audit.heads (tenant_id, earlier) VALUES ($1, 3)', [A]);
    const writer = core.context.get(AuditChainWriter, { strict: false });
    for (let taken = 1; taken > 0;) taken = await writer.appendEarlier(2);
    const rows = await owner(
      'SELECT sequence::int, action, metadata FROM audit.events WHERE tenant_id = $1 ORDER BY 1',
      [A],
    );
    expect(rows).toEqual([
      { sequence: 0, action: 'audit.log.begin', metadata: { earlierEvents: 3 } },
      ...[1, 2, 3].map((sequence) => ({ sequence, action: 'old.done', metadata: { b: 1.5, a: 'ü' } })),
    ]);
    expect(await owner('SELECT 1 FROM audit.earlier_events')).toEqual([]);
    expect(await proves(A)).toMatchObject({ ok: true, shown: { checkpoint: { size: 4 } } });
  });
});
