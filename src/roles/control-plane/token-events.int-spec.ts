import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { openControlPlane } from '../../../test/support/control-plane';
import { EventSourceReader, openStream, type ReadEvent } from '../../../test/support/event-source';
import { eventually } from '../../../test/support/eventually';
import { call, type ErrorMembers, expectError } from '../../../test/support/http-client';
import { clientRequest } from '../../../test/support/people';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { AppsPort } from '../../modules/apps/contract/apps.port';
import { newApp, type RegisteredApp } from '../../modules/apps/contract/apps.types';
import { OauthPort } from '../../modules/oauth/contract/oauth.port';
import { TokenEventLogPort } from '../../modules/token-events/contract/token-event-log.port';
import type { TokenEvent } from '../../modules/token-events/contract/token-events.types';
import { oldPlaceOf } from '../../../test/support/old-place';

interface PageOfEvents {
  readonly items: readonly TokenEvent[];
  readonly nextCursor: string | null;
  readonly lastEventId: string;
}

let database: TestDatabase;
let core: TestCore;
let surface: Awaited<ReturnType<typeof openControlPlane>>;
let url: string;
let a: TestTenant;
let b: TestTenant;
let admin: RegisteredApp;
let token: string;

const STREAMS = 3;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { LIMIT_STREAMS_PER_CALLER: String(STREAMS) });
  await core.context.init();
  surface = await openControlPlane(core);
  url = `${surface.url}/api/v1/token-events`;
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
  admin = await core.context
    .get(AppsPort)
    .register(
      { ...systemContext(newId('req'), a.id), isPlatformAdmin: true },
      newApp.parse({ name: 'Admin', declared_scopes: ['admin'], default_scopes: ['admin'] }),
    );
  token = await adminToken();
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

const adminToken = async (): Promise<string> =>
  (await core.context.get(OauthPort).token(clientRequest(admin, { grant_type: 'client_credentials' }))).access_token;
const log = (tenantId: string, jti: string) =>
  core.context
    .get(TokenEventLogPort)
    .log(
      systemContext(newId('req'), tenantId),
      { type: 'token.issued', clientId: 'app-test', userId: null, details: { jti } },
      { action: 'oauth.token.issue', resourceType: 'access_token', resourceId: jti },
    );
const page = (query = '', as = token) =>
  call<PageOfEvents & ErrorMembers>(url + query, { token: as, headers: { accept: 'application/json' } });
const jtis = (events: readonly ReadEvent[]) => events.map(({ data }) => (JSON.parse(data) as TokenEvent).jti);

describe('GET /api/v1/token-events as JSON', () => {
  it('returns pages that continue where the last one ended', async () => {
    const { lastEventId } = (await page('?from=2100-01-01T00:00:00Z')).body;
    for (const jti of ['p1', 'p2', 'p3']) await log(a.id, jti);
    // A committed event appears once it has its number.
    const first = await eventually(async () => {
      const answer = await page(`?limit=2&client=app-test&cursor=${lastEventId}`);
      expect(answer.body.items.map(({ jti }) => jti)).toEqual(['p1', 'p2']);
      return answer;
    });
    const second = await eventually(async () => {
      const answer = await page(`?limit=2&client=app-test&cursor=${first.body.nextCursor ?? ''}`);
      expect(answer.body.items.map(({ jti }) => jti)).toEqual(['p3']);
      return answer;
    });
    expect(second.body.nextCursor).toBeNull();
    // A page cursor is bound to its filters; the id of an event is valid with any filter.
    const foreign = await page(`?limit=2&client=other&cursor=${first.body.nextCursor ?? ''}`);
    expect(expectError(foreign, 400, 'invalid_request').errors).toMatchObject([{ pointer: '/cursor' }]);
    expect((await page(`?client=other&cursor=${second.body.lastEventId}`)).status).toBe(200);
    const later = await page(`?client=app-test&cursor=${second.body.lastEventId}`);
    expect(later.body).toMatchObject({ items: [], nextCursor: null });
  });

  it('returns events of the token’s tenant, or of the tenant that the service token names', async () => {
    await log(b.id, 'of-b');
    const ofA = await page('?limit=500');
    expect(ofA.body.items.filter(({ tenantId }) => tenantId === b.id)).toEqual([]);
    expectError(await page(`?tenant=${b.slug}`), 404, 'not_found');
    expectError(await page('', surface.serviceToken), 400, 'invalid_request');
    await eventually(async () => {
      const ofB = await page(`?tenant=${b.slug}&client=app-test`, surface.serviceToken);
      expect(ofB.body.items.map(({ jti }) => jti)).toEqual(['of-b']);
    });
  });

  it('rejects unknown parameters with their pointer, and callers without the scope', async () => {
    for (const [query, pointer] of [
      ['?type=token.stolen', '/type'],
      ['?type=', '/type'],
      ['?from=yesterday', '/from'],
      ['?colour=red', '/colour'],
      ['?limit=0', '/limit'],
      ['?client=', '/client'],
      ['?cursor=nonsense', '/cursor'],
    ] as const) {
      const { errors } = expectError(await page(query), 400, 'invalid_request');
      expect(errors?.map((error) => error.pointer.slice(0, pointer.length))).toContain(pointer);
    }
    expectError(await page('', await a.issueToken()), 403, 'forbidden');
    expectError(await call(url), 401, 'unauthorized');
    expectError(await call(url, { token, headers: { accept: 'text/html' } }), 406, 'not_acceptable');
    const gone = oldPlaceOf({ xid: 1n, seq: 1n, atSeconds: 1 });
    expectError(await page(`?cursor=${gone}`), 410, 'gone');
  });

  it('is audited', async () => {
    const { requestId } = await page();
    await eventually(async () => {
      const rows = await queryAs(
        database.adminUrl,
        `SELECT action, outcome FROM audit.events WHERE request_id = $1 AND tenant_id = $2`,
        [requestId, a.id],
      );
      expect(rows).toEqual([{ action: 'token_event.list', outcome: 'success' }]);
    });
  });
});

describe('GET /api/v1/token-events as a stream', () => {
  it('sends new events as they happen, only to their own tenant', async () => {
    await log(a.id, 'before');
    await eventually(async () => {
      const { items } = (await page('?client=app-test&limit=500')).body;
      expect(items.map(({ jti }) => jti)).toContain('before');
    });
    const stream = await openStream(url, { token });
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    // Even a reader that has not received any events can resume.
    await eventually(() => expect(stream.reader.lastEventId).toMatch(/^[0-9a-v]{29}$/));
    await log(b.id, 'of-b');
    await log(a.id, 'now');
    await eventually(() => expect(jtis(stream.events)).toEqual(['now']));
    expect(stream.events[0]).toMatchObject({ event: 'token.issued', id: stream.events[0]?.id });
    stream.close();
    await stream.ended;
  });

  it('resumes after Last-Event-ID, and returns an error status if it cannot', async () => {
    const { lastEventId } = (await page('?from=2100-01-01T00:00:00Z')).body;
    await log(a.id, 'missed');
    const stream = await openStream(`${url}?client=app-test`, { token, lastEventId });
    await eventually(() => expect(jtis(stream.events)).toEqual(['missed']));
    stream.close();
    const status = async (id: string): Promise<number> => {
      const { response, close } = await openStream(url, { token, lastEventId: id });
      close();
      return response.status;
    };
    expect(await status('nonsense')).toBe(400);
    expect(await status(oldPlaceOf({ xid: 1n, seq: 1n, atSeconds: 1 }))).toBe(410);
    const to = await call<ErrorMembers>(`${url}?to=2100-01-01T00:00:00Z`, {
      token,
      headers: { accept: 'text/event-stream' },
    });
    expectError(to, 400, 'invalid_request');
  });

  it('ends when the caller’s token ends', async () => {
    const own = await adminToken();
    const stream = await openStream(url, { token: own });
    await core.context.get(OauthPort).revoke(clientRequest(admin, { token: own }));
    await stream.ended;
    expectError(await page('', own), 401, 'unauthorized');
  });

  it('has a limited number of open connections per caller, excluding connections that have ended', async () => {
    const streams = await Promise.all(Array.from({ length: STREAMS }, () => openStream(url, { token })));
    expect(streams.map(({ response }) => response.status)).toEqual(streams.map(() => 200));
    const refused = await call<ErrorMembers>(url, { token, headers: { accept: 'text/event-stream' } });
    expectError(refused, 429, 'rate_limited');
    expect(refused.headers.get('retry-after')).toBe('5');
    // Another caller has its own limit.
    const other = await openStream(`${url}?tenant=${b.slug}`, { token: surface.serviceToken });
    expect(other.response.status).toBe(200);
    other.close();
    for (const stream of streams) stream.close();
    await eventually(async () => {
      const again = await openStream(url, { token });
      again.close();
      expect(again.response.status).toBe(200);
    });
  });

  it('does not read ahead of what a slow reader can accept', async () => {
    const { lastEventId } = (await page('?from=2100-01-01T00:00:00Z')).body;
    const log100 = Array.from({ length: 100 }, (_, index) => `slow-${index}-${'x'.repeat(2_000)}`);
    for (let round = 0; round < 60; round += 1) await Promise.all(log100.map((jti) => log(a.id, jti)));
    const before = process.memoryUsage().rss;
    const response = await open('app-test', lastEventId);
    await sleep(1_500);
    // 12 MB of events wait for the reader in the log, not in this process.
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 * 1024);
    const reader = new EventSourceReader(lastEventId);
    let count = 0;
    for await (const chunk of response) {
      count += reader.take(String(chunk)).length;
      if (count >= 6_000) break;
    }
    expect(count).toBe(6_000);
  });

  it('has no gaps or repetitions across hundreds of dropped connections, while transactions commit in any order', async () => {
    const READERS = 3;
    const CUTS = 300;
    const { lastEventId } = (await page('?from=2100-01-01T00:00:00Z')).body;
    let cuts = 0;
    const isOver = (): boolean => cuts >= CUTS;
    const writing = Promise.all(Array.from({ length: 4 }, (_, writer) => writeUntil(isOver, writer)));
    const readers = Array.from({ length: READERS }, () => ({
      reader: new EventSourceReader(lastEventId),
      got: [] as string[],
    }));
    await Promise.all(
      readers.map(async ({ reader, got }) => {
        while (!isOver()) {
          cuts += 1;
          await cutStream(reader, got);
        }
      }),
    );
    const written = (await writing).flat();
    const expected = await eventually(async () => {
      const rows = await queryAs<{ jti: string }>(
        database.adminUrl,
        `SELECT details->>'jti' AS jti FROM token_events.events WHERE client_id = 'app-writer' ORDER BY number`,
      );
      expect(rows).toHaveLength(written.length);
      return rows;
    });
    expect(expected.map(({ jti }) => jti).sort()).toEqual(written.sort());
    for (const { reader, got } of readers) {
      await readRest(reader, got, expected.length);
      expect(got).toEqual(expected.map(({ jti }) => jti));
    }
    expect(expected.length).toBeGreaterThan(150);
  });

  it('ends when the surface closes', async () => {
    const stream = await openStream(url, { token });
    await surface.close();
    await stream.ended;
    surface = await openControlPlane(core);
  });

  const open = (client: string, lastEventId: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = {
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
        'last-event-id': lastEventId,
      };
      get(`${url}?client=${client}`, { headers, agent: false }, resolve).on('error', reject);
    });

  /** Reads a stream until it is cut off after any number of bytes: the response can end in the middle of a message. */
  async function cutStream(reader: EventSourceReader, got: string[]): Promise<void> {
    const response = await open('app-writer', reader.lastEventId);
    const fresh = new EventSourceReader(reader.lastEventId);
    let left = Math.floor(Math.random() * 4_000);
    const limit = setTimeout(() => response.destroy(), Math.random() * 60);
    try {
      for await (const chunk of response) {
        const text = String(chunk).slice(0, left);
        left -= text.length;
        got.push(...fresh.take(text).map(({ data }) => (JSON.parse(data) as TokenEvent).jti ?? ''));
        if (left <= 0) break;
      }
    } catch {
      // The timer cut off the stream.
    }
    clearTimeout(limit);
    response.destroy();
    reader.lastEventId = fresh.lastEventId;
  }

  async function readRest(reader: EventSourceReader, got: string[], count: number): Promise<void> {
    const stream = await openStream(`${url}?client=app-writer`, { token, lastEventId: reader.lastEventId });
    await eventually(() => expect(got.length + stream.events.length).toBeGreaterThanOrEqual(count));
    await sleep(300);
    got.push(...jtis(stream.events).map((jti) => jti ?? ''));
    stream.close();
    await stream.ended;
  }

  /** Writes in transactions that stay open for a random time, so that the order of their commits differs from the order of their starts. */
  async function writeUntil(isOver: () => boolean, writer: number): Promise<string[]> {
    const client = new Client({ connectionString: database.appUrl });
    await client.connect();
    const written: string[] = [];
    for (let number = 0; !isOver(); number += 1) {
      const jti = `w${writer}-${number}`;
      const event = { tenantId: a.id, type: 'token.issued', clientId: 'app-writer', userId: null, details: { jti } };
      await client.query('BEGIN');
      await client.query(`SELECT set_config('app.tenant_id', $1, true)`, [a.id]);
      await client.query('SELECT token_events.log($1)', [JSON.stringify(event)]);
      await sleep(Math.random() * 40);
      await client.query(number % 10 === 9 ? 'ROLLBACK' : 'COMMIT');
      if (number % 10 !== 9) written.push(jti);
    }
    await client.end();
    return written;
  }
});
