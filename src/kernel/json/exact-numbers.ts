import { randomBytes } from 'node:crypto';

/** Numbers that a double may not hold as they are written: sixteen digits or more, exponents. */
const RISKY = /\d[\d.]{15}|\d[eE]/;
const NUMBER = /^-?\d[\d.eE+-]*$/;

/**
 * JSON text as a value and back, in which numbers stay as they are written: a card number of 19 digits is no double, and
 * neither may be found nor handed on as another one. Such a number stands in the value as a marked text meanwhile.
 */
export class ExactNumbers {
  /** Begins with a character that no mark of another call shares, so that a caller's text is never taken for a number. */
  private readonly mark = `\0${randomBytes(9).toString('base64url')}:`;
  private used = false;

  /** Throws `SyntaxError` for what is no JSON, `RangeError` for a risky one that is nested deeper than the stack. */
  parse(json: string): unknown {
    if (!RISKY.test(json)) return JSON.parse(json);
    return JSON.parse(json, (_name, value: unknown, context?: { readonly source?: string }) => {
      const source = context?.source;
      if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
      this.used = true;
      return this.mark + source;
    });
  }

  /** The JSON text of a value that {@link parse} gave. */
  stringify(value: unknown): string {
    const text = JSON.stringify(value);
    if (!this.used) return text;
    // `\0` is written as an escape; the characters after it need none.
    const written = `"\\\\u0000${this.mark.slice(1)}(-?[\\d.eE+-]+)"`;
    return text.replaceAll(new RegExp(written, 'g'), '$1');
  }

  /** The number behind a marked text, as it was written; `null` for any other text. */
  numberIn(text: string): string | null {
    if (!this.used || !text.startsWith(this.mark)) return null;
    const number = text.slice(this.mark.length);
    return NUMBER.test(number) ? number : null;
  }
}
