import { createHmac } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openControlPlane } from '../../../test/support/control-plane';
import { eventually } from '../../../test/support/eventually';
import { call, type ErrorMembers, expectError } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import type { Page } from '../../kernel/lists/page';
import { newId } from '../../kernel/ids/ids';
import type { AuditRecord } from '../../modules/audit/contract/audit-query.types';
import { AuditPort } from '../../modules/audit/contract/audit.port';
import { auditEvent } from '../../modules/audit/contract/audit.types';
import { AuditSinksPort } from '../../modules/audit-sinks/contract/audit-sinks.port';
import {
  type AuditSink,
  type CreatedAuditSink,
  type DeadLetter,
  newAuditSink,
} from '../../modules/audit-sinks/contract/audit-sinks.types';

interface Delivery {
  readonly id: string;
  readonly record: AuditRecord;
  readonly signed: boolean;
  /** The status that the receiver returns. */
  readonly status: number;
}

let database: TestDatabase;
let folder: string;
let core: TestCore;
let twin: TestCore;
let surface: Awaited<ReturnType<typeof openControlPlane>>;
let receiver: Server;
let receiverUrl: string;
let a: TestTenant;
let b: TestTenant;
let secret = '';
let status = 204;
let deliveries: Delivery[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'audit-sinks-'));
  database = await createTestDatabase();
  const environment = {
    AUDIT_SINKS_DIR: folder,
    AUDIT_SINKS_PRIVATE_ADDRESSES: 'true',
    AUDIT_SINKS_MAX_FILES: '4',
    AUDIT_SINKS_MIN_FREE_MIB: '0',
  };
  core = await openAllCore(database, environment);
  await core.context.init();
  // A second process: each record is still sent by only one of the processes.
  twin = await openAllCore(database, environment);
  await twin.context.init();
  surface = await openControlPlane(core);
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const id = String(request.headers['webhook-id']);
      const content = `${id}.${String(request.headers['webhook-timestamp'])}.${body}`;
      const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
      const signature = `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
      const signed = request.headers['webhook-signature'] === signature;
      deliveries.push({ id, record: (JSON.parse(body) as { data: AuditRecord }).data, signed, status });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});

afterAll(async () => {
  await surface.close();
  await Promise.all([core.close(), twin.close()]);
  await new Promise((resolve) => receiver.close(resolve));
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const ask = <T>(at: string, options: Parameters<typeof call>[1] = {}, tenant = a) =>
  call<T & ErrorMembers>(`${surface.url}/api/v1/audit/sinks${at}${at.includes('?') ? '&' : '?'}tenant=${tenant.slug}`, {
    token: surface.serviceToken,
    ...options,
  });

async function record(tenant: TestTenant, action: string, ids: readonly string[]): Promise<void> {
  const context = systemContext(newId('req'), tenant.id);
  for (const resourceId of ids) {
    const event = auditEvent(context, { action, resourceType: 'thing', resourceId }, Date.now());
    await core.context.get(AuditPort).record(context, { ...event, id: newId('aud') });
  }
}

async function create(json: Readonly<Record<string, unknown>>): Promise<CreatedAuditSink> {
  const { status: answered, body } = await ask<CreatedAuditSink>('', { json });
  expect(answered).toBe(201);
  return body;
}

const things = (list: readonly Delivery[]) => list.map(({ record: { resourceId } }) => resourceId);
const remove = ({ id }: AuditSink) => ask(`/${id}`, { method: 'DELETE' });

describe('a webhook', () => {
  it('receives each new record of its tenant once, signed and in order', async () => {
    await record(a, 'hook.test', ['before']);
    deliveries = [];
    const sink = await create({ name: 'SIEM', kind: 'webhook', url: receiverUrl, filter: { action: 'hook.*' } });
    expect(sink.secret).toMatch(/^whsec_/);
    secret = sink.secret ?? '';
    await record(b, 'hook.test', ['of-b']);
    const ids = Array.from({ length: 20 }, (_, index) => `t-${index}`);
    await record(a, 'hook.test', ids);
    await eventually(() => expect(things(deliveries)).toEqual(ids));
    expect(deliveries.every(({ signed, id, record: { id: recordId } }) => signed && id === recordId)).toBe(true);
    const shown = (await ask<AuditSink>(`/${sink.id}`)).body;
    expect(shown).toMatchObject({ name: 'SIEM', attempts: 0, lastError: null, paused: false });
    expect(JSON.stringify(shown)).not.toContain(secret);
    expectError(await ask(`/${sink.id}`, {}, b), 404, 'not_found');
    await remove(sink);
  });

  it('retries, and keeps undelivered records as dead letters, which can be replayed', async () => {
    deliveries = [];
    status = 500;
    const sink = await create({ name: 'Down', kind: 'webhook', url: receiverUrl, filter: { action: 'down.test' } });
    secret = sink.secret ?? '';
    await record(a, 'down.test', ['first', 'second']);
    await eventually(async () => {
      expect((await ask<AuditSink>(`/${sink.id}`)).body).toMatchObject({ lastError: 'The receiver returned 500.' });
    });
    expect(new Set(things(deliveries))).toEqual(new Set(['first']));
    // Simulates that the other attempts have been made.
    await queryAs(database.adminUrl, 'UPDATE audit_sinks.sinks SET attempts = 9, due_at = now() WHERE id = $1', [
      sink.id,
    ]);
    const letters = () => ask<Page<DeadLetter>>(`/${sink.id}/dead-letters`);
    await eventually(async () => {
      expect((await letters()).body.items).toMatchObject([{ reason: 'The receiver returned 500.', replay: false }]);
    });
    status = 204;
    await queryAs(database.adminUrl, 'UPDATE audit_sinks.sinks SET due_at = now() WHERE id = $1', [sink.id]);
    const taken = () => things(deliveries.filter((delivery) => delivery.status === 204));
    await eventually(() => expect(taken()).toEqual(['second']));
    expect((await ask<{ replayed: number }>(`/${sink.id}/dead-letters/replay`, { method: 'POST' })).body).toEqual({
      replayed: 1,
    });
    await eventually(async () => {
      expect((await letters()).body.items).toEqual([]);
      expect(taken()).toEqual(['second', 'first']);
    });
    await remove(sink);
  });

  it('does not receive anything while it is paused, and receives everything when it resumes', async () => {
    deliveries = [];
    const sink = await create({ name: 'Paused', kind: 'webhook', url: receiverUrl, filter: { action: 'pause.test' } });
    secret = sink.secret ?? '';
    const set = (paused: boolean) => ask<AuditSink>(`/${sink.id}`, { method: 'PATCH', json: { paused } });
    expect((await set(true)).body.paused).toBe(true);
    await record(a, 'pause.test', ['one']);
    await set(false);
    await eventually(() => expect(things(deliveries)).toEqual(['one']));
    await remove(sink);
  });
});

describe('a file', () => {
  it('contains every record once, even after a crash that left a partial line and an old position', async () => {
    const sink = await create({ name: 'Disk', kind: 'file', filter: { action: 'file.test' } });
    const lines = async (): Promise<string[]> => {
      const at = path.join(folder, a.id, sink.id);
      const names = await readdir(at).catch(() => []);
      const texts = await Promise.all(names.map((name) => readFile(path.join(at, name), 'utf8')));
      return texts
        .join('')
        .split('\n')
        .filter((line) => line !== '');
    };
    const ids = async () => (await lines()).map((line) => (JSON.parse(line) as AuditRecord).resourceId);
    await record(a, 'file.test', ['f-1', 'f-2']);
    await eventually(async () => expect(await ids()).toEqual(['f-1', 'f-2']));
    await ask(`/${sink.id}`, { method: 'PATCH', json: { paused: true } });
    await queryAs(database.adminUrl, 'UPDATE audit_sinks.sinks SET place = 0 WHERE id = $1', [sink.id]);
    const [name = ''] = await readdir(path.join(folder, a.id, sink.id));
    await appendFile(path.join(folder, a.id, sink.id, name), '{"sequenceId":99');
    await record(a, 'file.test', ['f-3']);
    await ask(`/${sink.id}`, { method: 'PATCH', json: { paused: false } });
    await eventually(async () => expect(await ids()).toEqual(['f-1', 'f-2', 'f-3']));
    await remove(sink);
  });
});

describe('personal fields', () => {
  const EMAIL = 'ada.of.sinks@example.com';
  const FOREIGN = 'ada-of-another-system';

  /** Records an event about a person whom another system names. */
  async function personal(action: string, resourceId: string): Promise<void> {
    const actor = { type: 'user', id: FOREIGN } as const;
    const context = { ...systemContext(newId('req'), a.id), actor, ip: '192.0.2.77' };
    const audited = { id: newId('aud'), action, resourceType: 'thing', resourceId, personal: { email: EMAIL } };
    await core.context.get(AuditPort).record(context, auditEvent(context, audited, Date.now()));
  }

  const written = async ({ id }: AuditSink): Promise<string> => {
    const at = path.join(folder, a.id, id);
    const names = await readdir(at).catch(() => []);
    return (await Promise.all(names.map((name) => readFile(path.join(at, name), 'utf8')))).join('');
  };

  it('do not reach any sink in plain text, so that files and receivers do not retain data about an erased person', async () => {
    deliveries = [];
    const filter = { action: 'person.test' };
    const sinks = [
      await create({ name: 'Disk', kind: 'file', filter }),
      await create({ name: 'Hook', kind: 'webhook', url: receiverUrl, filter }),
    ] as const;
    secret = sinks[1].secret ?? '';
    await personal('person.test', 'p-1');
    await eventually(async () => {
      expect(things(deliveries)).toEqual(['p-1']);
      expect(await written(sinks[0])).toContain('p-1');
    });
    const sent = `${await written(sinks[0])}${JSON.stringify(deliveries)}`;
    for (const text of [EMAIL, FOREIGN, '192.0.2.77']) expect(sent).not.toContain(text);
    // Records about the same person can be recognized as such.
    expect(deliveries[0]?.record).toMatchObject({ actorId: expect.stringMatching(/^psn-/), ip: null, personal: null });
    await Promise.all(sinks.map(remove));
  });

  it('are sent in plain text if a platform administrator allows it, but not if an administrator of the tenant does', async () => {
    const asked = newAuditSink.parse({ name: 'Plain', kind: 'file', includePersonal: true });
    const tenantAdmin = { ...systemContext(newId('req'), a.id), isPlatformAdmin: false };
    await expect(core.context.get(AuditSinksPort).create(tenantAdmin, asked)).rejects.toMatchObject({
      code: 'forbidden',
    });
    const filter = { action: 'plain.test' };
    const sink = await create({ name: 'Plain', kind: 'file', filter, includePersonal: true });
    expect(sink.includePersonal).toBe(true);
    await personal('plain.test', 'p-2');
    await eventually(async () => expect(await written(sink)).toContain(EMAIL));
    await remove(sink);
  });
});

describe('a file sink of a tenant that has reached its limit of files', () => {
  it('reports the limit, waits, and resumes where it stopped once there is room', async () => {
    const old = path.join(folder, b.id, 'snk-removed');
    await mkdir(old, { recursive: true });
    for (const number of [1, 2, 3, 4]) await writeFile(path.join(old, `${String(number).padStart(15, '0')}.jsonl`), '');
    const { body: sink } = await ask<AuditSink>(
      '',
      { json: { name: 'Full', kind: 'file', filter: { action: 'full.test' } } },
      b,
    );
    const shown = async () => (await ask<AuditSink>(`/${sink.id}`, {}, b)).body;
    await record(b, 'full.test', ['one', 'two']);
    await eventually(async () => {
      expect(await shown()).toMatchObject({
        state: 'full',
        attempts: 0,
        lastError: expect.stringContaining('AUDIT_SINKS_MAX_FILES') as string,
      });
    });
    await rm(old, { recursive: true });
    await eventually(async () => expect(await shown()).toMatchObject({ state: 'delivering', lastError: null }));
    const [name = ''] = await readdir(path.join(folder, b.id, sink.id));
    const lines = (await readFile(path.join(folder, b.id, sink.id, name), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as AuditRecord).resourceId)).toEqual(['one', 'two']);
    await ask(`/${sink.id}`, { method: 'DELETE' }, b);
  });
});

describe('a request about sinks', () => {
  it.each([
    [{}, 400],
    [{ name: 'x', kind: 'webhook' }, 400],
    [{ name: 'x', kind: 'webhook', url: 'ftp://example.com' }, 400],
    [{ name: 'x', kind: 'file', url: 'https://example.com' }, 400],
    [{ name: 'x', kind: 'webhook', url: 'https://example.com', filter: { colour: 'red' } }, 400],
    [{ name: 'x', kind: 'file', includePersonal: 'yes' }, 400],
    [{ name: 'x', kind: 'file', include_personal: true }, 400],
    [{ name: 'x', kind: 'syslog' }, 400],
  ])('is rejected: %j', async (json, expected) => {
    expectError(await ask('', { json }), expected, 'invalid_request');
  });

  it('must have the URL of a public host, unless the operator has opened the private network', async () => {
    const closed = await openAllCore(database);
    const guarded = await openControlPlane(closed);
    for (const url of [
      'http://example.com/',
      'https://127.0.0.1/',
      'https://metadata.internal/',
      'https://[::1]/',
      'https://2130706433/',
    ]) {
      const answer = await call<ErrorMembers>(`${guarded.url}/api/v1/audit/sinks?tenant=${a.slug}`, {
        token: guarded.serviceToken,
        json: { name: 'x', kind: 'webhook', url },
      });
      expect(expectError(answer, 400, 'invalid_request').errors).toMatchObject([{ pointer: '/url' }]);
    }
    await guarded.close();
    await closed.close();
  });

  it('can create at most ten sinks', async () => {
    const made: CreatedAuditSink[] = [];
    for (let count = 0; count < 10; count += 1) made.push(await create({ name: `s${count}`, kind: 'file' }));
    expectError(await ask('', { json: { name: 'more', kind: 'file' } }), 409, 'conflict');
    await Promise.all(made.map(remove));
    expect((await ask<Page<AuditSink>>('')).body.items).toEqual([]);
  });
});
