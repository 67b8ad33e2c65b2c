import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';

/** Size and hash of a part, as stored on disk. */
export interface PartFacts {
  readonly bytes: number;
  /** Hexadecimal, as `sha256sum` writes it. */
  readonly sha256: string;
}

/** Writes a new file that only this user can read, and resolves when it is on disk. Rejects when the file exists. */
export async function writePart(file: string, source: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<PartFacts> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  const handle = await open(file, 'wx', 0o600);
  let bytes = 0;
  try {
    for await (const chunk of source) {
      hash.update(chunk);
      bytes += chunk.length;
      for (let done = 0; done < chunk.length;) done += (await handle.write(chunk, done)).bytesWritten;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Returns the bytes of a part as a stream that keeps little data in memory at a time. */
export function readPart(file: string): Readable {
  return createReadStream(file, { highWaterMark: 256 * 1024 });
}

/** Reads a whole part. @param seen receives the size of each piece, in bytes */
export async function measurePart(file: string, seen: (bytes: number) => void = () => undefined): Promise<PartFacts> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of readPart(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    seen(chunk.length);
  }
  return { bytes, sha256: hash.digest('hex') };
}
