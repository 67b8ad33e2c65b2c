import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { type ClientRequest, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { Upload } from 'tus-js-client';
import type { AppWithSecret } from '../../../src/modules/apps/contract/apps.types';
import type { FileView } from '../../../src/modules/files/contract/files.types';
import { eventually } from '../../support/eventually';
import type { Installation } from '../../support/installation';

const MIB = 1024 * 1024;
const SCOPES = ['files.read', 'files.write'];

let installation: Installation;
let app: AppWithSecret;
let token: string;

async function beginIn(borrowed: Installation): Promise<void> {
  installation = borrowed;
  const admin = await installation.adminToken();
  app = await installation.register(admin, { declared_scopes: SCOPES, default_scopes: SCOPES });
  token = await installation.token(app.client_id, app.client_secret);
}

const get = (path: string) => installation.backend(`/v1/files/shared/${path}`, { token });

async function put(path: string, body: string): Promise<FileView> {
  const answer = await installation.backend<FileView>(`/v1/files/shared/${path}`, { method: 'PUT', token, body });
  expect([200, 201]).toContain(answer.status);
  return answer.body;
}

/** Starts a PUT or PATCH that sends part of its body and then stalls. */
function begin(method: string, path: string, headers: Record<string, string>, sent: Buffer): ClientRequest {
  const { hostname, port } = new URL(installation.backendUrl);
  const request = httpRequest({
    host: hostname,
    port,
    path,
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream', ...headers },
  });
  request.on('error', () => undefined);
  request.write(sent);
  return request;
}

/** Returns the names of the files on disk, including unfinished ones. */
async function onDisk(): Promise<string[]> {
  const found = await readdir(join(installation.dataDir, 'files'), { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** Asserts that every object belongs to a file, and every file has its objects. */
async function expectNoOrphan(): Promise<void> {
  await eventually(async () => {
    const rows = await installation.query<{ id: string; content_id: string | null }>(
      'SELECT id, content_id FROM files.objects ORDER BY id',
    );
    expect(rows.filter(({ content_id }) => content_id === null)).toEqual([]);
    expect((await onDisk()).sort()).toEqual(rows.map(({ id }) => id));
    const usage = await installation.query('SELECT reserved_bytes::int, uploads FROM files.usage');
    expect(usage).toEqual([{ reserved_bytes: 0, uploads: 0 }]);
  });
}

/** @param borrow returns the installation, once it is running. */
export const filesStory = (borrow: () => Installation): void =>
  describe('files', () => {
    beforeAll(() => beginIn(borrow()));

    it('are written and read through the complete pipeline', async () => {
      const written = await put('hello.txt', 'Hello');
      expect(written.checksum).toBe(createHash('sha256').update('Hello').digest('hex'));
      expect((await get('hello.txt')).text).toBe('Hello');
      const signed = await installation.backend<{ url: string }>('/v1/files/signed-urls', {
        token,
        json: { method: 'GET', tier: 'shared', path: 'hello.txt' },
      });
      expect(signed.status).toBe(201);
      const { pathname, search } = new URL(signed.body.url);
      expect((await installation.backend(pathname + search)).text).toBe('Hello');
      const bytes = randomBytes(3 * MIB);
      await new Promise<void>((resolve, reject) => {
        new Upload(bytes, {
          endpoint: `${installation.backendUrl}/v1/files/uploads`,
          headers: { Authorization: `Bearer ${token}` },
          metadata: { tier: 'shared', path: 'resumable' },
          chunkSize: MIB,
          onSuccess: () => {
            resolve();
          },
          onError: reject,
        }).start();
      });
      const back = await installation.backend<FileView>('/v1/files?tier=shared&prefix=resumable', { token });
      expect(back.text).toContain(createHash('sha256').update(bytes).digest('hex'));
    });

    it('are unchanged after kill -9 during an upload, which leaves no partial data', async () => {
      await put('precious', 'the old one');
      const objects = (await onDisk()).length;
      const uploads = Array.from({ length: 5 }, (_, n) =>
        begin(
          'PUT',
          `/v1/files/shared/${n === 0 ? 'precious' : `new-${n}`}`,
          { 'content-length': String(8 * MIB) },
          randomBytes(3 * MIB),
        ),
      );
      await eventually(async () => {
        expect(await onDisk()).toHaveLength(objects + uploads.length);
        const parts = (await onDisk()).filter((name) => name.endsWith('.part'));
        expect(parts).toHaveLength(uploads.length);
      });
      await installation.process('backend').kill();
      for (const upload of uploads) upload.destroy();
      await installation.launch();
      token = await installation.token(app.client_id, app.client_secret);
      expect((await get('precious')).text).toBe('the old one');
      expect((await get('new-1')).status).toBe(404);
      // No process renews their leases. They expire later, and the test does not wait for that.
      await installation.query('UPDATE files.uploads SET expires_at = now() WHERE metadata IS NULL');
      await expectNoOrphan();
      expect((await get('precious')).text).toBe('the old one');
      await put('precious', 'a new one');
      expect((await get('precious')).text).toBe('a new one');
    });

    it('resume a tus upload after kill -9 from the last acknowledged byte', async () => {
      const bytes = randomBytes(4 * MIB);
      const tus = { 'tus-resumable': '1.0.0' };
      const b64 = (text: string): string => Buffer.from(text).toString('base64');
      const created = await installation.backend('/v1/files/uploads', {
        method: 'POST',
        token,
        headers: {
          ...tus,
          'upload-length': String(bytes.length),
          'upload-metadata': `tier ${b64('shared')},path ${b64('survivor')}`,
        },
      });
      const url = created.headers.get('location') ?? '';
      const headers = { ...tus, 'content-type': 'application/offset+octet-stream' };
      const first = await installation.backend(url, {
        method: 'PATCH',
        token,
        headers: { ...headers, 'upload-offset': '0' },
        body: new Uint8Array(bytes.subarray(0, MIB)),
      });
      expect(first.status).toBe(204);
      const hanging = begin(
        'PATCH',
        url,
        { ...headers, 'upload-offset': String(MIB), 'content-length': String(3 * MIB) },
        bytes.subarray(MIB, 2 * MIB),
      );
      await eventually(async () => {
        expect((await onDisk()).filter((name) => name.endsWith('.part'))).toHaveLength(1);
      });
      await installation.process('backend').kill();
      hanging.destroy();
      await installation.launch();
      token = await installation.token(app.client_id, app.client_secret);
      const asked = await installation.backend(url, { method: 'HEAD', token, headers: tus });
      expect(asked.headers.get('upload-offset')).toBe(String(MIB));
      const rest = await installation.backend(url, {
        method: 'PATCH',
        token,
        headers: { ...headers, 'upload-offset': String(MIB) },
        body: new Uint8Array(bytes.subarray(MIB)),
      });
      expect(rest.status).toBe(204);
      const read = await fetch(`${installation.backendUrl}/v1/files/shared/survivor`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true);
      await expectNoOrphan();
    });
  });
