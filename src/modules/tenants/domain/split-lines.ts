import { AppError } from '../../../kernel/errors/app-error';

const NEWLINE = 10;

/**
 * Splits UTF-8 bytes into lines, and yields each line without its newline. Keeps at most one line in memory. Errors: `payload_too_large` if
 * a line or the total exceeds its limit; `unprocessable` if the last line does not end with a newline.
 */
export async function* splitLines(
  bytes: AsyncIterable<Uint8Array>,
  limits: { readonly lineBytes: number; readonly totalBytes: number },
): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let held = 0;
  let total = 0;
  for await (const piece of bytes) {
    let chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    total += chunk.length;
    if (total > limits.totalBytes) throw new AppError('payload_too_large', 'The archive is too large when unpacked.');
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE)) {
      held += end;
      if (held > limits.lineBytes) throw tooLong();
      yield Buffer.concat([...parts, chunk.subarray(0, end)]);
      parts = [];
      held = 0;
      chunk = chunk.subarray(end + 1);
    }
    held += chunk.length;
    if (held > limits.lineBytes) throw tooLong();
    if (chunk.length > 0) parts.push(chunk);
  }
  if (held > 0) throw new AppError('unprocessable', 'The archive is cut off: its last line is incomplete.');
}

function tooLong(): AppError {
  return new AppError('payload_too_large', 'A line of the archive is too long.');
}
