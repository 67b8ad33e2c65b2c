import { createReadStream } from 'node:fs';
import { CommandFault } from '../command';

const CHUNK_BYTES = 1024 * 1024;
/** The maximum length of a line; a record has at most 64 KiB of metadata. */
const MAX_LINE_BYTES = 4 * 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * Yields the lines of a file (`-` for standard input) without their newlines, in batches, with bounded memory. A line is valid
 * until the next batch is requested. Errors: `CommandFault` for a file that cannot be read or contains a line that is too long.
 */
export async function* readLines(path: string): AsyncGenerator<readonly Buffer[]> {
  const stream = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES });
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const lines: Buffer[] = [];
      let begin = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, begin)) {
        lines.push(bytes.subarray(begin, end));
        begin = end + 1;
      }
      rest = bytes.subarray(begin);
      if (rest.length > MAX_LINE_BYTES)
        throw new CommandFault(`${path} contains a line of more than ${MAX_LINE_BYTES} bytes.`);
      yield lines;
    }
  } catch (error) {
    if (CommandFault.is(error)) throw error;
    throw new CommandFault(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (rest.length > 0) yield [rest];
}
