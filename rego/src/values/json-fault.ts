import { bytesOfString } from './bytes.js';
import { quoteGo } from './print.js';

const SPACE = /[ \t\r\n]*/y;
const STRING_PART = /[^"\\\0-\x1f]*/y;
const LITERALS: ReadonlyMap<string, string> = new Map([
  ['t', 'true'],
  ['f', 'false'],
  ['n', 'null'],
]);

/** Marks the position at which the text stops being valid JSON. */
class Fault extends Error {}

/**
 * Returns the message of Go's `encoding/json` for text that is not JSON (`invalid character 'x' after object key`, `unexpected EOF`). Runs
 * in linear time and without recursion.
 */
export function describeJsonFault(text: string): string {
  try {
    new FaultFinder(text).find();
  } catch (error) {
    if (error instanceof Fault) {
      return error.message;
    }
    throw error;
  }
  return 'invalid JSON';
}

class FaultFinder {
  private at = 0;
  /** The open brackets, innermost last. */
  private readonly open: string[] = [];
  /** True if the innermost bracket has just been opened. */
  private isFirst = false;

  constructor(private readonly text: string) {}

  find(): void {
    this.space();
    if (this.at === this.text.length) {
      throw new Fault('EOF');
    }
    // Not recursive: brackets can be nested too deeply for the stack.
    this.value();
    while (this.open.length > 0) {
      this.next();
    }
    this.space();
    if (this.at < this.text.length) {
      throw this.unexpected('after top-level value');
    }
  }

  /** Reads the text after the last value in the innermost bracket, and the value that follows. */
  private next(): void {
    this.space();
    const inArray = this.open.at(-1) === '[';
    if (this.takes(inArray ? ']' : '}')) {
      this.open.pop();
      this.isFirst = false;
    } else if (this.isFirst || this.takes(',')) {
      this.isFirst = false;
      if (!inArray) {
        this.key();
      }
      this.space();
      this.value();
    } else {
      throw this.unexpected(inArray ? 'after array element' : 'after object key:value pair');
    }
  }

  /** Reads a scalar or an opening bracket. */
  private value(): void {
    const char = this.peek();
    const literal = LITERALS.get(char);
    if (literal !== undefined) {
      this.literal(literal);
    } else if (char === '"') {
      this.string();
    } else if (/[-\d]/.test(char)) {
      this.number();
    } else if (char === '[' || char === '{') {
      this.at++;
      this.open.push(char);
      this.isFirst = true;
    } else {
      throw this.unexpected('looking for beginning of value');
    }
  }

  private key(): void {
    this.space();
    if (this.peek() !== '"') {
      throw this.unexpected('looking for beginning of object key string');
    }
    this.string();
    this.space();
    if (!this.takes(':')) {
      throw this.unexpected('after object key');
    }
  }

  private literal(word: string): void {
    for (let i = 0; i < word.length; i++) {
      if (this.peek() !== word.charAt(i)) {
        throw this.unexpected(`in literal ${word} (expecting '${word.charAt(i)}')`);
      }
      this.at++;
    }
  }

  private string(): void {
    this.at++;
    for (;;) {
      this.skip(STRING_PART);
      const char = this.peek();
      if (char === '"') {
        this.at++;
        return;
      }
      if (char !== '\\') {
        throw this.unexpected('in string literal');
      }
      this.at++;
      this.escape();
    }
  }

  private escape(): void {
    const char = this.peek();
    if (char === '' || !'bfnrt\\/"u'.includes(char)) {
      throw this.unexpected('in string escape code');
    }
    this.at++;
    for (let i = 0; char === 'u' && i < 4; i++) {
      if (!/[\da-fA-F]/.test(this.peek())) {
        throw this.unexpected('in \\u hexadecimal character escape');
      }
      this.at++;
    }
  }

  private number(): void {
    this.takes('-');
    if (!this.takes('0')) {
      this.digits('in numeric literal');
    }
    if (this.takes('.')) {
      this.digits('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.peek())) {
      this.at++;
      if (/[+-]/.test(this.peek())) {
        this.at++;
      }
      this.digits('in exponent of numeric literal');
    }
  }

  private digits(context: string): void {
    if (!/\d/.test(this.peek())) {
      throw this.unexpected(context);
    }
    this.skip(/\d*/y);
  }

  private space(): void {
    this.skip(SPACE);
  }

  private skip(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    pattern.test(this.text);
    this.at = pattern.lastIndex;
  }

  private takes(char: string): boolean {
    const found = this.peek() === char;
    this.at += found ? 1 : 0;
    return found;
  }

  private peek(): string {
    return this.text.charAt(this.at);
  }

  private unexpected(context: string): Fault {
    if (this.at >= this.text.length) {
      return new Fault('unexpected EOF');
    }
    return new Fault(`invalid character ${quoteByte(this.text, this.at)} ${context}`);
  }
}

/** Returns the first byte of the character (Go `quoteChar`). */
function quoteByte(text: string, at: number): string {
  const code = bytesOfString(String.fromCodePoint(text.codePointAt(at) ?? 0))[0] ?? 0;
  const char = String.fromCharCode(code);
  return char === "'" ? "'\\''" : char === '"' ? `'"'` : `'${quoteGo(char).slice(1, -1)}'`;
}
