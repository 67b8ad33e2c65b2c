import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { AppError, outage } from '../../../kernel/errors/app-error';
import type { ByteRange } from '../domain/byte-range';
import { DiskObjectStream } from './disk-object-stream';
import { DiskWriter } from './disk-writer';
import { assertKey, assertTenant, isKey, type ObjectKey, ObjectStorage, type StoredObject } from './object-storage';

/** Suffix of an object that is being written, or whose writer crashed. */
const PART = '.part';

/**
 * Stores objects as files in a folder: `<tenant>/<last two characters of the id>/<id>`. Each object is written under a temporary name,
 * synced and renamed, and its folder is synced. After a crash, the object is either complete or does not exist.
 */
export class DiskStorage extends ObjectStorage {
  constructor(private readonly folder: string) {
    super();
  }

  override async put(key: ObjectKey, bytes: AsyncIterable<Buffer>): Promise<number> {
    const place = this.placeOf(key);
    try {
      const file = await this.openPart(place);
      return await this.fill(place, file, bytes);
    } catch (error) {
      throw translated(error);
    }
  }

  /** Creates the file for the incoming bytes; fails if the file exists. */
  private async openPart(place: string): Promise<FileHandle> {
    await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    return open(place + PART, flags, 0o600);
  }

  private async fill(place: string, part: FileHandle, bytes: AsyncIterable<Buffer>): Promise<number> {
    try {
      const size = await new DiskWriter(part).write(bytes).finally(() => part.close());
      await rename(place + PART, place);
      await syncFolder(path.dirname(place));
      return size;
    } catch (error) {
      await rm(place + PART, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  override async get(key: ObjectKey, range: ByteRange): Promise<Readable> {
    try {
      const file = await open(this.placeOf(key), constants.O_RDONLY | constants.O_NOFOLLOW);
      return new DiskObjectStream(file, range);
    } catch (error) {
      throw translated(error);
    }
  }

  override async stat(key: ObjectKey): Promise<StoredObject | null> {
    return this.look(key, this.placeOf(key));
  }

  override async delete(key: ObjectKey): Promise<void> {
    const place = this.placeOf(key);
    try {
      // In this order, the second call finds an object that is renamed between the two calls.
      await rm(place + PART, { force: true });
      await rm(place, { force: true });
    } catch (error) {
      throw translated(error);
    }
  }

  override async *list(tenantId: string): AsyncIterable<StoredObject> {
    assertTenant(tenantId);
    for await (const shard of namesIn(path.join(this.folder, tenantId))) {
      const folder = path.join(this.folder, tenantId, shard);
      for await (const name of namesIn(folder)) {
        const id = name.endsWith(PART) ? name.slice(0, -PART.length) : name;
        if (!isKey(tenantId, id) || shard !== id.slice(-2)) continue;
        const found = await this.look({ tenantId, id }, path.join(folder, name));
        if (found !== null) yield found;
      }
    }
  }

  private async look({ tenantId, id }: ObjectKey, place: string): Promise<StoredObject | null> {
    try {
      const { size, mtimeMs } = await stat(place);
      return { tenantId, id, sizeBytes: size, modifiedMs: mtimeMs };
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw translated(error);
    }
  }

  private placeOf(key: ObjectKey): string {
    assertKey(key);
    return path.join(this.folder, key.tenantId, key.id.slice(-2), key.id);
  }
}

async function* namesIn(folder: string): AsyncIterable<string> {
  try {
    for await (const { name } of await opendir(folder)) yield name;
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(codeOf(error))) throw translated(error);
  }
}

/** A new name is durable once its folder is synced. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string {
  return isSystemError(error) ? error.code : '';
}

/** Checks properties, not the class: if modules run in a separate realm, Node's errors belong to a different realm. */
function isSystemError(error: unknown): error is { readonly code: string; readonly syscall: string } {
  return typeof error === 'object' && error !== null && 'code' in error && 'syscall' in error;
}

/** Maps errors from this disk to an outage, and keeps errors from the source of the bytes unchanged. */
function translated(error: unknown): unknown {
  if (error instanceof AppError || !isSystemError(error)) return error;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return outage('store_full', { cause: error });
  // An error from the socket that delivers the bytes.
  if (error.code === 'ECONNRESET') return error;
  return outage('store_unavailable', { message: 'The file storage is unavailable.', cause: error });
}
