import { createHash, type Hash } from 'node:crypto';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Progress } from '../../kernel/backup/dump-store';
import { DamagedPart } from '../../kernel/backup/manifest';
import { measurePart, type PartFacts, readPart, writePart } from '../../kernel/backup/part-file';
import type { ObjectStorage, StoredObject } from '../../modules/files/objects/object-storage';

const INDEX = 'objects.jsonl';

const entry = z.strictObject({
  tenantId: z.string().regex(/^tnt-[0-9a-z]{26}$/),
  id: z.string().regex(/^[0-9a-z]{26}$/),
  bytes: z.number().int().min(0),
  sha256: z.string(),
});

type Entry = z.infer<typeof entry>;

/** The part of a manifest that describes the objects. */
export interface ObjectsFacts extends PartFacts {
  readonly count: number;
  /** Size of all objects together; `bytes` is the size of their list. */
  readonly contentBytes: number;
}

/** Copies the objects of these tenants one by one, and writes a list of them. Skips objects that are deleted meanwhile. */
export async function dumpObjects(
  storage: ObjectStorage,
  tenants: readonly string[],
  folder: string,
  progress: Progress,
): Promise<ObjectsFacts> {
  let [count, contentBytes] = [0, 0];
  async function* lines(): AsyncIterable<Buffer> {
    for (const tenant of tenants) {
      for await (const object of storage.list(tenant)) {
        const facts = await dumpObject(storage, object, folder);
        progress.done(object.sizeBytes, `objects of ${tenant}`);
        if (facts === null) continue;
        count += 1;
        contentBytes += facts.bytes;
        const { tenantId, id } = object;
        yield Buffer.from(`${JSON.stringify({ tenantId, id, ...facts } satisfies Entry)}\n`);
      }
    }
  }
  const facts = await writePart(path.join(folder, INDEX), lines());
  return { count, contentBytes, ...facts };
}

async function dumpObject(storage: ObjectStorage, object: StoredObject, folder: string): Promise<PartFacts | null> {
  const file = placeOf(folder, object);
  if (object.sizeBytes === 0) return writePart(file, []);
  let bytes: Readable;
  try {
    bytes = await storage.get(object, { start: 0, end: object.sizeBytes - 1 });
  } catch (error) {
    if ((await storage.stat(object)) === null) return null;
    throw error;
  }
  return writePart(file, bytes as AsyncIterable<Buffer>);
}

/** Verifies every object in a backup. Throws a `DamagedPart` for the first object that differs from the original. */
export async function verifyObjects(folder: string, expected: ObjectsFacts, progress: Progress): Promise<void> {
  const { bytes, sha256 } = await measurePart(path.join(folder, INDEX));
  if (bytes !== expected.bytes || sha256 !== expected.sha256) throw new DamagedPart(INDEX);
  for await (const { tenantId, id, ...facts } of entriesOf(folder)) {
    const file = placeOf(folder, { tenantId, id });
    const found = await measurePart(file).catch(() => null);
    if (found?.bytes !== facts.bytes || found.sha256 !== facts.sha256)
      throw new DamagedPart(path.relative(folder, file));
    progress.done(facts.bytes, 'objects');
  }
}

/** Loads the objects in a backup into storage. An object that already exists under its key is the same object. */
export async function loadObjects(storage: ObjectStorage, folder: string, progress: Progress): Promise<number> {
  let count = 0;
  for await (const { tenantId, id, bytes, sha256 } of entriesOf(folder)) {
    const hash = createHash('sha256');
    await storage.delete({ tenantId, id });
    const written = await storage.put({ tenantId, id }, hashed(readPart(placeOf(folder, { tenantId, id })), hash));
    if (written !== bytes || hash.digest('hex') !== sha256) throw new DamagedPart(`objects/${tenantId}/${id}`);
    progress.done(bytes, 'objects');
    count += 1;
  }
  return count;
}

async function* hashed(source: AsyncIterable<Buffer>, hash: Hash): AsyncIterable<Buffer> {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}

async function* entriesOf(folder: string): AsyncIterable<Entry> {
  for await (const line of createInterface({ input: readPart(path.join(folder, INDEX)), crlfDelay: Infinity })) {
    yield entry.parse(JSON.parse(line));
  }
}

function placeOf(folder: string, { tenantId, id }: Pick<StoredObject, 'tenantId' | 'id'>): string {
  return path.join(folder, 'objects', tenantId, id.slice(-2), id);
}
