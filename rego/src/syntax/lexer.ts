import type { Comment } from './ast.js';
import { CharReader } from './char-reader.js';
import { isDecimal, isLetter, isNamePart, KEYWORDS, type TokenKind } from './tokens.js';

const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const DOLLAR = 36;
const DOT = 46;
const EQUALS = 61;
const BACKSLASH = 92;
const BACKTICK = 96;
const OPEN_BRACE = 123;

const SINGLE: ReadonlyMap<number, TokenKind> = new Map(
  Object.entries({
    '[': '[',
    ']': ']',
    '{': '{',
    '}': '}',
    '(': '(',
    ')': ')',
    ',': ',',
    ':': ':',
    ';': ';',
    '.': '.',
    '+': 'plus',
    '-': 'minus',
    '*': 'mul',
    '/': 'div',
    '%': 'rem',
    '&': 'and',
    '|': 'or',
    '=': 'eq',
    '<': 'lt',
    '>': 'gt',
  } as const).map(([text, kind]) => [text.charCodeAt(0), kind]),
);

/** Tokens that become a different token if `=` follows. */
const WITH_EQUALS: Partial<Record<TokenKind, TokenKind>> = { ':': 'assign', eq: 'equal', lt: 'lte', gt: 'gte' };

const ESCAPES = new Set(Array.from('\\"/bfnrtu', (char) => char.charCodeAt(0)));

/** A state to which a lexer can return. */
export type LexerState = Pick<
  Lexer,
  | 'kind'
  | 'start'
  | 'end'
  | 'row'
  | 'col'
  | 'spaceBefore'
  | 'newlineBefore'
  | 'raw'
  | 'previousEnd'
  | 'lineRow'
  | 'lineStart'
  | 'pairs'
>;

/**
 * Reads one token at a time; the fields describe the current one. Throws `SyntaxFailure` with OPA's message for text that is not a token.
 * Reads a source in one pass: returning to an earlier state costs nothing, and each comment is stored only once.
 */
export class Lexer extends CharReader {
  kind: TokenKind = 'eof';
  spaceBefore = false;
  newlineBefore = false;
  /** For a template string token: true if it is in backticks. */
  raw = false;
  /** The end of the previous token. */
  previousEnd = 0;
  readonly comments: Comment[] = [];
  private lastCommentOffset = -1;

  get text(): string {
    return this.source.slice(this.start, this.end);
  }

  save(): LexerState {
    const { kind, start, end, row, col, spaceBefore, newlineBefore, raw, previousEnd, lineRow, lineStart, pairs } =
      this;
    return { kind, start, end, row, col, spaceBefore, newlineBefore, raw, previousEnd, lineRow, lineStart, pairs };
  }

  restore(state: LexerState): void {
    this.kind = state.kind;
    this.start = state.start;
    this.end = state.end;
    this.row = state.row;
    this.col = state.col;
    this.spaceBefore = state.spaceBefore;
    this.newlineBefore = state.newlineBefore;
    this.raw = state.raw;
    this.previousEnd = state.previousEnd;
    this.lineRow = state.lineRow;
    this.lineStart = state.lineStart;
    this.pairs = state.pairs;
  }

  /** Returns whether the text right after the current token continues as a reference: `.x` or `[x]`. */
  referenceFollows(): boolean {
    const code = this.source.charCodeAt(this.end);
    return code === DOT || code === 91;
  }

  next(): void {
    this.previousEnd = this.end;
    this.skipSpace();
    this.begin();
    if (this.start >= this.source.length) {
      this.kind = 'eof';
      // OPA reports the end of a file at the position of the last character.
      this.col = Math.max(1, this.col - 1);
      return;
    }
    const code = this.source.charCodeAt(this.start);
    if (isLetter(code)) {
      this.readName();
    } else if (isDecimal(code)) {
      this.readNumber();
    } else {
      this.readSymbol(code);
    }
  }

  /** Continues after the `}` of an expression in a template string. */
  continueTemplate(raw: boolean): void {
    this.previousEnd = this.end;
    this.spaceBefore = false;
    this.newlineBefore = false;
    this.begin();
    this.readTemplate(raw);
  }

  private skipSpace(): void {
    const from = this.end;
    this.newlineBefore = false;
    for (;;) {
      const code = this.source.charCodeAt(this.end);
      if (code === HASH) {
        this.readComment();
      } else if (code === SPACE || code === TAB || code === CARRIAGE_RETURN) {
        this.end++;
      } else if (code === LINE_FEED) {
        this.newline();
        this.newlineBefore = true;
      } else {
        break;
      }
    }
    this.spaceBefore = this.end > from;
  }

  private readComment(): void {
    this.begin();
    while (this.end < this.source.length && this.source.charCodeAt(this.end) !== LINE_FEED) {
      this.readChar();
    }
    if (this.start <= this.lastCommentOffset) {
      return;
    }
    this.lastCommentOffset = this.start;
    const text = this.source.slice(this.start, this.end).replace(/\r$/, '');
    const loc = { file: this.file, row: this.row, col: this.col, offset: this.start, text };
    this.comments.push({ loc, text: text.slice(1) });
  }

  private readName(): void {
    while (isNamePart(this.source.charCodeAt(this.end))) {
      this.end++;
    }
    this.kind = KEYWORDS.get(this.text) ?? 'identifier';
  }

  private readNumber(): void {
    this.kind = 'number';
    this.readDigits();
    if (this.source.charCodeAt(this.end) === DOT) {
      this.end++;
      if (!this.readDigits()) {
        this.fail('expected fraction');
      }
    }
    const exponent = this.source[this.end];
    if (exponent === 'e' || exponent === 'E') {
      this.end++;
      const sign = this.source[this.end];
      this.end += sign === '+' || sign === '-' ? 1 : 0;
      if (!this.readDigits()) {
        this.fail('expected exponent');
      }
    }
    if (isLetter(this.source.charCodeAt(this.end))) {
      this.fail('illegal number format');
    }
  }

  private readDigits(): boolean {
    const from = this.end;
    while (isDecimal(this.source.charCodeAt(this.end))) {
      this.end++;
    }
    return this.end > from;
  }

  private readSymbol(code: number): void {
    this.end++;
    const single = SINGLE.get(code);
    if (single !== undefined) {
      const longer = this.source.charCodeAt(this.end) === EQUALS ? WITH_EQUALS[single] : undefined;
      this.end += longer === undefined ? 0 : 1;
      this.kind = longer ?? single;
    } else if (code === QUOTE) {
      this.readString();
    } else if (code === BACKTICK) {
      this.readRawString();
    } else if (code === DOLLAR) {
      this.readDollar();
    } else if (this.source.startsWith('!=', this.start)) {
      this.end++;
      this.kind = 'neq';
    } else {
      this.readIllegal(code);
    }
  }

  private readIllegal(code: number): void {
    if (code === 33) {
      this.fail('illegal ! character');
    }
    this.end = this.start;
    this.readChar();
    this.kind = 'illegal';
  }

  private readString(): void {
    this.kind = 'string';
    for (;;) {
      const code = this.charBeforeLineEnd();
      if (code === QUOTE) {
        return;
      }
      if (code === BACKSLASH && !ESCAPES.has(this.charBeforeLineEnd())) {
        this.fail('illegal escape sequence');
      }
    }
  }

  private readRawString(): void {
    this.kind = 'string';
    while (this.charBeforeEnd() !== BACKTICK) {
      // The string continues, possibly on the next line.
    }
  }

  private readDollar(): void {
    const quote = this.source.charCodeAt(this.end);
    if (quote !== QUOTE && quote !== BACKTICK) {
      this.fail('illegal $ character');
    }
    this.end++;
    this.readTemplate(quote === BACKTICK);
  }

  private readTemplate(raw: boolean): void {
    this.raw = raw;
    const quote = raw ? BACKTICK : QUOTE;
    for (;;) {
      const code = raw ? this.charBeforeEnd() : this.charBeforeLineEnd();
      if (code === quote || code === OPEN_BRACE) {
        this.kind = code === quote ? 'template-string-end' : 'template-string-part';
        return;
      }
      if (code === BACKSLASH) {
        this.readTemplateEscape(raw);
      }
    }
  }

  private readTemplateEscape(raw: boolean): void {
    if (raw) {
      this.end += this.source.charCodeAt(this.end) === OPEN_BRACE ? 1 : 0;
      return;
    }
    const code = this.charBeforeLineEnd();
    if (code !== OPEN_BRACE && !ESCAPES.has(code)) {
      this.fail('illegal escape sequence');
    }
  }
}
