import { status } from '@grpc/grpc-js';
import { systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import { AuditRetentionPort } from '../../src/modules/audit/contract/audit-retention.port';
import { GrpcClient } from '../support/grpc-client';
import { DecisionClient } from '../support/decision-call';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database';
import { makeTenant, type TestTenant } from '../support/two-tenants';

let database: TestDatabase;
let core: TestCore;
let surface: Awaited<ReturnType<typeof openSidecarSurface>>;
let service: GrpcClient;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  surface = await openSidecarSurface(core);
  service = new GrpcClient(surface.address, SERVICE_TOKEN);
  [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
});

afterAll(async () => {
  service.close();
  await surface.close();
  await core.close();
  await database.drop();
});

const rows = (action: string) =>
  queryAs<Record<string, unknown>>(
    database.adminUrl,
    `SELECT id, tenant_id, sequence::int, actor_type, actor_id, app_id, outcome, resource_type, ip, metadata, person, request_id,
       encode(record_hash, 'hex') AS hash, to_jsonb(e)::text AS text FROM audit.events e WHERE action = $1 ORDER BY tenant_id, sequence`,
    [action],
  );

const anEvent = (action: string, members: object = {}) => ({
  action,
  resourceType: 'invoice',
  resourceId: 'inv-1',
  tenantId: a.id,
  userId: newId('usr'),
  outcome: 'success',
  metadataJson: '{"amount":12,"note":"write to ada@example.com"}',
  ...members,
});

const emit = async (request: object, headers: Readonly<Record<string, string>> = {}) => {
  const client = new DecisionClient(surface.address);
  const called = { 'x-service-token': SERVICE_TOKEN, 'x-service-name': 'billing', ...headers };
  const { answer } = await client.call('AuditService/EmitAuditEvent', request, called);
  client.close();
  return answer;
};

describe('EmitAuditEvent', () => {
  it('returns the position and hash of the record, and masks its values', async () => {
    const answer = await emit(anEvent('one.done'));
    const [row] = await rows('one.done');
    expect(answer).toMatchObject({ eventId: row?.['id'], sequenceId: row?.['sequence'], recordHash: row?.['hash'] });
    expect(row).toMatchObject({ metadata: { amount: 12, emittedBy: 'billing' } });
    expect(row?.['text']).not.toContain('ada@');
  });

  it('records one event for repeated requests with the same idempotency key, and returns the same receipt', async () => {
    const event = anEvent('keyed.done');
    const [first, ...again] = await Promise.all([1, 2, 3].map(() => emit(event, { 'idempotency-key': 'k-1' })));
    for (const answer of again) expect(answer).toEqual(first);
    expect(await emit(event, { 'idempotency-key': 'k-1' })).toEqual(first);
    expect(await rows('keyed.done')).toHaveLength(1);
    await emit(anEvent('keyed.done'), { 'idempotency-key': 'k-2' });
    await emit(anEvent('keyed.done', { tenantId: b.id }), { 'idempotency-key': 'k-1' });
    await emit(anEvent('keyed.done'), { 'idempotency-key': 'k-1', 'x-service-name': 'shipping' });
    expect(await rows('keyed.done')).toHaveLength(4);
  });

  it('refuses an idempotency key that belongs to another event, including for concurrent requests', async () => {
    const headers = { 'idempotency-key': 'k-other' };
    expect(await emit(anEvent('other.done', { userId: 'foreign-1' }), headers)).toMatchObject({ error: null });
    for (const members of [{ resourceId: 'inv-2' }, { userId: 'foreign-2' }, { metadataJson: '{"amount":13}' }]) {
      const answer = await emit(anEvent('other.done', { userId: 'foreign-1', ...members }), headers);
      expect(answer).toMatchObject({ eventId: '', recordHash: '', error: { status: 422 } });
    }
    expect(await rows('other.done')).toHaveLength(1);
    const race = { 'idempotency-key': 'k-race' };
    const raced = anEvent('race.done');
    const answers = await Promise.all(['inv-1', 'inv-2'].map((resourceId) => emit({ ...raced, resourceId }, race)));
    expect(answers.filter((answer) => (answer as { eventId: string }).eventId !== '')).toHaveLength(1);
    expect(await rows('race.done')).toHaveLength(1);
  });

  it.each([
    ['metadata that is not an object', { metadataJson: '[1]' }],
    ['metadata that is too deep', { metadataJson: '{"a":'.repeat(40) + '1' + '}'.repeat(40) }],
    ['no action', { action: '' }],
    ['an unknown tenant', { tenantId: newId('tnt') }],
  ])('refuses %s, and records nothing', async (_, members) => {
    const answer = await emit(anEvent('refused.done', members));
    expect(answer).toMatchObject({ eventId: '', recordHash: '', error: { title: expect.any(String) } });
    expect(await rows('refused.done')).toEqual([]);
  });
});

describe('Emit, for published clients that ignore the error in its response', () => {
  const send = async (request: object, headers: Readonly<Record<string, string>>) => {
    const client = new DecisionClient(surface.address);
    const answered = await client.call('AuditService/Emit', request, headers);
    client.close();
    return answered;
  };
  const proven = { 'x-service-token': SERVICE_TOKEN };

  it.each([
    ['without a service token', {}, {}, status.UNAUTHENTICATED, 'unauthorized'],
    ['with a wrong service token', {}, { 'x-service-token': 'wrong' }, status.UNAUTHENTICATED, 'unauthorized'],
    ['without an action', { action: '' }, proven, status.INVALID_ARGUMENT, 'invalid_request'],
    ['for an unknown tenant', { tenantId: 'nobody' }, proven, status.NOT_FOUND, 'not_found'],
  ])('%s returns a gRPC error and records nothing', async (_, members, headers, code, reason) => {
    const refused = await send(anEvent('short.refused', members), headers);
    expect(refused).toEqual({ code, answer: null, reason });
    expect(await rows('short.refused')).toEqual([]);
  });

  it('returns an OK response for a recorded event', async () => {
    const { answer } = await send(anEvent('short.done'), proven);
    const [row] = await rows('short.done');
    expect(answer).toMatchObject({ eventId: row?.['id'], recordHash: row?.['hash'], tenantId: a.id, error: null });
  });
});

describe('EmitAuthEvent', () => {
  const authEvent = (members: object = {}) => ({
    eventId: '01890a5d-ac96-774b-bcce-b302099a8057',
    eventType: 'auth.login.password',
    source: 'control_plane',
    timestamp: Date.now(),
    tenantId: a.id,
    outcome: 'blocked',
    subjectKind: 'user_via_app',
    subjectId: 'user-42',
    subjectEmail: 'ada@example.com',
    subjectClientId: 'app-web',
    subjectAppId: '',
    resourceType: 'session',
    resourceId: 's-1',
    resourceAction: 'write',
    networkIp: '192.0.2.7',
    networkUserAgent: 'Mozilla/5.0 (unusual)',
    networkCountry: 'DE',
    metadataJson: '{"attempt":3}',
    sessionId: 's-1',
    requestId: 'req-abc',
    parentEventId: '',
    traceId: '',
    spanId: '',
    mitreTechniqueId: 'T1078',
    severity: 'high',
    ...members,
  });
  const send = (members: object = {}) => service.call<object>('AuditService', 'EmitAuthEvent', authEvent(members));

  it('keeps one event for each event_id, and encrypts personal fields with the person’s key', async () => {
    const timestamp = Date.now();
    for (let time = 1; time <= 3; time++) expect(await send({ timestamp })).toEqual({ accepted: true, error: null });
    const [row, ...others] = await rows('auth.login.password');
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      tenant_id: a.id,
      actor_type: 'user',
      actor_id: null,
      person: expect.stringMatching(/^psn-/),
      app_id: 'app-web',
      outcome: 'denied',
      ip: null,
      request_id: 'req-abc',
      metadata: { attempt: 3, severity: 'high', mitreTechniqueId: 'T1078', subjectKind: 'user_via_app' },
    });
    for (const secret of ['ada@', '192.0.2.7', 'Mozilla', 'user-42']) expect(row?.['text']).not.toContain(secret);
    expect(await send({ tenantId: b.id })).toEqual({ accepted: true, error: null });
    expect(await rows('auth.login.password')).toHaveLength(2);
  });

  it('refuses in an OK response when any field differs from the event with the same event_id', async () => {
    const first = { eventId: 'e-other', eventType: 'auth.other', timestamp: Date.now() };
    const accepted = { accepted: true, error: null };
    expect(await send(first)).toEqual(accepted);
    for (const other of [
      { outcome: 'success' },
      { eventType: 'auth.another' },
      { timestamp: first.timestamp - 1 },
      { subjectId: 'user-43' },
      { subjectEmail: 'bob@example.com' },
      { subjectClientId: 'app-mobile' },
      { networkIp: '192.0.2.8' },
      { networkUserAgent: '' },
      { resourceId: 's-2' },
      { metadataJson: '{"attempt":4}' },
      { severity: 'low' },
    ]) {
      expect(await send({ ...first, ...other })).toMatchObject({
        accepted: false,
        error: { status: 422, extensions: { reason: 'unprocessable' } },
      });
    }
    expect(await send(first)).toEqual(accepted);
    expect(await rows('auth.other')).toHaveLength(1);
    expect(await rows('auth.another')).toEqual([]);
  });

  it('recognizes a repeated event after the person in it was erased', async () => {
    const event = {
      tenantId: b.id,
      eventId: 'e-erased',
      eventType: 'auth.erased',
      timestamp: Date.now(),
      subjectId: 'user-erased',
    };
    expect(await send(event)).toMatchObject({ accepted: true });
    await core.context.get(AuditRetentionPort).erase(systemContext(newId('req'), b.id), 'user-erased');
    expect(await send(event)).toMatchObject({ accepted: true });
    expect(await send({ ...event, outcome: 'success' })).toMatchObject({ accepted: false });
    expect(await rows('auth.erased')).toHaveLength(1);
  });

  it.each([
    ['no event_id', { eventId: '' }],
    ['a timestamp in seconds', { timestamp: 1_795_536_000 }],
    ['an unknown type of subject', { subjectKind: 'robot' }],
    ['an unknown tenant', { tenantId: 'nobody' }],
  ])('refuses %s', async (_, members) => {
    expect(await send({ eventType: 'auth.refused', ...members })).toMatchObject({
      accepted: false,
      error: { title: expect.any(String) },
    });
    expect(await rows('auth.refused')).toEqual([]);
  });

  it('does not accept anything from a caller without the service token', async () => {
    const stranger = new GrpcClient(surface.address);
    const answer = await stranger.call<object>(
      'AuditService',
      'EmitAuthEvent',
      authEvent({ eventType: 'auth.strange' }),
    );
    expect(answer).toMatchObject({ accepted: false });
    expect(await rows('auth.strange')).toEqual([]);
    stranger.close();
  });
});

describe('QueryAudit', () => {
  const query = (members: object = {}, client = service) =>
    client.call<{ events: readonly Record<string, unknown>[] }>('AuditService', 'QueryAudit', {
      tenantId: a.id,
      actionFilter: 'queried.*',
      startTime: 0,
      endTime: 0,
      limit: 0,
      ...members,
    });
  const resources = async (members: object) => (await query(members)).events.map(({ resource }) => resource);

  beforeAll(async () => {
    for (const [index, tenantId] of [a.id, a.id, a.id, b.id].entries()) {
      await emit(anEvent(index === 2 ? 'queried.last' : 'queried.done', { tenantId, resourceId: `inv-${index}` }));
    }
  });

  it('returns the unmodified log records of one tenant, newest first', async () => {
    const { events } = await query();
    expect(events.map(({ resource }) => resource)).toEqual(['invoice/inv-2', 'invoice/inv-1', 'invoice/inv-0']);
    const [row] = await rows('queried.last');
    expect(events[0]).toMatchObject({
      id: row?.['id'],
      tenantId: a.id,
      action: 'queried.last',
      outcome: 'success',
      sequenceId: row?.['sequence'],
      recordHash: row?.['hash'],
      previousHash: events[1]?.['recordHash'],
    });
    expect(JSON.parse(String(events[0]?.['metadataJson']))).toMatchObject({ amount: 12, emittedBy: 'billing' });
    expect(await resources({ tenantId: b.id })).toEqual(['invoice/inv-3']);
  });

  it('filters by action, limit and Unix seconds, and includes the complete last second', async () => {
    expect(await resources({ actionFilter: 'queried.done' })).toEqual(['invoice/inv-1', 'invoice/inv-0']);
    expect(await resources({ limit: 1 })).toEqual(['invoice/inv-2']);
    const [{ timestamp: newest } = {}] = (await query()).events;
    expect(Math.abs(Number(newest) - Date.now() / 1000)).toBeLessThan(60);
    expect(await resources({ endTime: newest })).toHaveLength(3);
    expect(await resources({ startTime: newest })).toContain('invoice/inv-2');
    expect(await resources({ startTime: Number(newest) + 1 })).toEqual([]);
    expect(await resources({ endTime: Number(newest) - 60 })).toEqual([]);
  });

  it('is itself recorded in the log', async () => {
    await query({ actionFilter: 'queried.last' });
    const { events } = await query({ actionFilter: 'audit.search', limit: 1 });
    expect(JSON.parse(String(events[0]?.['metadataJson']))).toEqual({ action: 'queried.last', records: 1 });
  });

  it.each([
    ['an unknown tenant', { tenantId: newId('tnt') }, status.NOT_FOUND],
    ['the log of the installation', { tenantId: 'system' }, status.NOT_FOUND],
    ['no tenant', { tenantId: '' }, status.NOT_FOUND],
    ['an invalid action', { actionFilter: 'a b' }, status.INVALID_ARGUMENT],
    ['a limit above the maximum', { limit: 1_001 }, status.INVALID_ARGUMENT],
    ['a time before 1970', { startTime: -1 }, status.INVALID_ARGUMENT],
    ['a time that is not in seconds', { endTime: Number.MAX_SAFE_INTEGER }, status.INVALID_ARGUMENT],
  ])('refuses %s with a status', async (_, members, code) => {
    await expect(query(members)).rejects.toMatchObject({ code });
  });

  it('is for services only', async () => {
    const stranger = new GrpcClient(surface.address);
    await expect(query({}, stranger)).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
    stranger.close();
  });
});
