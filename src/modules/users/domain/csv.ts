/** A record of a CSV file. */
export interface CsvRecord {
  /** The line on which it begins, starting at 1. */
  readonly line: number;
  readonly fields: readonly string[];
  /** The syntax error; `null` if there is none. */
  readonly fault: string | null;
}

/** An unquoted field (RFC 4180 §2), up to its end. */
const PLAIN = /[^",\r\n]*/y;
const END = /\r\n|\n|\r|$/y;
const LINE_BREAK = /\r\n|\n|\r/g;

/**
 * Parses the records of a CSV string (RFC 4180): fields separated by commas, quoted if they contain commas, quotation marks or line breaks.
 * Skips empty lines. A badly quoted record has a fault, and the next record begins on the next line.
 */
export function* csvRecords(text: string): Generator<CsvRecord> {
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const record = recordAt(text, at, line);
    if (record.fields.length > 1 || record.fields[0] !== '' || record.fault !== null) {
      yield { line, fields: record.fields, fault: record.fault };
    }
    line += record.lines;
    at = record.next;
  }
}

interface Scanned {
  readonly fields: readonly string[];
  readonly fault: string | null;
  /** Start of the next record, and the number of lines before it. */
  readonly next: number;
  readonly lines: number;
}

function recordAt(text: string, start: number, line: number): Scanned {
  const fields: string[] = [];
  let at = start;
  let lines = 1;
  for (;;) {
    const isQuoted = text[at] === '"';
    const value = isQuoted ? quotedAt(text, at + 1) : matchAt(PLAIN, text, at);
    let end = at + value.length;
    if (isQuoted) {
      end += 2;
      if (text[end - 1] !== '"') return broken(text, start, fields, `A quotation mark on line ${line} is not closed.`);
      lines += value.match(LINE_BREAK)?.length ?? 0;
    }
    fields.push(isQuoted ? value.replaceAll('""', '"') : value);
    if (text[end] === ',') {
      at = end + 1;
      continue;
    }
    END.lastIndex = end;
    const lineEnd = END.exec(text);
    if (lineEnd === null)
      return broken(
        text,
        start,
        fields,
        'A field contains an unescaped quotation mark, or text follows a closing quotation mark.',
      );
    return { fields, fault: null, next: end + Math.max(lineEnd[0].length, 1), lines };
  }
}

/** Returns a record with a fault, and continues at the next line. */
function broken(text: string, start: number, fields: readonly string[], fault: string): Scanned {
  LINE_BREAK.lastIndex = start;
  const found = LINE_BREAK.exec(text);
  return { fields, fault, next: found === null ? text.length : found.index + found[0].length, lines: 1 };
}

/**
 * Returns the text between quotation marks, up to the quotation mark that is not doubled. A regular expression would need a stack as deep
 * as the string is long.
 */
function quotedAt(text: string, start: number): string {
  let at = start;
  for (;;) {
    const end = text.indexOf('"', at);
    if (end === -1) return text.slice(start);
    if (text[end + 1] !== '"') return text.slice(start, end);
    at = end + 2;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
