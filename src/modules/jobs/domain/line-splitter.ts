import { JOB_LIMITS } from '../contract/job-limits';

const LINE_END = /\r\n|\n|\r(?!$)/;
/** The number of characters processed in one step, because a piece can have any length. */
const SLICE = 65_536;

/**
 * Splits a stream into lines, regardless of how the stream is divided into pieces. A line ends at LF, CR LF or CR, and after
 * `JOB_LIMITS.maxLogLineBytes`. Invalid UTF-8 becomes U+FFFD.
 */
export class LineSplitter {
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** The unfinished line. */
  private rest = '';

  /** Returns the lines that this piece completes, without their line endings. */
  *add(piece: string | Uint8Array): Generator<string, void, undefined> {
    for (let at = 0; at < piece.length;) {
      const end = at + SLICE;
      const text =
        typeof piece === 'string'
          ? piece.slice(at, end)
          : this.decoder.decode(piece.subarray(at, end), { stream: true });
      yield* this.take(text);
      at = end;
    }
  }

  /** Yields the last line, which has no line ending, unless it is empty. */
  *end(): Generator<string, void, undefined> {
    yield* this.take(this.decoder.decode());
    const last = this.rest.replace(/\r$/, '');
    const hadEnd = last !== this.rest;
    this.rest = '';
    if (last !== '' || hadEnd) yield* cut(last);
  }

  private *take(text: string): Generator<string, void, undefined> {
    const parts = (this.rest + text).split(LINE_END);
    this.rest = parts.pop() ?? '';
    for (const part of parts) yield* cut(part);
    // The last character might be the first half of a surrogate pair or of a line ending.
    while (this.rest.length > JOB_LIMITS.maxLogLineBytes) {
      const head = headOf(this.rest);
      this.rest = this.rest.slice(head.length);
      yield head.toWellFormed();
    }
  }
}

/** Splits a line into parts that are short enough. */
function* cut(line: string): Generator<string, void, undefined> {
  let rest = line;
  // A code unit takes at most three bytes in UTF-8.
  while (rest.length * 3 > JOB_LIMITS.maxLogLineBytes && Buffer.byteLength(rest) > JOB_LIMITS.maxLogLineBytes) {
    const head = headOf(rest);
    yield head.toWellFormed();
    rest = rest.slice(head.length);
  }
  yield rest.toWellFormed();
}

/** Returns the longest prefix of the text that fits into one line. */
function headOf(text: string): string {
  const bytes = Buffer.from(text.slice(0, JOB_LIMITS.maxLogLineBytes));
  let end = Math.min(bytes.length, JOB_LIMITS.maxLogLineBytes);
  // Do not split a character: continuation bytes begin with 10.
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  const { length } = bytes.toString('utf8', 0, end);
  // Do not split a surrogate pair.
  const isHalf = /[\uD800-\uDBFF]$/.test(text.slice(0, length));
  return text.slice(0, isHalf ? length - 1 : length);
}
