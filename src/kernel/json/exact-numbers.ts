import { randomBytes } from 'node:crypto';

/** Numbers that a double might not represent exactly: numbers with sixteen digits or more, or with an exponent. */
const RISKY = /\d[\d.]{15}|\d[eE]/;
const NUMBER = /^-?\d[\d.eE+-]*$/;

/**
 * Parses and writes JSON in which numbers keep their spelling: a 19-digit card number does not fit in a double, and must not be matched or
 * passed on as a different number. In the parsed value, a marked string represents such a number.
 */
export class ExactNumbers {
  /** Begins with a random prefix that no other call shares, so that a caller's string is never mistaken for a number. */
  private readonly mark = `\0${randomBytes(9).toString('base64url')}:`;
  private used = false;

  /**
   * Parses JSON. Throws a `SyntaxError` for invalid JSON, and a `RangeError` for JSON with such numbers that is nested deeper than the
   * stack allows.
   */
  parse(json: string): unknown {
    if (!RISKY.test(json)) return JSON.parse(json);
    return JSON.parse(json, (_name, value: unknown, context?: { readonly source?: string }) => {
      const source = context?.source;
      if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
      this.used = true;
      return this.mark + source;
    });
  }

  /** Returns the JSON of a value that {@link parse} returned. */
  stringify(value: unknown): string {
    const text = JSON.stringify(value);
    if (!this.used) return text;
    // `\0` is written as an escape. The characters after it do not need to be escaped.
    const written = `"\\\\u0000${this.mark.slice(1)}(-?[\\d.eE+-]+)"`;
    return text.replaceAll(new RegExp(written, 'g'), '$1');
  }

  /** Returns the number that a marked string represents, with its original spelling; `null` for any other string. */
  numberIn(text: string): string | null {
    if (!this.used || !text.startsWith(this.mark)) return null;
    const number = text.slice(this.mark.length);
    return NUMBER.test(number) ? number : null;
  }
}
