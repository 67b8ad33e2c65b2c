import type { CallContext } from '../../src/kernel/context/call-context';
import { systemContext } from '../../src/kernel/context/call-context';
import { GrpcChannel } from '../../src/kernel/grpc/grpc-channel';
import { newId } from '../../src/kernel/ids/ids';
import { AuditQueryGrpcClient } from '../../src/modules/audit/client/audit-query.grpc-client';
import { AuditPort } from '../../src/modules/audit/contract/audit.port';
import { type AuditEvent, auditEvent } from '../../src/modules/audit/contract/audit.types';
import { AuditQueryPort } from '../../src/modules/audit/contract/audit-query.port';
import type { AuditFilter, AuditRecord } from '../../src/modules/audit/contract/audit-query.types';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database';
import { makeTenant, type TestTenant } from '../support/two-tenants';

let database: TestDatabase;
let core: TestCore;
let sidecar: { readonly address: string; readonly close: () => Promise<void> };
let channel: GrpcChannel;
let a: TestTenant;
let b: TestTenant;
const ports: Record<string, AuditQueryPort> = {};

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  sidecar = await openSidecarSurface(core);
  channel = new GrpcChannel({ address: sidecar.address, serviceToken: SERVICE_TOKEN, serviceName: 'backend' });
  ports['in process'] = core.context.get(AuditQueryPort);
  ports['over gRPC'] = new AuditQueryGrpcClient(channel);
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
});

afterAll(async () => {
  channel.close();
  await sidecar.close();
  await core.close();
  await database.drop();
});

const of = ({ id }: TestTenant): CallContext => systemContext(newId('req'), id);

/** Records events of a tenant one after another. */
async function record(tenant: TestTenant, events: readonly Partial<AuditEvent>[]): Promise<void> {
  for (const event of events) {
    const base = { action: 'thing.do', resourceType: 'thing', resourceId: 't-1' };
    await core.context.get(AuditPort).record(of(tenant), { ...auditEvent(of(tenant), base, Date.now()), ...event });
  }
}

/** Inserts records of a tenant, most with equal times; those with the outcome `failure` are rare. */
async function fill(tenantId: string, count: number): Promise<readonly number[]> {
  const rows = await queryAs<{ sequence: number; outcome: string }>(
    database.adminUrl,
    `INSERT INTO audit.events (tenant_id, sequence, id, actor_type, actor_id, action, resource_type, resource_id, outcome,
       reason, request_id, metadata, ts, previous_hash, record_hash)
     SELECT $1, n, 'aud-' || n, 'service', 'svc-many', 'many.do', 'thing', 't-1',
       CASE WHEN n % 313 = 7 THEN 'failure' ELSE 'success' END, '', 'req-1',
       CASE WHEN n % 313 = 7 THEN '{"note":"Haystack"}' ELSE '{}' END::jsonb,
       timestamptz '2026-01-01Z' + n / 3000 * interval '1 minute', ''::bytea, ''::bytea
     FROM generate_series(1, $2::int) AS n RETURNING sequence::int, outcome`,
    [tenantId, count],
  );
  return rows.filter(({ outcome }) => outcome === 'failure').map(({ sequence }) => sequence);
}

describe.each(['in process', 'over gRPC'])('the audit log, read %s', (way) => {
  const port = (): AuditQueryPort => {
    const found = ports[way];
    if (!found) throw new Error(`There is no port ${way}.`);
    return found;
  };
  const mark = `m${way.length}`;

  /** Returns all matching records, page by page. */
  async function search(tenant: TestTenant, filter: AuditFilter, limit = 50): Promise<readonly AuditRecord[]> {
    const found: AuditRecord[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await port().search(of(tenant), { ...filter, limit, ...(cursor === undefined ? {} : { cursor }) });
      found.push(...page.items);
      if (page.nextCursor === null) return found;
      cursor = page.nextCursor;
    }
  }

  beforeAll(async () => {
    const at = (minute: number) => Date.UTC(2026, 0, 1, 0, minute);
    await record(a, [
      { action: `${mark}.create`, actorId: 'svc-1', resourceType: 'project', resourceId: `prj-${mark}-1`, tsMs: at(1) },
      { action: `${mark}.delete`, actorId: 'svc-2', resourceType: 'project', resourceId: `prj-${mark}-1`, tsMs: at(2) },
      { action: `${mark}.create`, actorId: 'svc-1', outcome: 'denied', reason: 'Because', tsMs: at(3) },
      { action: `${mark}.create`, actorType: 'user', actorId: `ada-${mark}`, ip: '192.0.2.7', tsMs: at(4) },
      { action: `${mark}.late`, metadata: { note: `Needle-${mark}` }, tsMs: at(0) },
    ]);
    await record(b, [{ action: `${mark}.create`, actorId: 'svc-1' }]);
  });

  const minutes = (records: readonly AuditRecord[]) => records.map(({ ts }) => new Date(ts).getUTCMinutes());

  it('filters by actor, action, resource and outcome, newest first, for one tenant only', async () => {
    expect(minutes(await search(a, { action: `${mark}.*` }))).toEqual([4, 3, 2, 1, 0]);
    expect(minutes(await search(a, { action: `${mark}.create` }))).toEqual([4, 3, 1]);
    expect(minutes(await search(a, { action: `${mark}.create`, actor: 'svc-1' }))).toEqual([3, 1]);
    expect(minutes(await search(a, { resource: `prj-${mark}-1` }))).toEqual([2, 1]);
    expect(minutes(await search(a, { resource: `project/prj-${mark}-1`, actor: 'svc-2' }))).toEqual([2]);
    expect(minutes(await search(a, { resource: 'project', action: `${mark}.delete` }))).toEqual([2]);
    expect(minutes(await search(a, { outcome: 'denied', action: `${mark}.*` }))).toEqual([3]);
    expect(minutes(await search(a, { q: `needle-${mark}` }))).toEqual([0]);
    expect((await search(b, { action: `${mark}.*` })).map(({ tenantId }) => tenantId)).toEqual([b.id]);
    expect(await search(a, { actor: 'nobody' })).toEqual([]);
  });

  it('filters by time', async () => {
    const filter = { action: `${mark}.*`, from: '2026-01-01T00:02:00Z', to: '2026-01-01T01:04:00+01:00' };
    expect(minutes(await search(a, filter))).toEqual([3, 2]);
  });

  it('returns pages of any size that stay the same while the log grows', async () => {
    for (const limit of [1, 2, 5])
      expect(minutes(await search(a, { action: `${mark}.*` }, limit))).toEqual([4, 3, 2, 1, 0]);
    const first = await port().search(of(a), { action: `${mark}.*`, limit: 2 });
    await record(a, [{ action: `${mark}.create`, tsMs: Date.UTC(2026, 0, 1, 0, 9) }]);
    const cursor = first.nextCursor ?? '';
    expect(minutes((await port().search(of(a), { action: `${mark}.*`, limit: 9, cursor })).items)).toEqual([2, 1, 0]);
    await expect(port().search(of(a), { limit: 1, cursor: 'nonsense' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('shows personal fields until the person’s key is destroyed, and finds them by the original name', async () => {
    const filter = { actor: `ada-${mark}` };
    const [shown] = await search(a, filter);
    expect(shown).toMatchObject({ actorId: `ada-${mark}`, ip: '192.0.2.7', erased: false });
    expect(shown?.recordHash).toMatch(/^[0-9a-f]{64}$/);
    await queryAs(database.adminUrl, `DELETE FROM audit.persons WHERE id = $1`, [`ada-${mark}`]);
    const [erased] = (await search(a, { action: `${mark}.create` })).filter(({ id }) => id === shown?.id);
    expect(erased).toMatchObject({ actorId: null, ip: null, erased: true });
  });

  it('returns every matching record once, however many other records it skips', async () => {
    const large = await makeTenant(core, `large-${way.length}`);
    const rare = await fill(large.id, 13_000);
    const newest = rare.toSorted((one, other) => other - one);
    const sequences = (records: readonly AuditRecord[]) => records.map(({ sequenceId }) => sequenceId);
    for (const filter of [{ outcome: 'failure' }, { q: 'haystack' }, { actor: 'svc-many', q: 'haystack' }] as const) {
      expect(sequences(await search(large, filter, 7))).toEqual(newest);
      const listed: AuditRecord[] = [];
      for (let after: number | null = 0; after !== null;) {
        const { records, next } = await port().list(of(large), filter, after);
        listed.push(...records);
        after = next;
      }
      expect(sequences(listed)).toEqual(rare);
    }
  });

  it('lists in log order, from any position', async () => {
    const all = await port().list(of(a), { action: `${mark}.*` }, null);
    expect(minutes(all.records).slice(0, 5)).toEqual([1, 2, 3, 4, 0]);
    const [, , third] = all.records;
    const rest = await port().list(of(a), { action: `${mark}.*` }, third?.sequenceId ?? null);
    expect(minutes(rest.records).slice(0, 2)).toEqual([4, 0]);
  });
});
