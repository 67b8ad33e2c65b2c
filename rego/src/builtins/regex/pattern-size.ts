/** A Unicode class is one instruction, but has hundreds of ranges to compile. */
const SIZE_OF_UNICODE_CLASS = 20;

/**
 * Estimates how many instructions a pattern compiles to, without compiling it: `(?:ab){1,300}{2}` counts as 1,200. The estimate is never
 * much too low, so compiling a pattern whose estimate is below a limit is cheap. The estimate for a malformed pattern is arbitrary, because
 * the compiler rejects it.
 */
export function estimatePatternSize(pattern: string): number {
  const scanner = new SizeScanner(pattern);
  return scanner.run();
}

class SizeScanner {
  private at = 0;
  /** The sizes of the enclosing groups, up to the start of the open group. */
  private readonly outer: number[] = [];
  private size = 0;
  /** Size of the last atom, which a repetition multiplies. */
  private last = 0;

  constructor(private readonly pattern: string) {}

  run(): number {
    while (this.at < this.pattern.length) {
      this.readOne();
    }
    return this.outer.reduce((total, size) => total + size, this.size);
  }

  private readOne(): void {
    switch (this.pattern.charAt(this.at)) {
      case '(':
        this.openGroup();
        return;
      case ')':
        this.at++;
        this.closeGroup();
        return;
      case '{':
        this.readRepetition();
        return;
      case '[':
        this.addAtom(this.skipClass());
        return;
      case '\\':
        this.skipEscape();
        return;
      case '*':
      case '+':
      case '?':
      case '|':
        this.at++;
        this.size += 1;
        this.last += 1;
        return;
      default:
        this.at++;
        this.addAtom(1);
    }
  }

  /** Only a capturing group adds instructions. */
  private openGroup(): void {
    this.at++;
    this.outer.push(this.size);
    this.size = 2;
    if (this.pattern.charAt(this.at) !== '?') {
      return;
    }
    const header = /^\?(?:P?<[^>]*>|[a-zA-Z-]*:?)/.exec(this.pattern.slice(this.at))?.[0] ?? '?';
    this.size = header.endsWith('>') ? 2 : 0;
    this.at += header.length;
  }

  private addAtom(size: number): void {
    this.size += size;
    this.last = size;
  }

  private closeGroup(): void {
    const inner = this.size;
    this.size = this.outer.pop() ?? 0;
    this.addAtom(inner);
  }

  private readRepetition(): void {
    const end = this.pattern.indexOf('}', this.at);
    const [least = '', most] = end === -1 ? [] : this.pattern.slice(this.at + 1, end).split(',');
    if (!isCount(least) || (most !== undefined && most !== '' && !isCount(most))) {
      this.at++;
      this.addAtom(1);
      return;
    }
    this.at = end + 1;
    const repeated = this.repeatedSize(Number(least), most);
    this.size += repeated - this.last;
    this.last = repeated;
  }

  /** An optional copy costs one instruction more than a required one. */
  private repeatedSize(least: number, most: string | undefined): number {
    if (most === undefined) {
      return this.last * least;
    }
    return most === '' ? this.last * (least + 1) + 1 : this.last * Number(most) + Math.max(0, Number(most) - least);
  }

  /** `[]a]` and `[^]a]` contain a bracket; `[[:alpha:]]` nests once. */
  private skipClass(): number {
    let size = 1;
    this.at++;
    if (this.pattern.charAt(this.at) === '^') {
      this.at++;
    }
    if (this.pattern.charAt(this.at) === ']') {
      this.at++;
    }
    while (this.at < this.pattern.length) {
      const character = this.pattern.charAt(this.at);
      if (character === ']') {
        this.at++;
        return size;
      }
      if (this.pattern.startsWith('[:', this.at)) {
        const close = this.pattern.indexOf(':]', this.at + 2);
        this.at = close === -1 ? this.at + 1 : close + 2;
      } else {
        size += /^\\[pP]/.test(this.pattern.slice(this.at, this.at + 2)) ? SIZE_OF_UNICODE_CLASS : 0;
        this.at += character === '\\' ? 2 : 1;
      }
    }
    return size;
  }

  private skipEscape(): void {
    const kind = this.pattern.charAt(this.at + 1);
    if (kind === 'Q') {
      const end = this.pattern.indexOf('\\E', this.at);
      const stop = end === -1 ? this.pattern.length : end;
      this.size += stop - this.at;
      this.last = 1;
      this.at = stop + 2;
      return;
    }
    this.at += 2;
    const isUnicodeClass = kind === 'p' || kind === 'P';
    if ((isUnicodeClass || kind === 'x') && this.pattern.charAt(this.at) === '{') {
      const end = this.pattern.indexOf('}', this.at);
      this.at = end === -1 ? this.pattern.length : end + 1;
    } else if (isUnicodeClass) {
      this.at++;
    }
    this.addAtom(isUnicodeClass ? SIZE_OF_UNICODE_CLASS : 1);
  }
}

function isCount(text: string): boolean {
  return text.length > 0 && text.length <= 6 && [...text].every((digit) => digit >= '0' && digit <= '9');
}
