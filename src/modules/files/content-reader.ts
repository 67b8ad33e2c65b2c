import { Injectable } from '@nestjs/common';
import type { ByteRange } from './domain/byte-range';
import { ObjectStorage } from './objects/object-storage';
import type { ContentPart } from './storage/files.repository';

/** Reads contents, of however many objects they are made. */
@Injectable()
export class ContentReader {
  constructor(private readonly storage: ObjectStorage) {}

  /**
   * The bytes of a range. The first object is opened at once, so that an outage is an error before an answer has begun.
   * @param parts in their order, without a gap.
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
  // An empty file has nothing to give.
}
