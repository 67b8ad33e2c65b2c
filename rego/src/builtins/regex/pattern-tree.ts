import { ANY, type CodePoints, complementOf, DIGITS, SPACE, unionOf, WORD } from './code-points.js';

/** A regular expression without anchors, captures or flags: enough to determine whether a pattern matches. */
export type PatternTree =
  | { readonly kind: 'set'; readonly points: CodePoints }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternTree[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternTree[] }
  /** `max` can be infinite. */
  | { readonly kind: 'repeat'; readonly body: PatternTree; readonly min: number; readonly max: number };

/** A pattern anchored at the start of the text, and at its end if `toEnd` is true. */
export interface AnchoredPattern {
  readonly tree: PatternTree;
  readonly toEnd: boolean;
}

/** Thrown if the pattern uses syntax outside the subset. */
class NotSimple extends Error {}

const LINE_BREAK = 0x0a;
const CLASSES: Readonly<Record<string, CodePoints>> = {
  d: DIGITS,
  D: complementOf(DIGITS),
  w: WORD,
  W: complementOf(WORD),
  s: SPACE,
  S: complementOf(SPACE),
};
const CONTROLS: Readonly<Record<string, number>> = { a: 0x07, f: 0x0c, n: 0x0a, r: 0x0d, t: 0x09, v: 0x0b };
const PUNCTUATION = /^[!-/:-@[-`{-~]$/;
const REPEATS: Readonly<Record<string, readonly [number, number]>> = {
  '*': [0, Number.POSITIVE_INFINITY],
  '+': [1, Number.POSITIVE_INFINITY],
  '?': [0, 1],
};
const COUNT = /^\{(\d{1,3})(?:(,)(\d{1,3})?)?\}/;

/**
 * Parses an RE2 pattern (https://github.com/google/re2/wiki/Syntax) that starts with `^`. Returns `undefined` if it contains anything other
 * than characters, classes, groups, alternatives and repetitions, or a syntax error, which RE2 then reports.
 */
export function parseAnchored(source: string): AnchoredPattern | undefined {
  if (!source.startsWith('^')) {
    return undefined;
  }
  const toEnd = /(?:^|[^\\])(?:\\\\)*\$$/.test(source);
  try {
    const tree = new TreeParser(source.slice(1, toEnd ? -1 : undefined)).whole();
    return { tree, toEnd };
  } catch (error) {
    if (error instanceof NotSimple) {
      return undefined;
    }
    throw error;
  }
}

class TreeParser {
  private readonly characters: readonly string[];
  private at = 0;
  private isDotAll = false;

  constructor(source: string) {
    this.characters = Array.from(source);
  }

  /** Rejects alternatives at the top level: only the first would be anchored. */
  whole(): PatternTree {
    const tree = this.sequence();
    if (this.at < this.characters.length) {
      throw new NotSimple();
    }
    return tree;
  }

  private choice(): PatternTree {
    const options = [this.sequence()];
    while (this.take('|')) {
      options.push(this.sequence());
    }
    return options.length === 1 && options[0] !== undefined ? options[0] : { kind: 'choice', options };
  }

  private sequence(): PatternTree {
    const parts: PatternTree[] = [];
    while (this.at < this.characters.length && this.next !== '|' && this.next !== ')') {
      parts.push(this.repeated(this.atom()));
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'sequence', parts };
  }

  private atom(): PatternTree {
    const character = this.read();
    switch (character) {
      case '(':
        return this.group();
      case '[':
        return { kind: 'set', points: this.set() };
      case '.':
        return { kind: 'set', points: this.isDotAll ? ANY : complementOf([[LINE_BREAK, LINE_BREAK]]) };
      case '\\':
        return { kind: 'set', points: this.escaped() };
      case '^':
      case '$':
      case '*':
      case '+':
      case '?':
      case '{':
        throw new NotSimple();
      default:
        return { kind: 'set', points: pointOf(character) };
    }
  }

  private group(): PatternTree {
    const before = this.isDotAll;
    if (this.take('?')) {
      if (this.take('s')) {
        this.isDotAll = true;
      }
      this.expect(':');
    }
    const inner = this.choice();
    this.expect(')');
    this.isDotAll = before;
    return inner;
  }

  private repeated(body: PatternTree): PatternTree {
    const bounds = this.bounds();
    if (bounds === undefined) {
      return body;
    }
    // A lazy repetition matches the same strings as a greedy one.
    this.take('?');
    if (this.bounds() !== undefined) {
      throw new NotSimple();
    }
    return { kind: 'repeat', body, min: bounds[0], max: bounds[1] };
  }

  private bounds(): readonly [number, number] | undefined {
    const simple = REPEATS[this.next ?? ''];
    if (simple !== undefined) {
      this.at++;
      return simple;
    }
    if (this.next !== '{') {
      return undefined;
    }
    const count = COUNT.exec(this.characters.slice(this.at, this.at + 9).join(''));
    if (count === null) {
      throw new NotSimple();
    }
    this.at += count[0].length;
    const min = Number(count[1]);
    const max = count[2] === undefined ? min : count[3] === undefined ? Number.POSITIVE_INFINITY : Number(count[3]);
    if (max < min) {
      throw new NotSimple();
    }
    return [min, max];
  }

  private set(): CodePoints {
    const isNegated = this.take('^');
    const ranges: (readonly [number, number])[] = [];
    for (let isFirst = true; isFirst || this.next !== ']'; isFirst = false) {
      const from = this.member();
      if (this.next !== '-' || this.characters[this.at + 1] === ']') {
        ranges.push(...from);
        continue;
      }
      this.at++;
      const to = this.member();
      const [first, last] = [onlyOf(from), onlyOf(to)];
      if (last < first) {
        throw new NotSimple();
      }
      ranges.push([first, last]);
    }
    this.expect(']');
    const set = unionOf(ranges);
    return isNegated ? complementOf(set) : set;
  }

  private member(): CodePoints {
    const character = this.read();
    if (character === '\\') {
      return this.escaped();
    }
    // `[:alpha:]` is a class within a class.
    if (character === '[' && this.next === ':') {
      throw new NotSimple();
    }
    return pointOf(character);
  }

  private escaped(): CodePoints {
    const character = this.read();
    const known = CLASSES[character];
    if (known !== undefined) {
      return known;
    }
    const control = CONTROLS[character];
    if (control !== undefined) {
      return [[control, control]];
    }
    if (!PUNCTUATION.test(character)) {
      throw new NotSimple();
    }
    return pointOf(character);
  }

  private get next(): string | undefined {
    return this.characters[this.at];
  }

  private read(): string {
    const character = this.next;
    if (character === undefined) {
      throw new NotSimple();
    }
    this.at++;
    return character;
  }

  private take(character: string): boolean {
    const isNext = this.next === character;
    this.at += isNext ? 1 : 0;
    return isNext;
  }

  private expect(character: string): void {
    if (!this.take(character)) {
      throw new NotSimple();
    }
  }
}

function pointOf(character: string): CodePoints {
  const point = character.codePointAt(0) ?? 0;
  return [[point, point]];
}

/** Returns the single code point at one end of a range. */
function onlyOf(points: CodePoints): number {
  const [only, ...others] = points;
  if (only === undefined || others.length > 0 || only[0] !== only[1]) {
    throw new NotSimple();
  }
  return only[0];
}
