import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { newId, newUlid } from '../../../kernel/ids/ids';
import { DiskStorage } from './disk.storage';
import type { ObjectKey, ObjectStorage } from './object-storage';
import { openStorage } from './open-storage';
import { S3Storage } from './s3.storage';

const MIB = 1024 * 1024;

interface Opened {
  readonly storage: ObjectStorage;
  readonly close: () => Promise<void>;
}

const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coresdk-objects-'));
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function openDisk(): Promise<Opened> {
  const folder = await newFolder();
  return { storage: new DiskStorage(folder), close: () => Promise.resolve() };
}

/** Opens object storage on an S3 server that runs in this process; the client is the AWS SDK. */
async function openS3(): Promise<Opened> {
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: await newFolder(),
    configureBuckets: [{ name: 'files', configs: [] }],
  });
  const address = await server.run();
  const storage = new S3Storage({
    bucket: 'files',
    prefix: 'some/prefix/',
    endpoint: `http://127.0.0.1:${address.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
  });
  return { storage, close: () => server.close() };
}

const newKey = (tenantId = newId('tnt')): ObjectKey => ({ tenantId, id: newUlid() });

const PATTERN = Buffer.from(Uint8Array.from({ length: 21 * MIB }, (_, at) => at % 251));

/** Yields the given number of bytes, whose values depend on their position, in chunks of an odd size. */
async function* counting(size: number, piece = 65_521): AsyncIterable<Buffer> {
  for (let at = 0; at < size; at += piece) yield PATTERN.subarray(at, Math.min(at + piece, size));
}

async function collected(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function idsIn(storage: ObjectStorage, tenantId: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of storage.list(tenantId)) ids.push(id);
  return ids.sort();
}

describe.each([
  ['a folder', openDisk],
  ['S3', openS3],
])('%s', (_name, open) => {
  let opened: Opened;
  let storage: ObjectStorage;

  beforeAll(async () => {
    opened = await open();
    storage = opened.storage;
  });

  afterAll(() => opened.close());

  it.each([0, 1, 65_536, 3 * MIB, 8 * MIB, 8 * MIB + 1, 20 * MIB + 7])('stores an object of %d bytes', async (size) => {
    const key = newKey();
    expect(await storage.put(key, counting(size))).toBe(size);
    expect(await storage.stat(key)).toMatchObject({ ...key, sizeBytes: size });
    if (size === 0) return;
    const whole = await collected(counting(size));
    expect((await collected(await storage.get(key, { start: 0, end: size - 1 }))).equals(whole)).toBe(true);
    const [start, end] = [Math.floor(size / 3), Math.floor((2 * size) / 3)];
    const part = await collected(await storage.get(key, { start, end }));
    expect(part.equals(whole.subarray(start, end + 1))).toBe(true);
  });

  it('does not store any part of an object whose bytes end in an error', async () => {
    for (const size of [1, 17 * MIB]) {
      const key = newKey();
      const broken = (async function* () {
        yield* counting(size);
        throw new Error('The client went away.');
      })();
      await expect(storage.put(key, broken)).rejects.toThrow('The client went away.');
      expect(await storage.stat(key)).toBeNull();
      expect(await idsIn(storage, key.tenantId)).toEqual([]);
    }
  });

  it('deletes an object, and accepts deleting an object that does not exist', async () => {
    const key = newKey();
    await storage.put(key, counting(10));
    await storage.delete(key);
    expect(await storage.stat(key)).toBeNull();
    await storage.delete(key);
    await expect(storage.get(key, { start: 0, end: 1 })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('lists the objects of one tenant', async () => {
    const [one, other] = [newKey(), newKey()];
    const second = newKey(one.tenantId);
    for (const key of [one, other, second]) await storage.put(key, counting(3));
    expect(await idsIn(storage, one.tenantId)).toEqual([one.id, second.id].sort());
    expect(await idsIn(storage, newId('tnt'))).toEqual([]);
  });

  it('refuses invalid keys', async () => {
    const good = newKey();
    const bad: ObjectKey[] = [
      { ...good, id: '../../etc/passwd' },
      { ...good, id: `${good.id}/x` },
      { ...good, id: '' },
      { ...good, tenantId: '..' },
      { ...good, tenantId: `${good.tenantId}/..` },
    ];
    for (const key of bad) {
      await expect(storage.put(key, counting(1))).rejects.toThrow('Not the key of an object');
      await expect(storage.get(key, { start: 0, end: 0 })).rejects.toThrow('Not the key of an object');
      await expect(storage.delete(key)).rejects.toThrow('Not the key of an object');
      await expect(storage.stat(key)).rejects.toThrow('Not the key of an object');
    }
    await expect(idsIn(storage, '../x')).rejects.toThrow('Not the id of a tenant');
  });
});

describe('a folder', () => {
  it('shows an unfinished object in its list, and deletes it', async () => {
    const folder = await newFolder();
    const storage = new DiskStorage(folder);
    const key = newKey();
    // The state that a killed process leaves behind.
    const shard = join(folder, key.tenantId, key.id.slice(-2));
    await mkdir(shard, { recursive: true });
    await writeFile(join(shard, `${key.id}.part`), 'half of it');
    expect(await storage.stat(key)).toBeNull();
    expect(await idsIn(storage, key.tenantId)).toEqual([key.id]);
    await storage.delete(key);
    expect(await readdir(shard)).toEqual([]);
  });

  it('refuses a second write of an object while the first one continues', async () => {
    const storage = new DiskStorage(await newFolder());
    const key = newKey();
    const slow = storage.put(
      key,
      (async function* () {
        yield Buffer.from('first');
        await expect(storage.put(key, counting(1))).rejects.toMatchObject({ code: 'unavailable' });
      })(),
    );
    expect(await slow).toBe('first'.length);
    expect(await storage.stat(key)).toMatchObject({ sizeBytes: 'first'.length });
  });

  it('is the folder that FILES_URL names, or the "files" folder in DATA_DIR', async () => {
    const folder = await newFolder();
    const key = newKey();
    await (await openStorage(null, folder)).put(key, counting(1));
    expect(existsSync(join(folder, 'files', key.tenantId))).toBe(true);
    await (await openStorage(`file://${folder}/elsewhere`, '/nonexistent')).put(key, counting(1));
    expect(existsSync(join(folder, 'elsewhere', key.tenantId))).toBe(true);
  });
});

describe('an unavailable S3 storage', () => {
  it('is reported as an outage', async () => {
    const { createServer } = await import('node:http');
    const server: Server = createServer((_request, response) => {
      response.statusCode = 503;
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const storage = new S3Storage({
      bucket: 'files',
      prefix: '',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    });
    const key = newKey();
    await expect(storage.put(key, counting(1))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(storage.get(key, { start: 0, end: 0 })).rejects.toMatchObject({ code: 'unavailable' });
    await expect(storage.stat(key)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(storage.delete(key)).rejects.toMatchObject({ code: 'unavailable' });
    server.closeAllConnections();
    server.close();
  });
});
