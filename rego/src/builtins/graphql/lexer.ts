import { blockStringValue } from './block-string.js';
import { GraphqlFault, type GraphqlPosition } from './graphql-fault.js';

/** Each punctuation token is a separate kind. */
export type TokenKind = Punctuation | 'Name' | 'Int' | 'Float' | 'String' | 'BlockString' | '<EOF>' | '<Invalid>';
type Punctuation = '!' | '$' | '&' | '(' | ')' | '...' | ':' | '=' | '@' | '[' | ']' | '{' | '}' | '|';

export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  readonly position: GraphqlPosition;
  /** The reason why the token is invalid. */
  readonly fault?: GraphqlFault;
}

const PUNCTUATION: ReadonlySet<string> = new Set(['!', '$', '&', '(', ')', ':', '=', '@', '[', ']', '{', '}', '|']);
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['/', '/'],
  ['\\', '\\'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Reads tokens in the same way as gqlparser, which counts the column of a string from the character after its quote. */
export class GraphqlLexer {
  private readonly characters: readonly string[];
  private at = 0;
  private start = 0;
  private line = 1;
  private lineStart = 0;

  constructor(source: string) {
    this.characters = Array.from(source);
  }

  next(): Token {
    this.skipIgnored();
    this.start = this.at;
    const character = this.characters[this.at];
    if (character === undefined) {
      return this.token('<EOF>', '');
    }
    if (PUNCTUATION.has(character)) {
      this.at++;
      return this.token(character as Punctuation, '');
    }
    if (this.startsWith('...')) {
      this.at += 3;
      return this.token('...', '');
    }
    if (/^[_A-Za-z]$/.test(character)) {
      this.skipWhile(/^[_0-9A-Za-z]$/);
      return this.token('Name', this.text());
    }
    if (/^[-0-9]$/.test(character)) {
      return this.readNumber();
    }
    if (character === '"') {
      return this.startsWith('"""') ? this.readBlockString() : this.readString();
    }
    return this.invalid(unexpectedCharacter(character));
  }

  private skipIgnored(): void {
    for (let character = this.characters[this.at]; character !== undefined; character = this.characters[this.at]) {
      if (character === '#') {
        this.skipWhile(/^[^\0-\x08\n-\x1f]$/u);
      } else if (character === '\n' || character === '\r') {
        this.at++;
        this.newLine();
        if (character === '\r' && this.characters[this.at] === '\n') {
          this.at++;
        }
      } else if (character === ' ' || character === '\t' || character === ',' || character === '\ufeff') {
        this.at++;
      } else {
        return;
      }
    }
  }

  private newLine(): void {
    this.line++;
    this.lineStart = this.at;
  }

  private readNumber(): Token {
    this.skip('-');
    if (this.skip('0')) {
      if (this.digitFollows()) {
        return this.invalid(`Invalid number, unexpected digit after 0: ${this.describeNext()}.`);
      }
    } else if (!this.skipDigits()) {
      return this.invalid(`Invalid number, expected digit but got: ${this.describeNext()}.`);
    }
    let float = false;
    if (this.skip('.')) {
      float = true;
      if (!this.skipDigits()) {
        return this.invalid(`Invalid number, expected digit but got: ${this.describeNext()}.`);
      }
    }
    if (this.skip('e') || this.skip('E')) {
      float = true;
      if (!this.skip('-')) {
        this.skip('+');
      }
      if (!this.skipDigits()) {
        return this.invalid(`Invalid number, expected digit but got: ${this.describeNext()}.`);
      }
    }
    return this.token(float ? 'Float' : 'Int', this.text());
  }

  private readString(): Token {
    this.at++;
    this.start++;
    let value = '';
    for (let character = this.characters[this.at]; character !== undefined; character = this.characters[this.at]) {
      if (character === '"') {
        const token = this.token('String', value);
        this.at++;
        return token;
      }
      if (character === '\n' || character === '\r') {
        break;
      }
      if (isControl(character)) {
        return this.invalid(invalidInString(character));
      }
      const read = character === '\\' ? this.readEscape() : character;
      if (typeof read !== 'string') {
        return read;
      }
      value += read;
      this.at++;
    }
    return this.invalid('Unterminated string.');
  }

  /** Leaves the position at the last character of the escape. */
  private readEscape(): string | Token {
    this.at++;
    const kind = this.characters[this.at];
    if (kind === undefined) {
      return this.invalid('Invalid character escape sequence.');
    }
    if (kind === 'u') {
      const hex = this.characters.slice(this.at + 1, this.at + 5).join('');
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) {
        return this.invalid(`Invalid character escape sequence: \\u${hex}.`);
      }
      this.at += 4;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    return ESCAPES.get(kind) ?? this.invalid(`Invalid character escape sequence: \\${kind}.`);
  }

  private readBlockString(): Token {
    this.at += 3;
    this.start += 3;
    const parts: string[] = [];
    for (let character = this.characters[this.at]; character !== undefined; character = this.characters[this.at]) {
      if (this.startsWith('"""')) {
        const token = this.token('BlockString', blockStringValue(parts.join('')));
        this.at += 3;
        return token;
      }
      if (isControl(character) && character !== '\n' && character !== '\r') {
        return this.invalid(invalidInString(character));
      }
      if (this.startsWith('\\"""')) {
        parts.push('"""');
        this.at += 4;
        continue;
      }
      if (character === '\r' && this.characters[this.at + 1] === '\n') {
        this.at++;
      }
      this.at++;
      const isLineEnd = character === '\n' || character === '\r';
      parts.push(isLineEnd ? '\n' : character);
      if (isLineEnd) {
        this.newLine();
      }
    }
    return this.invalid('Unterminated string.');
  }

  private startsWith(text: string): boolean {
    return [...text].every((character, i) => this.characters[this.at + i] === character);
  }

  private skip(character: string): boolean {
    if (this.characters[this.at] !== character) {
      return false;
    }
    this.at++;
    return true;
  }

  private skipWhile(pattern: RegExp): number {
    const from = this.at;
    while (pattern.test(this.characters[this.at] ?? '')) {
      this.at++;
    }
    return this.at - from;
  }

  private digitFollows(): boolean {
    return /^[0-9]$/.test(this.characters[this.at] ?? '');
  }

  private skipDigits(): boolean {
    return this.skipWhile(/^[0-9]$/) > 0;
  }

  private text(): string {
    return this.characters.slice(this.start, this.at).join('');
  }

  private describeNext(): string {
    const next = this.characters[this.at];
    return next === undefined ? '<EOF>' : `"${next}"`;
  }

  private token(kind: TokenKind, value: string): Token {
    return { kind, value, position: { line: this.line, column: this.start - this.lineStart + 1 } };
  }

  private invalid(message: string): Token {
    const position = { line: this.line, column: this.at - this.lineStart + 1 };
    return { kind: '<Invalid>', value: '', position, fault: new GraphqlFault(message, position) };
  }
}

function isControl(character: string): boolean {
  return character < ' ' && character !== '\t';
}

function invalidInString(character: string): string {
  return `Invalid character within String: "\\u${codeOf(character)}".`;
}

function unexpectedCharacter(character: string): string {
  if (isControl(character)) {
    return `Cannot contain the invalid character "\\u${codeOf(character)}"`;
  }
  return character === "'"
    ? `Unexpected single quote character ('), did you mean to use a double quote (")?`
    : `Cannot parse the unexpected character "${character}".`;
}

/** Returns the code in decimal, as gqlparser prints it. */
function codeOf(character: string): string {
  return String(character.charCodeAt(0)).padStart(4, '0');
}
