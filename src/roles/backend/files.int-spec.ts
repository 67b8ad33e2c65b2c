import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { eventually } from '../../../test/support/eventually';
import { type FilesWorld, openFilesWorld } from '../../../test/support/files-world';
import { type Answer, call, expectError } from '../../../test/support/http-client';
import { queryAs } from '../../../test/support/test-database';
import { Database } from '../../kernel/database/database';
import { UserFilesRepository } from '../../modules/files/storage/user-files.repository';
import type { FilePage, FileVersion, FileView, SignedUrl } from '../../modules/files/contract/files.types';

let world: FilesWorld;
let token: string;

beforeAll(async () => {
  world = await openFilesWorld();
  token = await world.tokenOf(world.a);
});

afterAll(() => world.close());

const TEXT = { 'content-type': 'text/plain' };
const at = (path: string): string => `${world.url}/v1/files/${path}`;

function put(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Answer<FileView>> {
  return call<FileView>(at(path), { method: 'PUT', token, body, headers: { ...TEXT, ...headers } });
}

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer<unknown>> =>
  call(at(path), { token, headers });

/** Sends a request with an unchanged target: `fetch` would normalize it. */
function raw(target: string, method = 'GET', body = ''): Promise<{ status: number; text: string }> {
  const { port } = new URL(world.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path: target,
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'text/plain', 'content-length': body.length },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

describe('a file', () => {
  it('can be written, read, inspected, overwritten and deleted', async () => {
    const created = await put('shared/docs/hello.txt', 'Hello, world!');
    expect(created.status).toBe(201);
    const checksum = createHash('sha256').update('Hello, world!').digest('hex');
    expect(created.body).toMatchObject({
      key: 'docs/hello.txt',
      tier: 'shared',
      uri: `cpod://${world.a.id}/shared/docs/hello.txt`,
      size: 13,
      contentType: 'text/plain',
      checksum,
      version: 1,
      createdBy: world.a.clientId,
    });
    expect(created.headers.get('location')).toBe('/v1/files/shared/docs/hello.txt');
    expect(created.headers.get('etag')).toBe(created.body.etag);

    const read = await get('shared/docs/hello.txt');
    expect([read.status, read.text]).toEqual([200, 'Hello, world!']);
    expect(read.headers.get('repr-digest')).toBe(`sha-256=:${Buffer.from(checksum, 'hex').toString('base64')}:`);
    expect(read.headers.get('content-length')).toBe('13');

    const head = await call(at('shared/docs/hello.txt'), { method: 'HEAD', token });
    expect([head.status, head.text]).toEqual([200, '']);
    for (const name of ['content-length', 'content-type', 'etag', 'last-modified', 'accept-ranges', 'repr-digest']) {
      expect([name, head.headers.get(name)]).toEqual([name, read.headers.get(name)]);
    }

    const again = await put('shared/docs/hello.txt', 'Hello again');
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({ id: created.body.id, version: 2, createdAt: created.body.createdAt });
    expect((await get('shared/docs/hello.txt')).text).toBe('Hello again');
    expect((await get('shared/docs/hello.txt?version=1')).text).toBe('Hello, world!');

    const removed = await call(at('shared/docs/hello.txt'), { method: 'DELETE', token });
    expect(removed.status).toBe(204);
    expectError(await get('shared/docs/hello.txt'), 404, 'not_found');
    expectError(await call(at('shared/docs/hello.txt'), { method: 'DELETE', token }), 404, 'not_found');
    expect((await get('shared/docs/hello.txt?version=2')).text).toBe('Hello again');
  });

  it('can be empty', async () => {
    const created = await put('shared/empty', '');
    expect(created.body).toMatchObject({ size: 0 });
    const read = await get('shared/empty');
    expect([read.status, read.text, read.headers.get('content-length')]).toEqual([200, '', '0']);
    expectError(await get('shared/empty', { range: 'bytes=0-' }), 416, 'range_not_satisfiable');
  });

  it('is audited, and a write and its record share one transaction', async () => {
    const written = await put('shared/audited.txt', 'x');
    const read = await get('shared/audited.txt');
    const events = await queryAs(
      world.database.adminUrl,
      'SELECT action, resource_id, outcome FROM audit.events WHERE request_id = ANY ($1) ORDER BY ts, id',
      [[written.requestId, read.requestId]],
    );
    expect(events).toEqual([
      { action: 'file.put', resource_id: 'shared/audited.txt', outcome: 'success' },
      { action: 'file.get', resource_id: 'shared/audited.txt', outcome: 'success' },
    ]);
  });

  it('of many megabytes is stored and returned unchanged, even without a declared length', async () => {
    const bytes = randomBytes(9 * 1024 * 1024);
    const created = await put('shared/big', bytes, { 'content-type': 'application/octet-stream' });
    expect(created.body.checksum).toBe(createHash('sha256').update(bytes).digest('hex'));
    const response = await fetch(at('shared/chunked'), {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}` },
      body: new Blob([bytes]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(await response.json()).toMatchObject({ size: bytes.length, checksum: created.body.checksum });
    const back = await fetch(at('shared/chunked'), { headers: { authorization: `Bearer ${token}` } });
    expect(Buffer.from(await back.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('is rejected if its bytes do not match the digest in the request', async () => {
    const wrong = `sha-256=:${createHash('sha256').update('another').digest('base64')}:`;
    expectError(await put('shared/digest', 'text', { 'repr-digest': wrong }), 400, 'invalid_request');
    expectError(await get('shared/digest'), 404, 'not_found');
    const right = `sha-256=:${createHash('sha256').update('text').digest('base64')}:`;
    expect((await put('shared/digest', 'text', { 'content-digest': right })).status).toBe(201);
  });

  it('is not overwritten by a partial or encoded body', async () => {
    await put('shared/kept', 'whole');
    expectError(await put('shared/kept', 'x', { 'content-range': 'bytes 0-0/5' }), 400, 'invalid_request');
    expectError(await put('shared/kept', 'x', { 'content-encoding': 'gzip' }), 415, 'unsupported_media_type');
    expect((await get('shared/kept')).text).toBe('whole');
  });
});

describe('a file name', () => {
  it.each([
    '/v1/files/shared/../secrets',
    '/v1/files/shared/a/../../b',
    '/v1/files/shared/%2e%2e/b',
    '/v1/files/shared/a/%2E%2E/b',
    '/v1/files/shared/.%2e/b',
    '/v1/files/shared/./b',
    '/v1/files/shared/a%2Fb',
    '/v1/files/shared/a%2f..%2f..%2fb',
    '/v1/files/shared/a%5Cb',
    '/v1/files/shared/a\\..\\b',
    '/v1/files/shared//b',
    '/v1/files/shared//etc/passwd',
    '/v1/files/shared/%2Fetc%2Fpasswd',
    '/v1/files/shared/a//b',
    '/v1/files/shared/a/',
    '/v1/files/shared/a%00b',
    '/v1/files/shared/a%0Ab',
    '/v1/files/shared/a%7Fb',
    '/v1/files/shared/%FF',
    '/v1/files/shared/%C0%AE%C0%AE/b',
    '/v1/files/shared/%ED%A0%80',
    '/v1/files/shared/a%',
    '/v1/files/shared/cafe%CC%81',
    '/v1/files/shared/a%E2%80%AEtxt.exe',
    `/v1/files/shared/${'x'.repeat(256)}`,
    `/v1/files/shared/${Array.from({ length: 65 }, () => 'x').join('/')}`,
    `/v1/files/shared/${Array.from({ length: 5 }, () => 'x'.repeat(250)).join('/')}`,
  ])('%s is rejected for reads and writes', async (target) => {
    const before = await world.objects();
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status, text } = await raw(target, method, method === 'PUT' ? 'x' : '');
      expect([method, status, text]).toEqual([method, 400, expect.stringContaining('"invalid_request"')]);
    }
    expect(await world.objects()).toEqual(before);
  });

  it.each(['a b', 'Grüße.txt', '日本/語.txt', '%25', 'a+b&c=d?e#f', '...', '.hidden', 'a..b', '~', '😀'])(
    '%j is valid',
    async (path) => {
      const encoded = path.split('/').map(encodeURIComponent).join('/');
      expect((await put(`shared/names/${encoded}`, path)).body.key).toBe(`names/${path}`);
      expect((await get(`shared/names/${encoded}`)).text).toBe(path);
    },
  );

  it('requires an existing tier', async () => {
    expectError(await put('public/x', 'x'), 404, 'not_found');
    expectError(await put('Shared/x', 'x'), 404, 'not_found');
  });
});

describe('the file spaces of a tenant', () => {
  it('separate the files of each app, user and tenant', async () => {
    const user = (id: string) => world.tokenOf(world.a, { sub: id, user_id: id, roles: ['member'] });
    const callers = {
      app: token,
      ann: await user('usr-01h00000000000000000000001'),
      ben: await user('usr-01h00000000000000000000002'),
      stranger: await world.tokenOf(world.b),
    };
    const write = (tier: string, who: keyof typeof callers) =>
      call(at(`${tier}/mine.txt`), { method: 'PUT', token: callers[who], body: `${who} ${tier}`, headers: TEXT });
    for (const who of ['ann', 'ben'] as const) expect((await write('user', who)).status).toBe(201);
    for (const who of ['app', 'stranger'] as const) expect((await write('private', who)).status).toBe(201);
    expect((await write('shared', 'app')).status).toBe(201);
    const read = async (tier: string, who: keyof typeof callers) =>
      (await call(at(`${tier}/mine.txt`), { token: callers[who] })).text;
    expect(await read('user', 'ann')).toBe('ann user');
    expect(await read('user', 'ben')).toBe('ben user');
    expect(await read('private', 'app')).toBe('app private');
    expect(await read('private', 'stranger')).toBe('stranger private');
    expect(await read('shared', 'ann')).toBe('app shared');
    const foreign = await call(at('shared/mine.txt'), { token: callers.stranger });
    const missing = await call(at('shared/nowhere.txt'), { token: callers.stranger });
    expect(expectError(foreign, 404, 'not_found').error_description).toBe(
      expectError(missing, 404, 'not_found').error_description,
    );
    expectError(await call(at('user/mine.txt'), { token: callers.app }), 403, 'forbidden');
  });

  it('respect roles: a member can delete their own files, but not shared files', async () => {
    const ann = await world.tokenOf(world.a, {
      sub: 'usr-01h00000000000000000000003',
      user_id: 'usr-01h00000000000000000000003',
      roles: ['member'],
    });
    const as = (path: string, method: string) =>
      call(at(path), { method, token: ann, ...(method === 'PUT' ? { body: 'x', headers: TEXT } : {}) });
    expect((await as('user/own.txt', 'PUT')).status).toBe(201);
    expect((await as('user/own.txt', 'DELETE')).status).toBe(204);
    expect((await as('shared/ours.txt', 'PUT')).status).toBe(201);
    expectError(await as('shared/ours.txt', 'DELETE'), 403, 'forbidden');
  });

  it('require the file scopes', async () => {
    const reader = await world.tokenOf(world.a, { scope: 'files.read' });
    const refused = await call(at('shared/x'), { method: 'PUT', token: reader, body: 'x', headers: TEXT });
    expectError(refused, 403, 'forbidden');
    const writer = await world.tokenOf(world.a, { scope: 'files.write' });
    expectError(await call(at('shared/x'), { token: writer }), 403, 'forbidden');
  });
});

describe('a file of a project', () => {
  const ann = 'usr-01h00000000000000000000007';
  const ofTier = { tier: 'shared' };

  it('gives project members the access that their project role grants, and does not give others additional access', async () => {
    const owner = await world.tokenOf(world.a, { scope: 'projects.read projects.write files.read files.write' });
    const project = await call<{ id: string }>(`${world.url}/v1/projects`, {
      token: owner,
      json: { key: 'FILES', name: 'With files' },
    });
    expect(project.status).toBe(201);
    const { id } = project.body;
    await queryAs(
      world.database.adminUrl,
      `INSERT INTO projects.members (tenant_id, project_id, user_id, role, added_by) VALUES ($1, $2, $3, 'member', 'test')`,
      [world.a.id, id, ann],
    );
    const viewer = await world.tokenOf(world.a, { sub: ann, user_id: ann, roles: ['viewer'] });
    const write = (path: string, by: string) =>
      call<FileView>(at(path), { method: 'PUT', token: by, body: 'x', headers: TEXT });
    expectError(await write('shared/of/none', viewer), 403, 'forbidden');
    const made = await write(`shared/of/project?projectId=${id}`, viewer);
    expect([made.status, made.body.projectId]).toEqual([201, id]);
    expect((await write('shared/of/project', viewer)).status).toBe(200);
    // Naming a project does not give access to a file outside it, and does not move any file into it.
    expect((await write('shared/of/none', token)).status).toBe(201);
    expectError(await write(`shared/of/none?projectId=${id}`, viewer), 403, 'forbidden');
    expectError(await write(`shared/of/none?projectId=${id}`, token), 409, 'conflict');
    expectError(await write('shared/of/other?projectId=prj-01h00000000000000000000000', token), 400, 'invalid_request');
    const listed = await call<FilePage>(`${world.url}/v1/files?tier=shared&projectId=${id}`, { token });
    expect(listed.body.items.map(({ key }) => key)).toEqual(['of/project']);
    const copied = await call<FileView>(at('copy'), {
      token,
      json: { source: { ...ofTier, path: 'of/project' }, target: { ...ofTier, path: 'of/copy' } },
    });
    expect(copied.body.projectId).toBeNull();
  });

  it('is not overwritten by an upload that began before the file existed or left its project', async () => {
    const owner = await world.tokenOf(world.a, { scope: 'projects.read projects.write files.read files.write' });
    const json = { key: 'RACES', name: 'With races' };
    const { id } = (await call<{ id: string }>(`${world.url}/v1/projects`, { token: owner, json })).body;
    const eve = 'usr-01h00000000000000000000eve';
    await queryAs(
      world.database.adminUrl,
      `INSERT INTO projects.members (tenant_id, project_id, user_id, role, added_by) VALUES ($1, $2, $3, 'member', 'test')`,
      [world.a.id, id, eve],
    );
    // In the tenant, she can only read.
    const viewer = await world.tokenOf(world.a, { sub: eve, user_id: eve, roles: ['viewer'] });
    const begun = (path: string) =>
      eventually(async () => {
        const sql = 'SELECT FROM files.uploads WHERE tenant_id = $1 AND path = $2';
        expect(await queryAs(world.database.adminUrl, sql, [world.a.id, path])).toHaveLength(1);
      });
    const slow = (target: string): { readonly end: () => Promise<number> } => {
      const headers = { authorization: `Bearer ${viewer}`, 'content-type': 'text/plain' };
      const request = httpRequest(`${world.url}${target}`, { method: 'PUT', headers });
      const answered = new Promise<number>((resolve, reject) => {
        request.on('error', reject);
        request.on('response', (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
      });
      request.write('of a ');
      return {
        end: () => {
          request.end('viewer');
          return answered;
        },
      };
    };

    const upload = slow(`/v1/files/shared/race/free?projectId=${id}`);
    await begun('race/free');
    expect((await put('shared/race/free', 'of the tenant')).status).toBe(201);
    expect(await upload.end()).toBe(403);
    expect((await get('shared/race/free')).text).toBe('of the tenant');

    // She writes with a signed URL, which is bound to her role in the file's project.
    const write = (path: string, by: string) =>
      call<FileView>(at(path), { method: 'PUT', token: by, body: 'x', headers: TEXT });
    expect((await write(`shared/race/signed?projectId=${id}`, viewer)).status).toBe(201);
    const order = { method: 'PUT', ...ofTier, path: 'race/signed' };
    const signed = await call<SignedUrl>(at('signed-urls'), { token: viewer, json: order });
    const url = signed.body.url.replace('http://localhost:8000', world.url);
    const bySignature = () => call(url, { method: 'PUT', body: 'y', headers: TEXT });
    expect((await bySignature()).status).toBe(200);
    expect((await call(at('shared/race/signed'), { method: 'DELETE', token })).status).toBe(204);
    expect((await put('shared/race/signed', 'of the tenant')).status).toBe(201);
    expectError(await bySignature(), 403, 'forbidden');
    expect((await get('shared/race/signed')).text).toBe('of the tenant');

    // A member who is removed while the upload runs.
    const late = slow(`/v1/files/shared/race/late?projectId=${id}`);
    await begun('race/late');
    await queryAs(world.database.adminUrl, 'DELETE FROM projects.members WHERE user_id = $1', [eve]);
    expect(await late.end()).toBe(403);
    expect((await get('shared/race/late')).status).toBe(404);
  });

  it('can be copied, moved, signed and uploaded in parts only by callers who can write it', async () => {
    const owner = await world.tokenOf(world.a, { scope: 'projects.read projects.write files.read files.write' });
    const project = await call<{ id: string }>(`${world.url}/v1/projects`, {
      token: owner,
      json: { key: 'ORDERS', name: 'With orders' },
    });
    const { id: projectId } = project.body;
    const people = { member: 'usr-01h00000000000000000000011', viewer: 'usr-01h00000000000000000000012' };
    for (const [role, userId] of Object.entries(people)) {
      await queryAs(
        world.database.adminUrl,
        `INSERT INTO projects.members (tenant_id, project_id, user_id, role, added_by) VALUES ($1, $2, $3, $4, 'test')`,
        [world.a.id, projectId, userId, role],
      );
    }
    // In the tenant, both users can only read.
    const as = (sub: string) => world.tokenOf(world.a, { sub, user_id: sub, roles: ['viewer'] });
    const [member, viewer] = [await as(people.member), await as(people.viewer)];
    const place = (path: string) => ({ ...ofTier, path });
    const put = (path: string, query: string, by: string) =>
      call(at(`shared/${path}${query}`), { method: 'PUT', token: by, body: 'x', headers: TEXT });
    expect((await put('orders/in', `?projectId=${projectId}`, member)).status).toBe(201);
    expect((await put('orders/out', '', token)).status).toBe(201);
    const send = (order: string, json: object, by: string) => call<FileView>(at(order), { token: by, json });

    const copy = { source: place('orders/out'), target: place('orders/copied') };
    expectError(await send('copy', copy, member), 403, 'forbidden');
    expectError(await send('copy', { ...copy, projectId }, viewer), 403, 'forbidden');
    const copied = await send('copy', { ...copy, projectId }, member);
    expect([copied.status, copied.body.projectId]).toEqual([201, projectId]);
    expectError(
      await send('copy', { source: place('orders/in'), target: place('orders/out') }, member),
      403,
      'forbidden',
    );

    const move = { source: place('orders/copied'), target: place('orders/moved') };
    // A move deletes the original, which administrators can do but members cannot.
    expectError(await send('move', move, member), 403, 'forbidden');
    await queryAs(world.database.adminUrl, `UPDATE projects.members SET role = 'admin' WHERE user_id = $1`, [
      people.member,
    ]);
    expectError(await send('move', { ...move, target: place('orders/out') }, member), 403, 'forbidden');
    const moved = await send('move', move, member);
    expect([moved.status, moved.body.projectId]).toEqual([200, projectId]);

    const sign = (method: string, path: string) => ({ method, ...place(path), expiresInSeconds: 60 });
    expectError(await send('signed-urls', sign('PUT', 'orders/in'), viewer), 403, 'forbidden');
    expect((await send('signed-urls', sign('GET', 'orders/in'), viewer)).status).toBe(201);
    expect((await send('signed-urls', sign('PUT', 'orders/in'), member)).status).toBe(201);
    expectError(await send('signed-urls', sign('PUT', 'orders/out'), member), 403, 'forbidden');

    const tus = (path: string, by: string, into: string | null = projectId) =>
      call(at('uploads'), {
        method: 'POST',
        token: by,
        headers: {
          'tus-resumable': '1.0.0',
          'upload-length': '2',
          'upload-metadata': Object.entries({ ...place(path), ...(into === null ? {} : { projectId: into }) })
            .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
            .join(','),
        },
      });
    expectError(await tus('orders/parts', viewer), 403, 'forbidden');
    expectError(await tus('orders/parts', member, null), 403, 'forbidden');
    const begun = await tus('orders/parts', member);
    expect(begun.status).toBe(201);
    const append = (offset: number, body: string) =>
      call(`${world.url}${begun.headers.get('location') ?? ''}`, {
        method: 'PATCH',
        token: member,
        body,
        headers: {
          'tus-resumable': '1.0.0',
          'upload-offset': String(offset),
          'content-type': 'application/offset+octet-stream',
        },
      });
    expect((await append(0, 'x')).status).toBe(204);
    // A former member cannot complete an upload that began before the removal.
    await queryAs(world.database.adminUrl, 'DELETE FROM projects.members WHERE user_id = $1', [people.member]);
    await world.core.feed.catchUp();
    expectError(await append(1, 'y'), 403, 'forbidden');
    expectError(await call(at('shared/orders/parts'), { token }), 404, 'not_found');
  });
});

describe('ranges (RFC 9110 §14)', () => {
  const DIGITS = '0123456789';
  beforeAll(() => put('shared/digits', DIGITS));

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-', '456789', 'bytes 4-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-30', DIGITS, 'bytes 0-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
    ['bytes=9-9', '9', 'bytes 9-9/10'],
  ])('%s returns a part', async (range, text, contentRange) => {
    const answer = await get('shared/digits', { range });
    expect([answer.status, answer.text, answer.headers.get('content-range')]).toEqual([206, text, contentRange]);
    expect(answer.headers.get('content-length')).toBe(String(text.length));
  });

  it.each(['bytes=0-1,4-5', 'lines=0-1', 'bytes=5-2', 'bytes=', 'bytes=a-b', 'bytes=-'])(
    '%s returns the complete file',
    async (range) => {
      const answer = await get('shared/digits', { range });
      expect([answer.status, answer.text, answer.headers.get('content-range')]).toEqual([200, DIGITS, null]);
    },
  );

  it('are ignored for HEAD', async () => {
    for (const range of ['bytes=0-3', 'bytes=10-']) {
      const head = await call(at('shared/digits'), { method: 'HEAD', token, headers: { range } });
      const { headers } = head;
      expect([head.status, headers.get('content-length'), headers.get('content-range')]).toEqual([200, '10', null]);
    }
  });

  it.each(['bytes=10-', 'bytes=10-20', 'bytes=-0'])('%s cannot be satisfied', async (range) => {
    const answer = await get('shared/digits', { range });
    expectError(answer, 416, 'range_not_satisfiable');
    expect(answer.headers.get('content-range')).toBe('bytes */10');
  });

  it('apply with If-Range only if the file is unchanged', async () => {
    const { headers } = await get('shared/digits');
    const tag = headers.get('etag') ?? '';
    const part = (ifRange: string) => get('shared/digits', { range: 'bytes=0-0', 'if-range': ifRange });
    expect((await part(tag)).status).toBe(206);
    expect((await part(`W/${tag}`)).status).toBe(200);
    expect((await part('"another"')).status).toBe(200);
    expect((await part(new Date(Date.now() - 86_400_000).toUTCString())).status).toBe(200);
  });
});

describe('conditions (RFC 9110 §13)', () => {
  it('let a read return 304 or 412', async () => {
    const { body } = await put('shared/cond', 'x');
    const status = async (headers: Record<string, string>) => (await get('shared/cond', headers)).status;
    const past = new Date(Date.now() - 86_400_000).toUTCString();
    const future = new Date(Date.now() + 86_400_000).toUTCString();
    expect(await status({ 'if-none-match': body.etag })).toBe(304);
    expect(await status({ 'if-none-match': `W/${body.etag}` })).toBe(304);
    expect(await status({ 'if-none-match': '"other"' })).toBe(200);
    expect(await status({ 'if-none-match': '"other"', 'if-modified-since': future })).toBe(200);
    expect(await status({ 'if-modified-since': future })).toBe(304);
    expect(await status({ 'if-modified-since': past })).toBe(200);
    expect(await status({ 'if-modified-since': 'yesterday' })).toBe(200);
    expect(await status({ 'if-match': body.etag })).toBe(200);
    expect(await status({ 'if-match': '"other"' })).toBe(412);
    expect(await status({ 'if-unmodified-since': past })).toBe(412);
    expect(await status({ 'if-match': body.etag, 'if-unmodified-since': past })).toBe(200);
  });

  it('keep a write from overwriting a version that its caller has not seen', async () => {
    const first = await put('shared/guarded', 'one', { 'if-none-match': '*' });
    expect(first.status).toBe(201);
    expectError(await put('shared/guarded', 'two', { 'if-none-match': '*' }), 412, 'precondition_failed');
    const second = await put('shared/guarded', 'two', { 'if-match': first.body.etag });
    expect(second.status).toBe(200);
    expectError(await put('shared/guarded', 'three', { 'if-match': first.body.etag }), 412, 'precondition_failed');
    expectError(await put('shared/none', 'x', { 'if-match': '*' }), 412, 'precondition_failed');
    const remove = (etag: string) =>
      call(at('shared/guarded'), { method: 'DELETE', token, headers: { 'if-match': etag } });
    expectError(await remove(first.body.etag), 412, 'precondition_failed');
    expect((await remove(second.body.etag)).status).toBe(204);
  });

  it('let exactly one of 20 concurrent requests create a file', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => put('shared/race', `writer ${n}`, { 'if-none-match': '*' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 412)]);
    const { text } = await get('shared/race');
    expect(text).toBe(`writer ${answers.findIndex(({ status }) => status === 201)}`);
  });
});

describe('a list of files', () => {
  const PATHS = ['a.txt', 'a/1', 'a/2', 'a/b/3', 'a0', 'b/c/d/e', 'z', 'ä'];
  const list = (query: string) => call<FilePage>(`${world.url}/v1/files?tier=private&${query}`, { token });
  const keys = ({ body }: Answer<FilePage>) => body.items.map(({ key }) => key);

  beforeAll(async () => {
    for (const path of PATHS) await put(`private/list/${path.split('/').map(encodeURIComponent).join('/')}`, path);
    await put('private/lisu', 'x');
    await put('private/list', 'x');
    await put('private/list/gone', 'x');
    await call(at('private/list/gone'), { method: 'DELETE', token });
  });

  it('contains the files with the prefix, in byte order', async () => {
    expect(keys(await list('prefix=list/'))).toEqual([...PATHS].map((path) => `list/${path}`));
    expect(keys(await list('prefix=list/a/'))).toEqual(['list/a/1', 'list/a/2', 'list/a/b/3']);
    expect(keys(await list('prefix=nothing'))).toEqual([]);
  });

  it('groups deeper files under one prefix if the request has a delimiter', async () => {
    const { body } = await list('prefix=list/&delimiter=/');
    expect(body.items.map(({ key }) => key)).toEqual(['list/a.txt', 'list/a0', 'list/z', 'list/ä']);
    expect(body.prefixes).toEqual(['list/a/', 'list/b/']);
    const inner = await list('prefix=list/a/&delimiter=/');
    expect([keys(inner), inner.body.prefixes]).toEqual([['list/a/1', 'list/a/2'], ['list/a/b/']]);
  });

  it.each([1, 2, 3])('comes in pages of %d without gaps or repetitions', async (limit) => {
    for (const delimiter of ['', '&delimiter=/']) {
      const whole = (await list(`prefix=list/${delimiter}`)).body;
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const more: string = cursor === null ? '' : `&cursor=${cursor}`;
        const { body }: Answer<FilePage> = await list(`prefix=list/${delimiter}&limit=${limit}${more}`);
        expect(body.items.length + body.prefixes.length).toBeLessThanOrEqual(limit);
        seen.push(...body.items.map(({ key }) => key), ...body.prefixes);
        cursor = body.nextCursor;
      } while (cursor !== null);
      expect(seen.sort()).toEqual([...whole.items.map(({ key }) => key), ...whole.prefixes].sort());
    }
  });

  it('rejects a cursor from a different list and unknown parameters', async () => {
    const { body } = await list('prefix=list/&limit=1');
    expectError(await list(`prefix=list/a&cursor=${body.nextCursor}`), 400, 'invalid_request');
    for (const query of ['cursor=x', 'limit=0', 'limit=501', 'delimiter=x', 'prefix=/a', 'prefix=a/../b', 'x=1']) {
      expectError(await list(query), 400, 'invalid_request');
    }
    expectError(await call(`${world.url}/v1/files`, { token }), 400, 'invalid_request');
  });
});

describe('a copy', () => {
  const copy = (json: object, headers = {}) => call<FileView>(at('copy'), { token, json, headers });
  const place = (path: string, tier = 'shared') => ({ tier, path });

  it('is a new file with the same bytes, in any tier that the caller can use', async () => {
    const { body: source } = await put('shared/copy/source', 'the bytes');
    const before = await world.objects();
    const copied = await copy({ source: place('copy/source'), target: place('copy/target', 'private') });
    expect(copied.status).toBe(201);
    expect(copied.body).toMatchObject({ key: 'copy/target', tier: 'private', etag: source.etag, version: 1 });
    expect((await get('private/copy/target')).text).toBe('the bytes');
    expect(await world.objects()).toEqual(before);
    await call(at('shared/copy/source?versions=drop'), { method: 'DELETE', token });
    expect((await get('private/copy/target')).text).toBe('the bytes');
  });

  it('restores an earlier version or a deleted file', async () => {
    await put('shared/copy/back', 'first');
    await put('shared/copy/back', 'second');
    await call(at('shared/copy/back'), { method: 'DELETE', token });
    const back = await copy({ source: { ...place('copy/back'), version: 1 }, target: place('copy/back') });
    expect(back.body).toMatchObject({ version: 3, size: 5 });
    expect((await get('shared/copy/back')).text).toBe('first');
  });

  it('is created once per idempotency key', async () => {
    await put('shared/copy/once', 'x');
    const order = { source: place('copy/once'), target: place('copy/once-target') };
    const first = await copy(order, { 'idempotency-key': 'copy-once' });
    const again = await copy(order, { 'idempotency-key': 'copy-once' });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expectError(
      await copy({ ...order, target: place('else') }, { 'idempotency-key': 'copy-once' }),
      422,
      'unprocessable',
    );
  });

  it('honors the conditions of its target, and rejects invalid requests', async () => {
    await put('shared/copy/x', 'x');
    await put('shared/copy/y', 'y');
    const [source, target] = [place('copy/x'), place('copy/y')];
    expectError(await copy({ source, target, ifNoneMatch: '*' }), 412, 'precondition_failed');
    expectError(await copy({ source, target, ifMatch: '"other"' }), 412, 'precondition_failed');
    expectError(await copy({ source: place('copy/nowhere'), target }), 404, 'not_found');
    expectError(await copy({ source, target: place('../x') }), 400, 'invalid_request');
    expectError(await copy({ source, target, owner: 'app-other' }), 400, 'invalid_request');
    expectError(await copy({ source, target: place('x', 'user') }), 403, 'forbidden');
  });

  it('can be a move, which removes the source', async () => {
    await put('shared/move/from', 'moved');
    const move = (json: object) => call<FileView>(at('move'), { token, json });
    const moved = await move({ source: place('move/from'), target: place('move/to') });
    expect([moved.status, moved.body.key]).toEqual([200, 'move/to']);
    expectError(await get('shared/move/from'), 404, 'not_found');
    expect((await get('shared/move/to')).text).toBe('moved');
    expectError(await move({ source: place('move/to'), target: place('move/to') }), 400, 'invalid_request');
    // Two concurrent moves in opposite directions do not deadlock.
    await put('shared/move/one', '1');
    await put('shared/move/two', '2');
    const [one, two] = [place('move/one'), place('move/two')];
    const both = await Promise.all([move({ source: one, target: two }), move({ source: two, target: one })]);
    for (const { status } of both) expect([200, 404]).toContain(status);
  });
});

describe('versions', () => {
  it('are listed, newest first, in pages', async () => {
    for (const text of ['1', '2', '3']) await put('shared/versions', text);
    const list = (query = '') =>
      call<{ items: FileVersion[]; nextCursor: string | null }>(
        `${world.url}/v1/files/versions?tier=shared&path=versions${query}`,
        { token },
      );
    const { body } = await list();
    expect(body.items.map(({ version, isCurrent }) => [version, isCurrent])).toEqual([
      [3, true],
      [2, false],
      [1, false],
    ]);
    expect(body.items.map(({ expiresAt }) => expiresAt === null)).toEqual([true, false, false]);
    const first = await list('&limit=2');
    const second = await list(`&limit=2&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items]).toEqual(body.items);
    expectError(await call(`${world.url}/v1/files/versions?tier=shared&path=none`, { token }), 404, 'not_found');
  });
});

describe('a download in a browser', () => {
  const PNG = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );

  it.each<[string, string, string, string, string]>([
    ['page.html', '<html><script>alert(1)</script>', 'text/html', 'text/html', 'attachment'],
    ['image.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml', 'image/svg+xml', 'attachment'],
    ['data.xml', '<?xml version="1.0"?><a/>', 'application/xml', 'application/xml', 'attachment'],
    ['code.js', 'alert(1)', 'text/javascript', 'text/javascript', 'attachment'],
    ['doc.pdf', '%PDF-1.7\n1 0 obj', 'image/png', 'application/pdf', 'attachment'],
    ['fake.png', '<html><script>alert(1)</script>', 'image/png', 'application/octet-stream', 'attachment'],
    ['note.txt', 'a note', 'text/plain; charset=utf-8', 'text/plain; charset=utf-8', 'inline'],
  ])('%s has a safe content type and disposition', async (name, body, declared, type, disposition) => {
    const written = await put(`shared/shown/${name}`, body, { 'content-type': declared });
    expect(written.body.contentType).toBe(type);
    const answer = await get(`shared/shown/${name}`);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('content-disposition')).toBe(`${disposition}; filename="${name}"`);
    expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('has the type that its bytes indicate', async () => {
    const written = await put('shared/shown/pixel', new Uint8Array(PNG), { 'content-type': 'text/plain' });
    expect(written.body.contentType).toBe('image/png');
    const named = await get(`shared/shown/pixel?download=${encodeURIComponent('Größe "1".png')}`);
    expect(named.headers.get('content-disposition')).toBe(
      `attachment; filename="Gr__e _1_.png"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.png`,
    );
  });
});

describe('the private tier', () => {
  const [ann, bob] = ['usr-01h00000000000000000000ann', 'usr-01h00000000000000000000bob'];
  const user = (id: string, more: object = {}) =>
    world.tokenOf(world.a, { sub: id, user_id: id, roles: ['member'], ...more });
  const agent = (id: string) =>
    user(id, { sub: `agent:a@user:${id}@tenant:${world.a.id}`, principal_type: 'agent', act: { sub: 'agent:a' } });
  const write = (by: string, path: string, body: string) =>
    call<FileView>(at(`private/${path}`), { method: 'PUT', token: by, body, headers: TEXT });
  const read = async (by: string, path: string): Promise<string | number> => {
    const answer = await call(at(`private/${path}`), { token: by });
    return answer.status === 200 ? answer.text : answer.status;
  };

  it('keeps the files of an app and of each of its users separate', async () => {
    const [a, b, helper] = [await user(ann), await user(bob), await agent(ann)];
    expect((await write(token, 'config', 'of the app')).status).toBe(201);
    expect([await read(a, 'config'), await read(helper, 'config')]).toEqual([404, 404]);
    expect((await write(a, 'config', 'of Ann')).status).toBe(201);
    expect((await write(b, 'config', 'of Bob')).status).toBe(201);
    const seen = [token, a, helper, b].map((by) => read(by, 'config'));
    expect(await Promise.all(seen)).toEqual(['of the app', 'of Ann', 'of Ann', 'of Bob']);
    const only = { method: 'DELETE', token: b };
    expect((await call(at('private/config'), only)).status).toBe(204);
    expect((await call(at('private/config'), only)).status).toBe(404);
    expect([await read(token, 'config'), await read(a, 'config')]).toEqual(['of the app', 'of Ann']);
    const listed = await call<FilePage>(`${world.url}/v1/files?tier=private&prefix=config`, { token: b });
    expect(listed.body.items).toEqual([]);
  });

  it('belongs to the signer when a signed URL is used, even if an agent signed it', async () => {
    await write(token, 'signed', 'of the app');
    for (const by of [await user(ann), await agent(bob)]) {
      const json = { method: 'PUT', tier: 'private', path: 'signed' };
      const { body } = await call<SignedUrl>(at('signed-urls'), { token: by, json });
      const put = await call(body.url.replace('http://localhost:8000', world.url), {
        method: 'PUT',
        body: 'of the signer',
        headers: TEXT,
      });
      expect(put.status).toBe(201);
      expect(await read(by, 'signed')).toBe('of the signer');
    }
    expect(await read(token, 'signed')).toBe('of the app');
  });

  it('of a user is deleted with the user', async () => {
    await write(await user(bob), 'last', 'of Bob');
    const files = new UserFilesRepository(world.core.context.get(Database));
    const before = await files.count(world.a.id, bob);
    expect(before).toBeGreaterThan(0);
    await files.retire(world.a.id, bob);
    expect(await files.count(world.a.id, bob)).toBe(0);
    expect(await read(await user(bob), 'last')).toBe(404);
    expect(await read(token, 'config')).toBe('of the app');
  });
});
