import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { DetailedError, Upload, type UploadOptions } from 'tus-js-client';
import { eventually } from '../../../test/support/eventually';
import { type FilesWorld, openFilesWorld } from '../../../test/support/files-world';
import { type Answer, call, type ErrorMembers, expectError } from '../../../test/support/http-client';
import { queryAs } from '../../../test/support/test-database';

const MIB = 1024 * 1024;

let world: FilesWorld;
let token: string;

beforeAll(async () => {
  world = await openFilesWorld({ FILES_SWEEP_SECONDS: '1' });
  token = await world.tokenOf(world.a);
});

afterAll(() => world.close());

const endpoint = (): string => `${world.url}/v1/files/uploads`;
const b64 = (text: string): string => Buffer.from(text).toString('base64');
const metadataOf = (path: string, tier = 'shared'): string => `tier ${b64(tier)},path ${b64(path)}`;

/** Uploads a file like a generic client of the protocol. */
function upload(source: Buffer | Readable, path: string, options: Partial<UploadOptions> = {}): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const client = new Upload(source, {
      endpoint: endpoint(),
      headers: { Authorization: `Bearer ${token}` },
      metadata: { tier: 'shared', path, filetype: 'application/octet-stream' },
      retryDelays: null,
      onSuccess: () => {
        resolve(client);
      },
      onError: reject,
      ...options,
    });
    client.start();
  });
}

interface Tus {
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly by?: string;
}

/** Sends a hand-written request of the protocol. */
function tus<T = ErrorMembers>(
  method: string,
  url: string,
  { headers = {}, body, by = token }: Tus = {},
): Promise<Answer<T>> {
  return call<T>(url.startsWith('/') ? world.url + url : url, {
    method,
    token: by,
    headers: { 'tus-resumable': '1.0.0', ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

async function create(path: string, length: number | null, headers: Record<string, string> = {}): Promise<string> {
  const size: Record<string, string> =
    length === null ? { 'upload-defer-length': '1' } : { 'upload-length': String(length) };
  const answer = await tus('POST', endpoint(), {
    headers: { 'upload-metadata': metadataOf(path), ...size, ...headers },
  });
  expect([answer.status, answer.text]).toEqual([201, '']);
  expect(answer.headers.get('location')).toMatch(/^\/v1\/files\/uploads\/upl-[0-9a-z]{26}$/);
  return answer.headers.get('location') ?? '';
}

const patch = (url: string, offset: number, body: string, headers: Record<string, string> = {}) =>
  tus('PATCH', url, {
    headers: { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream', ...headers },
    body,
  });

const offsetOf = async (url: string): Promise<string | null> => (await tus('HEAD', url)).headers.get('upload-offset');
const read = (path: string) => call(`${world.url}/v1/files/shared/${path}`, { token });

async function expectFile(path: string, bytes: Buffer): Promise<void> {
  const response = await fetch(`${world.url}/v1/files/shared/${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(200);
  const got = Buffer.from(await response.arrayBuffer());
  expect(got.length).toBe(bytes.length);
  expect(got.equals(bytes)).toBe(true);
  const digest = createHash('sha256').update(bytes).digest('base64');
  expect(response.headers.get('repr-digest')).toBe(`sha-256=:${digest}:`);
}

it('rejects the concatenation extension, which is not supported', async () => {
  const headers = { 'upload-metadata': metadataOf('tus/parts'), 'upload-concat': 'final;/v1/files/uploads/x' };
  expectError(await tus('POST', endpoint(), { headers }), 400, 'invalid_request');
});

describe('tus-js-client', () => {
  it('uploads a file in one piece or in many pieces', async () => {
    const bytes = randomBytes(5 * MIB + 3);
    await upload(bytes, 'tus/one');
    await expectFile('tus/one', bytes);
    await upload(bytes, 'tus/many', { chunkSize: 700_001 });
    await expectFile('tus/many', bytes);
    const middle = await fetch(`${world.url}/v1/files/shared/tus/many`, {
      headers: { authorization: `Bearer ${token}`, range: 'bytes=700000-2100010' },
    });
    expect(middle.status).toBe(206);
    expect(Buffer.from(await middle.arrayBuffer()).equals(bytes.subarray(700_000, 2_100_011))).toBe(true);
  });

  it('can send the first bytes in the creation request, and can upload without knowing the length', async () => {
    const bytes = randomBytes(MIB);
    await upload(bytes, 'tus/with', { uploadDataDuringCreation: true, chunkSize: 300_000 });
    await expectFile('tus/with', bytes);
    await upload(
      Readable.from([bytes.subarray(0, 400_000), bytes.subarray(400_000)], { objectMode: false }),
      'tus/defer',
      {
        uploadLengthDeferred: true,
        chunkSize: 300_000,
      },
    );
    await expectFile('tus/defer', bytes);
  });

  it('uploads an empty file', async () => {
    await upload(Buffer.alloc(0), 'tus/nothing');
    await expectFile('tus/nothing', Buffer.alloc(0));
  });

  it('resumes where it was interrupted', async () => {
    const bytes = randomBytes(3 * MIB);
    let url: string | null = null;
    await new Promise<void>((resolve, reject) => {
      const client = new Upload(bytes, {
        endpoint: endpoint(),
        headers: { Authorization: `Bearer ${token}` },
        metadata: { tier: 'shared', path: 'tus/resumed' },
        chunkSize: 1_000_000,
        retryDelays: null,
        onError: reject,
        onChunkComplete: () => {
          url = client.url;
          client.abort().then(resolve, reject);
        },
      });
      client.start();
    });
    expectError(await read('tus/resumed'), 404, 'not_found');
    expect(Number(await offsetOf(url ?? ''))).toBeGreaterThanOrEqual(1_000_000);
    await upload(bytes, 'tus/resumed', { uploadUrl: url });
    await expectFile('tus/resumed', bytes);
  });

  it('receives an error message from the server', async () => {
    const refusal = await upload(Buffer.from('x'), '../x').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DetailedError);
    const { originalResponse } = refusal as DetailedError;
    expect(originalResponse?.getStatus()).toBe(400);
    expect(JSON.parse(originalResponse?.getBody() ?? '')).toMatchObject({ error: 'invalid_request', status: 400 });
  });

  it('terminates an upload', async () => {
    const url = await create('tus/given-up', 10);
    await patch(url, 0, '01234');
    await Upload.terminate(world.url + url, { headers: { Authorization: `Bearer ${token}` } });
    expectError(await tus('DELETE', url), 404, 'not_found');
    expect((await tus('HEAD', url)).status).toBe(404);
    await eventually(async () => {
      const rows = await queryAs(world.database.adminUrl, 'SELECT id FROM files.objects WHERE content_id IS NULL');
      expect(rows).toEqual([]);
    });
  });
});

describe('the protocol', () => {
  it('announces its version, extensions and maximum size', async () => {
    const answer = await call(endpoint(), { method: 'OPTIONS' });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('tus-version')).toBe('1.0.0');
    expect(answer.headers.get('tus-extension')?.split(',').sort()).toEqual([
      'creation',
      'creation-defer-length',
      'creation-with-upload',
      'expiration',
      'termination',
    ]);
    expect(Number(answer.headers.get('tus-max-size'))).toBeGreaterThan(0);
  });

  it('keeps the bytes that were received before a request was interrupted', async () => {
    const url = await create('proto/broken', 10);
    const { port } = new URL(world.url);
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      path: url,
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${token}`,
        'tus-resumable': '1.0.0',
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
        'content-length': '10',
      },
    });
    request.on('error', () => undefined);
    request.write('01234');
    await once(request, 'socket');
    // The object exists once the upload is accepted.
    await eventually(async () => {
      const objects = await queryAs(world.database.adminUrl, 'SELECT FROM files.objects WHERE upload_id = $1', [
        url.slice(url.lastIndexOf('/') + 1),
      ]);
      expect(objects).toHaveLength(1);
    });
    request.destroy();
    await eventually(async () => {
      expect(await offsetOf(url)).toBe('5');
    });
    expect((await patch(url, 5, '56789')).status).toBe(204);
    expect((await read('proto/broken')).text).toBe('0123456789');
  });

  it('names the file in the last response, and still shows that the upload is complete', async () => {
    const url = await create('proto/told', 4);
    const last = await patch(url, 0, 'told');
    expect(last.status).toBe(204);
    expect(last.headers.get('content-location')).toBe('/v1/files/shared/proto/told');
    expect(last.headers.get('etag')).toBe((await read('proto/told')).headers.get('etag'));
    const head = await tus('HEAD', url);
    expect([head.status, head.headers.get('upload-offset'), head.headers.get('upload-length')]).toEqual([
      200,
      '4',
      '4',
    ]);
    expect((await patch(url, 4, '')).status).toBe(204);
    expect((await read('proto/told')).headers.get('x-file-version')).toBe('1');
  });

  it.each<[string, (url: string) => Promise<Answer<unknown>>, number, string]>([
    ['a different offset', (url) => patch(url, 3, 'x'), 409, 'conflict'],
    ['more bytes than announced', (url) => patch(url, 0, 'x'.repeat(11)), 413, 'payload_too_large'],
    ['a different type', (url) => patch(url, 0, 'x', { 'content-type': 'text/plain' }), 415, 'unsupported_media_type'],
    ['no version', (url) => patch(url, 0, 'x', { 'tus-resumable': '' }), 412, 'precondition_failed'],
    ['a different version', (url) => patch(url, 0, 'x', { 'tus-resumable': '0.2.2' }), 412, 'precondition_failed'],
    ['no offset', (url) => patch(url, 0, 'x', { 'upload-offset': 'x' }), 400, 'invalid_request'],
    ['a length that is already set', (url) => patch(url, 0, 'x', { 'upload-length': '20' }), 400, 'invalid_request'],
    ['an invalid id', () => patch('/v1/files/uploads/..%2f..%2fx', 0, 'x'), 404, 'not_found'],
    [
      'an upload that does not exist',
      () => patch('/v1/files/uploads/upl-01h00000000000000000000000', 0, 'x'),
      404,
      'not_found',
    ],
  ])('rejects %s and does not change anything', async (_name, act, status, code) => {
    const url = await create('proto/refused', 10);
    expectError(await act(url), status, code);
    expect(await offsetOf(url)).toBe('0');
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['no metadata', { 'upload-length': '1' }, 400, 'invalid_request'],
    ['no path', { 'upload-length': '1', 'upload-metadata': `tier ${b64('shared')}` }, 400, 'invalid_request'],
    ['a different tier', { 'upload-length': '1', 'upload-metadata': metadataOf('x', 'root') }, 400, 'invalid_request'],
    [
      'a path that leaves the folder',
      { 'upload-length': '1', 'upload-metadata': metadataOf('a/../../b') },
      400,
      'invalid_request',
    ],
    ['the tier of a user', { 'upload-length': '1', 'upload-metadata': metadataOf('x', 'user') }, 403, 'forbidden'],
    ['no length', { 'upload-metadata': metadataOf('x') }, 400, 'invalid_request'],
    ['a negative length', { 'upload-length': '-1', 'upload-metadata': metadataOf('x') }, 400, 'invalid_request'],
    [
      'a length that is too large',
      { 'upload-length': '9007199254740991', 'upload-metadata': metadataOf('x') },
      413,
      'payload_too_large',
    ],
    [
      'more than the plan allows',
      { 'upload-length': '2000000000', 'upload-metadata': metadataOf('x') },
      413,
      'payload_too_large',
    ],
  ])('does not create an upload with %s', async (_name, headers, status, code) => {
    expectError(await tus('POST', endpoint(), { headers }), status, code);
  });

  it('shows an upload only to its caller', async () => {
    const url = await create('proto/mine', 4);
    const others = [
      await world.tokenOf(world.b),
      await world.tokenOf(world.a, {
        sub: 'usr-01h00000000000000000000009',
        user_id: 'usr-01h00000000000000000000009',
        roles: ['admin'],
      }),
    ];
    for (const by of others) {
      expect((await tus('HEAD', url, { by })).status).toBe(404);
      expectError(await tus('DELETE', url, { by }), 404, 'not_found');
    }
    expect(await offsetOf(url)).toBe('0');
    expectError(await call(endpoint(), { method: 'POST', headers: { 'tus-resumable': '1.0.0' } }), 401, 'unauthorized');
  });

  it('reports its version to a client that uses a different version', async () => {
    const answer = await tus('POST', endpoint(), { headers: { 'tus-resumable': '2.0.0' } });
    expectError(answer, 412, 'precondition_failed');
    expect([answer.headers.get('tus-version'), answer.headers.get('tus-resumable')]).toEqual(['1.0.0', '1.0.0']);
  });

  it('accepts a different method in X-HTTP-Method-Override', async () => {
    const url = await create('proto/override', 3);
    const as = (method: string, headers: Record<string, string> = {}, body?: string): Promise<Answer<ErrorMembers>> =>
      tus('POST', url, {
        headers: { 'x-http-method-override': method, ...headers },
        ...(body === undefined ? {} : { body }),
      });
    const bytes = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
    expect((await as('PATCH', bytes, 'ab')).status).toBe(204);
    expect(await offsetOf(url)).toBe('2');
    expect((await as('HEAD')).status).toBe(405);
    expect((await as('DELETE')).status).toBe(204);
    expect((await tus('HEAD', url)).status).toBe(404);
    // The override works only for an upload, and only for its methods.
    const other = await create('proto/kept', 3);
    expect((await tus('GET', other, { headers: { 'x-http-method-override': 'DELETE' } })).status).not.toBe(204);
    expect(await offsetOf(other)).toBe('0');
  });

  it('checks a condition at the end, and frees the space if the condition fails', async () => {
    const url = await create('proto/cond', 3, { 'if-none-match': '*' });
    await upload(Buffer.from('first'), 'proto/cond');
    expectError(await patch(url, 0, 'new'), 412, 'precondition_failed');
    expect((await read('proto/cond')).text).toBe('first');
    expect((await tus('HEAD', url)).status).toBe(404);
  });

  it('lets one of ten concurrent writers at the same offset succeed', async () => {
    const url = await create('proto/race', 20);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => patch(url, 0, `writer ${n} `)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array.from({ length: 9 }, () => 409)]);
    expect(await offsetOf(url)).toBe('9');
  });

  it('completes an upload whose process died after the last byte', async () => {
    const url = await create('proto/lost', 4);
    const id = url.slice(url.lastIndexOf('/') + 1);
    await patch(url, 0, 'los');
    // Simulates a crash right after the last byte was counted.
    await queryAs(world.database.adminUrl, 'UPDATE files.uploads SET size_bytes = 3 WHERE id = $1', [id]);
    expect(await offsetOf(url)).toBe('3');
    expect((await read('proto/lost')).text).toBe('los');
  });

  it('expires an upload and frees its reserved space', async () => {
    const url = await create('proto/expired', 1_000);
    const id = url.slice(url.lastIndexOf('/') + 1);
    await patch(url, 0, 'some of it');
    const expires = (await patch(url, 10, 'more')).headers.get('upload-expires');
    expect(Date.parse(expires ?? '')).toBeGreaterThan(Date.now());
    await queryAs(world.database.adminUrl, `UPDATE files.uploads SET expires_at = now() WHERE id = $1`, [id]);
    await eventually(async () => {
      expect((await tus('HEAD', url)).status).toBe(404);
    });
  });
});
