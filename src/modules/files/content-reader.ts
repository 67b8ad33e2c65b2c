import { Injectable } from '@nestjs/common';
import type { ByteRange } from './domain/byte-range';
import { ObjectStorage } from './objects/object-storage';
import type { ContentPart } from './storage/files.repository';

/** Reads file contents that consist of any number of objects. */
@Injectable()
export class ContentReader {
  constructor(private readonly storage: ObjectStorage) {}

  /**
   * Returns the bytes of a range. Opens the first object immediately, so that an outage causes an error before the response starts.
   * @param parts in order, without gaps.
   */
  async open(tenantId: string, parts: readonly ContentPart[], range: ByteRange): Promise<AsyncIterable<Buffer>> {
    const wanted = parts.filter(
      ({ startsAt, sizeBytes }) => startsAt <= range.end && startsAt + sizeBytes > range.start,
    );
    const [first, ...rest] = wanted.map(({ id, startsAt, sizeBytes }) => ({
      key: { tenantId, id },
      range: { start: Math.max(0, range.start - startsAt), end: Math.min(sizeBytes - 1, range.end - startsAt) },
    }));
    if (!first) return nothing();
    const opened = await this.storage.get(first.key, first.range);
    if (rest.length === 0) return opened as AsyncIterable<Buffer>;
    const { storage } = this;
    return (async function* () {
      yield* opened as AsyncIterable<Buffer>;
      for (const { key, range: within } of rest) yield* (await storage.get(key, within)) as AsyncIterable<Buffer>;
    })();
  }
}

async function* nothing(): AsyncIterable<Buffer> {
  // An empty file has no bytes.
}
