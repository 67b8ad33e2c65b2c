import { raise, SyntaxFailure } from './syntax-failure.js';

const NUL = 0;
const LINE_FEED = 10;
const BYTE_ORDER_MARK = 0xfeff;

/** Reads source text character by character, with the row and column of the current token. */
export abstract class CharReader {
  start = 0;
  /** The position after the last character read. */
  end = 0;
  row = 1;
  /** The column in code points, from 1. */
  col = 1;
  lineRow = 1;
  lineStart = 0;
  /** The number of characters with two UTF-16 units between the start of the line and `end`. */
  pairs = 0;

  constructor(
    readonly file: string,
    readonly source: string,
  ) {
    if (source.charCodeAt(0) === BYTE_ORDER_MARK) {
      this.end = 1;
      this.lineStart = 1;
    }
  }

  fail(message: string): never {
    return raise(new SyntaxFailure([{ message, row: this.row, col: this.col }]));
  }

  protected begin(): void {
    this.start = this.end;
    this.row = this.lineRow;
    this.col = this.start - this.lineStart - this.pairs + 1;
  }

  protected newline(): void {
    this.end++;
    this.lineRow++;
    this.lineStart = this.end;
    this.pairs = 0;
  }

  /** Reads one character in a comment or string. Checks the source for invalid characters here, since everything else is ASCII. */
  protected readChar(): void {
    const code = this.source.charCodeAt(this.end++);
    if (code === NUL) {
      this.fail('illegal null character');
    }
    if (code < 0xd800) {
      return;
    }
    if (code === BYTE_ORDER_MARK) {
      this.fail('illegal byte-order mark');
    }
    if (code <= 0xdfff) {
      const low = this.source.charCodeAt(this.end);
      if (code > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) {
        this.fail('illegal utf-8 character');
      }
      this.end++;
      this.pairs++;
    }
  }

  protected charBeforeLineEnd(): number {
    if (this.source.charCodeAt(this.end) === LINE_FEED) {
      this.fail('non-terminated string');
    }
    return this.charBeforeEnd();
  }

  protected charBeforeEnd(): number {
    if (this.end >= this.source.length) {
      this.fail('non-terminated string');
    }
    const code = this.source.charCodeAt(this.end);
    if (code === LINE_FEED) {
      this.newline();
    } else {
      this.readChar();
    }
    return code;
  }
}
