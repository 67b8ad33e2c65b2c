import type { LogLine, LogStream } from '../contract/job.types';

/** Nine base-36 digits can represent Unix milliseconds for 3,000 years. */
const TIME_DIGITS = 9;
const PREFIX_BYTES = 1 + TIME_DIGITS;
const LINE_FEED = 0x0a;
const STDERR = 'e'.charCodeAt(0);

/**
 * Encodes a line for a chunk: the stream as one letter, the time, the text, and a line feed.
 * @param text without line endings.
 */
export function encodeLine(stream: LogStream, atMs: number, text: string): Buffer {
  const letter = stream === 'stderr' ? 'e' : 'o';
  return Buffer.from(`${letter}${atMs.toString(36).padStart(TIME_DIGITS, '0')}${text}\n`);
}

/** Decodes the lines of a chunk. @param firstLine number of the chunk's first line. */
export function* decodeLines(
  content: Buffer,
  firstLine: number,
  fromLine: number,
): Generator<LogLine, void, undefined> {
  let line = firstLine;
  let time = '';
  let at = '';
  for (let start = 0; start < content.length; line += 1) {
    const end = content.indexOf(LINE_FEED, start + PREFIX_BYTES);
    if (end < 0) throw new Error('A log chunk ends within a line.');
    if (line >= fromLine) {
      const prefix = content.toString('latin1', start + 1, start + PREFIX_BYTES);
      if (prefix !== time) {
        time = prefix;
        at = new Date(Number.parseInt(prefix, 36)).toISOString();
      }
      const stream = content[start] === STDERR ? 'stderr' : 'stdout';
      yield { line, at, stream, text: content.toString('utf8', start + PREFIX_BYTES, end) };
    }
    start = end + 1;
  }
}
