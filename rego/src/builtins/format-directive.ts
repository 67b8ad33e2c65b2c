import { countCodePoints } from './code-points.js';

/** A typed argument as Go's `fmt` receives it. */
export type GoArgument =
  | { readonly type: 'int' | '*big.Int'; readonly value: bigint }
  | { readonly type: 'float64'; readonly value: number }
  | { readonly type: 'string'; readonly value: string };

/** The flags, numbers and verb of a `%` directive, which is read in the same way as in Go's `fmt`. */
export interface Directive {
  readonly verb: string | undefined;
  readonly plus: boolean;
  readonly minus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  /** True if `[n]` names an existing argument. */
  readonly goodArgument: boolean;
  /** Notes such as `%!(BADWIDTH)` and `%!(BADPREC)`. */
  readonly remarks: readonly string[];
}

export interface DirectiveCursor {
  position: number;
  argument: number;
  reordered: boolean;
}

/** Go rejects larger widths and precisions. */
const MAX_SIZE = 1_000_000;

/** Reads a directive at the cursor, moves the cursor past the verb, and consumes the arguments for `*`. */
export function readDirective(format: string, args: readonly GoArgument[], cursor: DirectiveCursor): Directive {
  return new DirectiveReader(format, args, cursor).read();
}

class DirectiveReader {
  private goodArgument = true;
  private afterIndex = false;
  private minus = false;
  private zero = false;
  private readonly remarks: string[] = [];

  constructor(
    private readonly format: string,
    private readonly args: readonly GoArgument[],
    private readonly cursor: DirectiveCursor,
  ) {}

  read(): Directive {
    const flags = this.readFlags();
    this.readIndex();
    const width = this.readWidth();
    const precision = this.readPrecision();
    if (!this.afterIndex) {
      this.readIndex();
    }
    const code = this.format.codePointAt(this.cursor.position);
    const verb = code === undefined ? undefined : String.fromCodePoint(code);
    this.cursor.position += verb?.length ?? 0;
    const { minus, zero, goodArgument, remarks } = this;
    return { ...flags, verb, minus, zero: zero && !minus, width, precision, goodArgument, remarks };
  }

  private readFlags(): { plus: boolean; sharp: boolean; space: boolean } {
    const flags = { plus: false, sharp: false, space: false };
    for (; ; this.cursor.position++) {
      switch (this.peek()) {
        case '+':
          flags.plus = true;
          break;
        case '#':
          flags.sharp = true;
          break;
        case ' ':
          flags.space = true;
          break;
        case '-':
          this.minus = true;
          break;
        case '0':
          this.zero = true;
          break;
        default:
          return flags;
      }
    }
  }

  private readWidth(): number | undefined {
    if (this.peek() === '*') {
      this.cursor.position++;
      const width = this.takeSize();
      if (width === undefined) {
        this.remarks.push('%!(BADWIDTH)');
        return undefined;
      }
      if (width < 0) {
        this.minus = true;
      }
      return Math.abs(width);
    }
    const width = this.readNumber();
    if (this.afterIndex && width !== undefined) {
      this.goodArgument = false;
    }
    return width;
  }

  private readPrecision(): number | undefined {
    if (this.peek() !== '.') {
      return undefined;
    }
    this.cursor.position++;
    if (this.afterIndex) {
      this.goodArgument = false;
    }
    this.readIndex();
    if (this.peek() === '*') {
      this.cursor.position++;
      const precision = this.takeSize();
      if (precision === undefined) {
        this.remarks.push('%!(BADPREC)');
        return undefined;
      }
      return precision < 0 ? undefined : precision;
    }
    return this.readNumber() ?? 0;
  }

  /** Consumes the integer argument for `*`. */
  private takeSize(): number | undefined {
    this.afterIndex = false;
    const argument = this.args[this.cursor.argument];
    if (argument === undefined) {
      return undefined;
    }
    this.cursor.argument++;
    const size = argument.type === 'int' ? Number(argument.value) : MAX_SIZE + 1;
    return Math.abs(size) > MAX_SIZE ? undefined : size;
  }

  private readNumber(): number | undefined {
    const start = this.cursor.position;
    while (isDigit(this.peek())) {
      this.cursor.position++;
    }
    if (this.cursor.position === start) {
      return undefined;
    }
    const number = Number(this.format.slice(start, this.cursor.position));
    if (number > MAX_SIZE) {
      this.cursor.position = this.format.length;
      return undefined;
    }
    return number;
  }

  /** Reads an argument index, `[n]`. */
  private readIndex(): void {
    this.afterIndex = false;
    if (this.peek() !== '[') {
      return;
    }
    this.cursor.reordered = true;
    const close = this.format.indexOf(']', this.cursor.position);
    if (close === -1) {
      this.goodArgument = false;
      this.cursor.position++;
      return;
    }
    const text = this.format.slice(this.cursor.position + 1, close);
    const index = /^\d{1,7}$/.test(text) ? Number(text) - 1 : -1;
    this.cursor.position = close + 1;
    this.afterIndex = true;
    if (index < 0 || index >= this.args.length) {
      this.goodArgument = false;
      return;
    }
    this.cursor.argument = index;
  }

  private peek(): string {
    return this.format.charAt(this.cursor.position);
  }
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}

/** Pads to the width, which is counted in code points. */
export function pad(text: string, { width, minus, zero }: Directive): string {
  if (width === undefined) {
    return text;
  }
  const missing = Math.max(width - countCodePoints(text), 0);
  return minus ? text + ' '.repeat(missing) : (zero ? '0' : ' ').repeat(missing) + text;
}
