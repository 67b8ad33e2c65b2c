import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { Client } from 'pg';
import { oauthConfig } from '../../modules/oauth/oauth.config';
import { openBackend, type TestBackend } from '../../../test/support/backend';
import { EventSourceReader, openStream, type ReadEvent } from '../../../test/support/event-source';
import { eventually } from '../../../test/support/eventually';
import { call, type ErrorMembers, expectError } from '../../../test/support/http-client';
import { callFor, putSecret } from '../../../test/support/secrets';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant, tokenOf as tokenOfTenant } from '../../../test/support/two-tenants';
import { UNCONDITIONAL } from '../../kernel/http/conditions/conditions';
import { Database } from '../../kernel/database/database';
import { newId } from '../../kernel/ids/ids';
import { placeOf } from '../../kernel/log/log-position';
import { oldPlaceOf } from '../../../test/support/old-place';
import { AppsPort } from '../../modules/apps/contract/apps.port';
import { newApp } from '../../modules/apps/contract/apps.types';
import { auditEvent, stagedAuditEvent } from '../../modules/audit/contract/audit.types';
import { ConfigAdminPort } from '../../modules/config/contract/config-admin.port';
import { EventPartitions } from '../../modules/events/event-partitions';
import { EventsPort } from '../../modules/events/contract/events.port';
import { type CloudEvent, EVENT_VERBS, wantedType } from '../../modules/events/contract/events.types';
import { FlagsPort } from '../../modules/flags/contract/flags.port';
import type { Project } from '../../modules/projects/contract/projects.types';
import { TenantsPort } from '../../modules/tenants/contract/tenants.port';
import { GroupsPort } from '../../modules/users/contract/groups.port';
import { newGroup } from '../../modules/users/contract/groups.types';
import { UsersPort } from '../../modules/users/contract/users.port';

interface PageOfEvents {
  readonly items: readonly CloudEvent[];
  readonly nextCursor: string | null;
  readonly lastEventId: string;
}

const STREAMS = 4;
const STREAMS_PER_CALLER = 3;

let database: TestDatabase;
let core: TestCore;
let twin: TestCore;
let surfaces: readonly TestBackend[];
let url: string;
let twinUrl: string;
let a: TestTenant;
let b: TestTenant;
let token: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const environment = {
    EVENTS_STREAMS_PER_TENANT: String(STREAMS),
    LIMIT_STREAMS_PER_CALLER: String(STREAMS_PER_CALLER),
  };
  core = await openAllCore(database, environment);
  await core.context.init();
  // A second process on the same store.
  twin = await openAllCore(database, environment);
  await twin.context.init();
  surfaces = [await openBackend(core), await openBackend(twin)];
  [url = '', twinUrl = ''] = surfaces.map((surface) => surface.url);
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
  // This plan allows the number of projects that these tests create.
  for (const { id } of [a, b]) await core.context.get(TenantsPort).update(callFor(id), id, { plan: 'enterprise' });
  token = await tokenOf(a);
});

afterAll(async () => {
  for (const surface of surfaces) await surface.close();
  await Promise.all([core.close(), twin.close()]);
  await database.drop();
});

const SCOPE = 'events.read projects.read projects.write';
const tokenOf = (tenant: TestTenant, claims: object = {}): Promise<string> =>
  tokenOfTenant(core, tenant, { scope: SCOPE, ...claims });

const page = (query = '', as = token, at = url) =>
  call<PageOfEvents & ErrorMembers>(`${at}/v1/events${query}`, { token: as, headers: { accept: 'application/json' } });

let keys = 0;
async function makeProject(at = url, as = token): Promise<Project> {
  keys += 1;
  const json = { key: `P${String(keys).padStart(5, '0')}`, name: `Project ${keys}` };
  const { status, body } = await call<Project>(`${at}/v1/projects`, { token: as, json });
  expect(status).toBe(201);
  return body;
}

/** Stages an action that creates an event of tenant a. */
const stage = (action: string, resourceId: string, metadata: Readonly<Record<string, unknown>>, resourceType: string) =>
  core.context
    .get(Database)
    .tenant(a.id)
    .rows(`INSERT INTO kernel.outbox (id, topic, tenant_id, payload) VALUES ($1, 'audit', $2, $3)`, [
      newId('aud'),
      a.id,
      stagedAuditEvent(auditEvent(callFor(a.id), { action, resourceType, resourceId, metadata }, Date.now())).payload,
    ]);

let marks = 0;
/** Returns the end of tenant a's log, including everything written so far: it waits for a marker that it writes now. */
async function end(): Promise<string> {
  marks += 1;
  const mark = `mark-${marks}`;
  await stage('flag.update', mark, {}, 'flag');
  return eventually(async () => {
    const { body } = await page(`?subject=flag/${mark}`);
    expect(body.items).toHaveLength(1);
    return body.lastEventId;
  });
}

/** Reads the events after a position until they match, because an event appears only once it has its number. */
const behind = (place: string, check: (items: readonly CloudEvent[]) => void, as = token) =>
  eventually(async () => {
    const { body } = await page(`?cursor=${place}&limit=500`, as);
    check(body.items);
    return body.items;
  });

const types = (items: readonly CloudEvent[]) => items.map(({ type }) => type);
const subjects = (events: readonly ReadEvent[]) => events.map(({ data }) => (JSON.parse(data) as CloudEvent).subject);

describe('the event of a write', () => {
  it('is a CloudEvent that contains the resource as its API returns it', async () => {
    const place = await end();
    const project = await makeProject();
    const [event] = await behind(place, (items) => expect(items).toHaveLength(1));
    expect(event).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^evt-[0-9a-z]{26}$/),
      source: core.settings.of(oauthConfig).ISSUER_URL,
      type: 'coresdk.project.created',
      subject: `project/${project.id}`,
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      datacontenttype: 'application/json',
      tenantid: a.id,
      data: project,
    });
  });

  it('exists for every resource, and contains neither secrets nor personal data', async () => {
    const place = await end();
    const { context } = core;
    const of = () => callFor(a.id);
    const user = await context.get(UsersPort).create(of(), {
      email: 'ada@private.example',
      displayName: 'Ada Private',
      role: 'member',
      password: null,
    });
    const group = await context
      .get(GroupsPort)
      .create(of(), newGroup.parse({ displayName: 'Engineers', members: [user.id] }));
    await context.get(GroupsPort).removeMember(of(), group.id, user.id);
    const app = await context.get(AppsPort).register(of(), newApp.parse({ name: 'Shop' }));
    const rotated = await context.get(AppsPort).rotateSecret(of(), app.client_id, 0);
    const flag = JSON.stringify({ state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' });
    await context.get(FlagsPort).put(of(), 'fast', flag, UNCONDITIONAL);
    await putSecret(core, a.id, 'DB_PASSWORD', 'hunter2-value');
    await context.get(ConfigAdminPort).replace(of(), { greeting: 'value-of-config' }, UNCONDITIONAL);
    await context.get(TenantsPort).updateOwn(of(), { name: 'Renamed' });
    const items = await behind(place, (found) => expect(found.length).toBeGreaterThanOrEqual(9));
    expect(items.map(({ type, subject }) => [type, subject])).toEqual([
      ['coresdk.user.created', `user/${user.id}`],
      ['coresdk.group.created', `group/${group.id}`],
      ['coresdk.group.member_removed', `group/${group.id}`],
      ['coresdk.app.created', `app/${app.client_id}`],
      ['coresdk.app.secret_rotated', `app/${app.client_id}`],
      ['coresdk.flag.updated', 'flag/fast'],
      ['coresdk.secret.updated', 'secret/DB_PASSWORD'],
      ['coresdk.config.updated', 'config'],
      ['coresdk.tenant.updated', `tenant/${a.id}`],
    ]);
    const text = JSON.stringify(items);
    for (const hidden of [
      'private.example',
      'Private',
      'hunter2',
      'value-of-config',
      app.client_secret,
      rotated.client_secret,
    ]) {
      expect(text).not.toContain(hidden);
    }
    const data = new Map(items.map((item) => [item.type, item.data]));
    expect(data.get('coresdk.user.created')).toEqual({ id: user.id, role: 'member' });
    expect(data.get('coresdk.group.created')).toMatchObject({ id: group.id, displayName: 'Engineers' });
    expect(data.get('coresdk.group.member_removed')).toMatchObject({ id: group.id, userId: user.id });
    expect(data.get('coresdk.app.created')).toMatchObject({ client_id: app.client_id, name: 'Shop' });
    expect(data.get('coresdk.config.updated')).toEqual({ version: 1, changed: ['greeting'] });
    expect(data.get('coresdk.tenant.updated')).toMatchObject({ id: a.id, name: 'Renamed' });
  });

  it('does not exist if the write is rolled back', async () => {
    const place = await end();
    const client = new Client({ connectionString: database.appUrl });
    await client.connect();
    await client.query('BEGIN');
    await client.query(`SELECT set_config('app.tenant_id', $1, true)`, [a.id]);
    const payload = { action: 'project.create', resourceType: 'project', resourceId: 'prj-x', outcome: 'success' };
    await client.query(`INSERT INTO kernel.outbox (id, topic, tenant_id, payload) VALUES ($1, 'audit', $2, $3)`, [
      newId('aud'),
      a.id,
      payload,
    ]);
    await client.query('ROLLBACK');
    await client.end();
    const project = await makeProject();
    await behind(place, (items) => expect(items.map(({ data }) => data['id'])).toEqual([project.id]));
  });

  it('exists for files that belong to the entire tenant, but not for files of one user or app, and not for a dry run', async () => {
    const place = await end();
    await stage('file.put', 'user/letters/to-my-doctor.pdf', { version: 1, size: 5 }, 'file');
    await stage('file.put', 'private/state.json', { version: 1, size: 5 }, 'file');
    await stage('user.import', '', { dryRun: true }, 'user');
    await stage('file.upload.patch', 'shared/plan.pdf', { version: 1, size: 5 }, 'file');
    await stage('file.copy.create', 'shared/plan-2.pdf', { version: 1, source: 'user/letters/plan.pdf' }, 'file');
    await stage('file.move.create', 'shared/plan-3.pdf', { version: 1, source: 'shared/plan.pdf' }, 'file');
    const items = await behind(place, (found) => expect(found).toHaveLength(3));
    expect(items.map(({ type, subject, data }) => [type, subject, data])).toEqual([
      ['coresdk.file.updated', 'file/shared/plan.pdf', { id: 'shared/plan.pdf', version: 1, size: 5 }],
      ['coresdk.file.copied', 'file/shared/plan-2.pdf', { id: 'shared/plan-2.pdf', version: 1 }],
      [
        'coresdk.file.moved',
        'file/shared/plan-3.pdf',
        { id: 'shared/plan-3.pdf', version: 1, source: 'shared/plan.pdf' },
      ],
    ]);
  });

  it.each([
    ['project.create', 'coresdk.project.created'],
    ['project.member.set', 'coresdk.project.member.updated'],
    ['user.me.update', 'coresdk.user.updated'],
    ['user.invitation.accept', 'coresdk.user.invitation.accepted'],
    ['file.signed.put', 'coresdk.file.updated'],
    ['file.signed_url.get', null],
    ['flag.admin.put', 'coresdk.flag.updated'],
    ['tenant.current.update', 'coresdk.tenant.updated'],
    ['flags.scheduled.apply', 'coresdk.flags.scheduled.applied'],
    ['secret.undelete', 'coresdk.secret.restored'],
    ['secret.read', null],
    ['user.sign_in', null],
    ['user.password.set', null],
    ['session.delete', null],
    ['oauth.token.revoke', null],
    ['audit.sink.create', null],
    ['create', null],
    ['Project.create', null],
  ])('of %s has the type %s', async (action, type) => {
    expect(await queryAs(database.appUrl, 'SELECT events.type_of($1) AS type', [action])).toEqual([{ type }]);
    if (type !== null) expect(wantedType.parse(type)).toBe(type);
  });

  it('ends with a verb that filters support', async () => {
    const [{ source = '' } = {}] = await queryAs<{ source: string }>(
      database.ownerUrl,
      `SELECT prosrc AS source FROM pg_proc WHERE oid = 'events.type_of'::regproc`,
    );
    const made = [...source.matchAll(/"[a-z_]+": "([a-z_]+)"/g)].map(([, past]) => past);
    expect([...new Set(made)].sort()).toEqual([...EVENT_VERBS].sort());
  });
});

describe('GET /v1/events as JSON', () => {
  it('returns events of the token’s tenant only, in pages that continue where the last page ended', async () => {
    const place = await end();
    const foreign = await tokenOf(b);
    await makeProject(url, foreign);
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) made.push(`project/${(await makeProject()).id}`);
    await behind(place, (items) => expect(items.map(({ subject }) => subject)).toEqual(made));
    const read: string[] = [];
    let cursor: string | null = place;
    while (cursor !== null) {
      const { body }: { body: PageOfEvents } = await page(`?limit=2&cursor=${cursor}`);
      expect(body.items.length).toBeLessThanOrEqual(2);
      read.push(...body.items.map(({ subject }) => subject));
      cursor = body.nextCursor;
    }
    expect(read).toEqual(made);
    // A page cursor is bound to its filters; the id of an event is valid with any filter.
    const next = (await page(`?limit=2&cursor=${place}`)).body.nextCursor ?? '';
    for (const other of [`?type=coresdk.group.*&cursor=${next}`, `?subject=none&cursor=${next}`]) {
      expect(expectError(await page(other), 400, 'invalid_request').errors).toMatchObject([{ pointer: '/cursor' }]);
    }
    expectError(await page(`?cursor=${next}`, foreign), 400, 'invalid_request');
    // A position is valid only in the tenant's own log.
    expectError(await page(`?cursor=${place}`, foreign), 410, 'gone');
    const own = (await page('?type=coresdk.project.*', foreign)).body.items;
    expect(own.map(({ tenantid }) => tenantid)).toEqual([b.id]);
  });

  it('filters by type, by family of types, and by resource', async () => {
    const place = await end();
    const project = await makeProject();
    await makeProject();
    await call(`${url}/v1/projects/${project.id}`, { token, method: 'DELETE' });
    await behind(place, (items) => expect(items).toHaveLength(3));
    const found = async (query: string) => types((await page(`?cursor=${place}&${query}`)).body.items);
    expect(await found('type=coresdk.project.deleted')).toEqual(['coresdk.project.deleted']);
    expect(await found('type=coresdk.project.*,coresdk.group.created')).toHaveLength(3);
    expect(await found('type=coresdk.group.*')).toEqual([]);
    expect(await found(`subject=project/${project.id}`)).toEqual([
      'coresdk.project.created',
      'coresdk.project.deleted',
    ]);
  });

  it.each([
    ['?type=project.created'],
    ['?type=coresdk.project.made'],
    ['?type=coresdk.*.created'],
    ['?type='],
    ['?subject='],
    ['?colour=red'],
    ['?limit=0'],
    ['?cursor=mine'],
    [`?subject=${'x'.repeat(301)}`],
  ])('rejects %s', async (query) => {
    expectError(await page(query), 400, 'invalid_request');
  });

  it('requires the scope and a supported media type', async () => {
    expectError(await page('', await tokenOf(a, { scope: 'projects.read' })), 403, 'forbidden');
    const answer = await call<ErrorMembers>(`${url}/v1/events`, { token, headers: { accept: 'text/html' } });
    expectError(answer, 406, 'not_acceptable');
  });

  it('returns 410 for a position outside the retained log', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const old = oldPlaceOf({ xid: 1n, seq: 1n, atSeconds: 1_000_000_000 });
    const gone = [
      old,
      // Positions from another server, from another log, and beyond the end of this log.
      oldPlaceOf({ xid: 2n ** 62n, seq: 1n, atSeconds: now }),
      placeOf({ number: 1, ofAll: 0, atSeconds: now + 60 }),
      placeOf({ number: 1_000_000, ofAll: 0, atSeconds: now }),
    ];
    for (const cursor of gone) expectError(await page(`?cursor=${cursor}`), 410, 'gone');
    const stream = await openStream(`${url}/v1/events`, { token, lastEventId: old });
    expect(stream.response.status).toBe(410);
  });

  it('keeps each day in full, and drops expired days', async () => {
    const days = async () =>
      (
        await queryAs<{ name: string }>(
          database.ownerUrl,
          `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'events.events'::regclass ORDER BY 1`,
        )
      ).map(({ name }) => name);
    const before = await days();
    const comingDays = Array.from({ length: 8 }, (_, ahead) => {
      const day = new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
      return `events.events_${day.replaceAll('-', '')}`;
    });
    // The database might have been created yesterday.
    expect(before).toEqual(expect.arrayContaining(comingDays));
    await queryAs(
      database.ownerUrl,
      `CREATE TABLE events.events_20200101 PARTITION OF events.events FOR VALUES FROM ('2020-01-01Z') TO ('2020-01-02Z')`,
    );
    await core.context.get(EventPartitions).maintain();
    expect(await days()).toEqual(before);
  });
});

describe('GET /v1/events as a stream', () => {
  it('delivers the events of every process, without gaps or repetitions', async () => {
    const place = await end();
    const made: string[] = [];
    const seen: ReadEvent[] = [];
    let lastEventId = place;
    // The reader loses its stream repeatedly, and reconnects to the other process.
    for (let round = 0; round < 6; round += 1) {
      const [at, other] = round % 2 === 0 ? [url, twinUrl] : [twinUrl, url];
      const stream = await openStream(`${at}/v1/events?type=coresdk.project.*`, { token, lastEventId });
      expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
      const burst = await Promise.all(Array.from({ length: 5 }, (_, index) => makeProject(index % 2 ? at : other)));
      made.push(...burst.map(({ id }) => `project/${id}`));
      await eventually(() => expect(stream.events.length).toBeGreaterThanOrEqual(1));
      stream.close();
      await stream.ended;
      seen.push(...stream.events);
      lastEventId = stream.reader.lastEventId;
    }
    const last = await openStream(`${url}/v1/events?type=coresdk.project.*`, { token, lastEventId });
    await eventually(() => expect(seen.length + last.events.length).toBeGreaterThanOrEqual(made.length));
    last.close();
    await last.ended;
    const told = subjects([...seen, ...last.events]);
    expect([...told].sort()).toEqual([...made].sort());
    expect(seen[0]).toMatchObject({ event: 'coresdk.project.created' });
  });

  it('shows new events while an older transaction runs, and the events of that transaction when it commits', async () => {
    const place = await end();
    const slow = new Client({ connectionString: database.appUrl });
    await slow.connect();
    await slow.query('BEGIN');
    await slow.query(`SELECT set_config('app.tenant_id', $1, true)`, [a.id]);
    const payload = { action: 'project.create', resourceType: 'project', resourceId: 'prj-slow', outcome: 'success' };
    await slow.query(`INSERT INTO kernel.outbox (id, topic, tenant_id, payload) VALUES ($1, 'audit', $2, $3)`, [
      newId('aud'),
      a.id,
      payload,
    ]);
    const project = await makeProject();
    const stream = await openStream(`${url}/v1/events`, { token, lastEventId: place });
    await eventually(() => expect(subjects(stream.events)).toEqual([`project/${project.id}`]));
    await slow.query('COMMIT');
    await slow.end();
    await eventually(() => expect(subjects(stream.events)).toEqual([`project/${project.id}`, 'project/prj-slow']));
    stream.close();
    const items = await behind(place, (found) => expect(found).toHaveLength(2));
    expect(items.map(({ subject }) => subject)).toEqual([`project/${project.id}`, 'project/prj-slow']);
  });

  it('has a limited number of connections per caller and per tenant', async () => {
    const open = (as: string) => openStream(`${url}/v1/events`, { token: as });
    const refusal = async (as: string): Promise<string | undefined> => {
      const answer = await call<ErrorMembers>(`${url}/v1/events`, {
        token: as,
        headers: { accept: 'text/event-stream' },
      });
      return expectError(answer, 429, 'rate_limited').error_description;
    };
    const streams = await Promise.all(Array.from({ length: STREAMS_PER_CALLER }, () => open(token)));
    expect(await refusal(token)).toContain(`You have ${STREAMS_PER_CALLER} open streams`);
    // A single app cannot use all streams of its tenant.
    const another = await tokenOf(a, { sub: 'app-another', client_id: a.clientId });
    streams.push(await open(another));
    expect(streams.map(({ response }) => response.status)).toEqual(streams.map(() => 200));
    expect(await refusal(another)).toContain(`Your tenant has ${STREAMS} open streams`);
    const foreign = await openStream(`${url}/v1/events`, { token: await tokenOf(b) });
    expect(foreign.response.status).toBe(200);
    for (const stream of [...streams, foreign]) stream.close();
    await eventually(async () => {
      const again = await openStream(`${url}/v1/events`, { token });
      again.close();
      expect(again.response.status).toBe(200);
    });
  });

  it('ends when the token expires', async () => {
    const now = Math.floor(Date.now() / 1000);
    const short = await openStream(`${url}/v1/events`, { token: await tokenOf(a, { exp: now + 3 }) });
    expect(short.response.status).toBe(200);
    await short.ended;
  });

  it('delivers the same events as the port', async () => {
    const place = await end();
    const project = await makeProject();
    await eventually(async () => {
      const { events } = await core.context.get(EventsPort).read(callFor(a.id), place, {}, 10);
      expect(events.map(({ event }) => event.subject)).toEqual([`project/${project.id}`]);
    });
  });

  it('buffers a limited amount for a slow reader, and delivers everything when the reader resumes', async () => {
    const MIB = 1024 * 1024;
    const [EVENTS, BYTES] = [6_000, 4_096];
    const place = await end();
    const write = (from: number) =>
      queryAs(
        database.adminUrl,
        `INSERT INTO events.events (tenant_id, id, type, subject, data)
         SELECT $1, 'evt-slow-' || n, 'coresdk.slow.created', 'slow/' || n, jsonb_build_object('text', repeat('x', $2))
         FROM generate_series($3::int, $3 + $4::int - 1) AS n`,
        [a.id, BYTES, from, EVENTS / 2],
      );
    const sockets: Socket[] = [];
    const server = surfaces[0]?.server;
    server?.on('connection', (socket: Socket) => sockets.push(socket));
    await write(1);
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream', 'last-event-id': place };
    const slow = request(`${url}/v1/events?type=coresdk.slow.*`, { headers, agent: false }).end();
    // Unread data accumulates first in the buffers of both kernels, and then in the server.
    const [response] = (await once(slow, 'response')) as [IncomingMessage];
    const served = await eventually(() => {
      const found = sockets.find(({ remotePort }) => remotePort === slow.socket?.localPort);
      expect(found?.writableNeedDrain).toBe(true);
      return found;
    });
    await write(EVENTS / 2 + 1);
    // Other readers are served in the meantime; the server reads more for the slow reader only when that reader accepts data.
    for (let others = 0; others < 20; others += 1) {
      expect((await page(`?limit=100&cursor=${place}`)).status).toBe(200);
      expect(served?.writableLength).toBeLessThan(MIB / 4);
    }
    expect(served?.bytesWritten).toBeLessThan((EVENTS * BYTES) / 1.5);
    const reader = new EventSourceReader(place);
    const ids: (string | null)[] = [];
    for await (const chunk of response.setEncoding('utf8')) {
      ids.push(...reader.take(String(chunk)).map(({ data }) => (JSON.parse(data) as CloudEvent).id));
      if (ids.length >= EVENTS) break;
    }
    slow.destroy();
    expect(ids).toEqual(Array.from({ length: EVENTS }, (_, index) => `evt-slow-${index + 1}`));
  });
});
