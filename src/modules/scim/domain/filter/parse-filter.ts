import { ScimError, shown } from '../../contract/scim-error';
import { type Comparison, COMPARISONS, type Filter } from './filter.types';
import { type Token, tokensOf } from './tokens';

/** Maximum nesting of parentheses, brackets and `not`. */
const MAX_DEPTH = 32;
/** Maximum number of comparisons in one filter. */
const MAX_TERMS = 256;

const PATH = /^[A-Za-z$][\w$.:/+%~-]*$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Parses a filter according to the grammar of RFC 7644 §3.4.2.2: `and` binds tighter than `or`, keywords are case-insensitive, and `not`
 * requires parentheses. It also accepts `path[filter].sub op value`, which Entra ID sends. Errors: `invalidFilter`, including for a filter
 * that is nested more than 32 levels deep or contains more than 256 comparisons.
 */
export function parseFilter(text: string): Filter {
  const reader = new FilterReader(tokensOf(text));
  const filter = reader.disjunction(0);
  reader.expectEnd();
  return filter;
}

/** A path in a PATCH (RFC 7644 §3.5.2, PATH): `path`, `path[filter]` or `path[filter].sub`. */
export interface ValuePath {
  readonly path: string;
  readonly filter: Filter | null;
  readonly sub: string | null;
}

/** Parses a path. Errors: `invalidPath`, including for a malformed filter in brackets, which makes the path invalid. */
export function parseValuePath(text: string): ValuePath {
  try {
    return new FilterReader(tokensOf(text)).valuePath();
  } catch (fault) {
    throw fault instanceof ScimError ? new ScimError('invalidPath', fault.message) : fault;
  }
}

class FilterReader {
  private next = 0;
  private terms = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  disjunction(depth: number): Filter {
    return this.joined('or', () => this.joined('and', () => this.term(depth)));
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.unexpected();
  }

  valuePath(): ValuePath {
    const first = this.take();
    if (first.kind !== 'word' || !PATH.test(first.text)) {
      throw new ScimError('invalidPath', 'A path must begin with the name of an attribute.');
    }
    if (this.peek().kind === 'end') return { path: first.text, filter: null, sub: null };
    if (this.peek().kind !== '[')
      throw new ScimError('invalidPath', 'A path must be an attribute, optionally with a filter.');
    const filter = this.bracketed(0);
    const rest = this.take();
    if (rest.kind === 'end') return { path: first.text, filter, sub: null };
    const sub =
      rest.kind === 'word' && rest.isAfterBracket ? /^\.(\$?[A-Za-z][\w-]*)$/.exec(rest.text)?.[1] : undefined;
    if (sub === undefined || this.peek().kind !== 'end') {
      throw new ScimError('invalidPath', 'After a filter in brackets, a path can only have "." and a sub-attribute.');
    }
    return { path: first.text, filter, sub };
  }

  private joined(kind: 'and' | 'or', part: () => Filter): Filter {
    const first = part();
    const parts = [first];
    while (this.takeWord(kind)) parts.push(part());
    return parts.length === 1 ? first : { kind, parts };
  }

  private term(depth: number): Filter {
    if (depth > MAX_DEPTH) throw new ScimError('invalidFilter', `A filter can have at most ${MAX_DEPTH} levels.`);
    if (this.peek().kind === '(') return this.grouped(depth);
    if (this.isWord('not') && this.tokens[this.next + 1]?.kind === '(') {
      this.take();
      return { kind: 'not', part: this.grouped(depth) };
    }
    return this.attribute(depth);
  }

  private grouped(depth: number): Filter {
    this.take();
    const inner = this.disjunction(depth + 1);
    if (this.peek().kind !== ')') throw this.unexpected();
    this.take();
    return inner;
  }

  private bracketed(depth: number): Filter {
    this.take();
    const inner = this.disjunction(depth + 1);
    if (this.peek().kind !== ']') throw this.unexpected();
    this.take();
    return inner;
  }

  private attribute(depth: number): Filter {
    const token = this.peek();
    if (token.kind !== 'word' || !PATH.test(token.text)) throw this.unexpected();
    this.take();
    this.count();
    if (this.peek().kind !== '[') return this.comparison(token.text);
    const part = this.bracketed(depth);
    const after = this.peek();
    if (after.kind !== 'word' || !after.isAfterBracket) return { kind: 'values', path: token.text, part };
    const sub = /^\.(\$?[A-Za-z][\w-]*)$/.exec(after.text)?.[1];
    if (sub === undefined) throw this.unexpected();
    this.take();
    return { kind: 'values', path: token.text, part: { kind: 'and', parts: [part, this.comparison(sub)] } };
  }

  private comparison(path: string): Filter {
    if (this.takeWord('pr')) return { kind: 'present', path };
    const token = this.peek();
    const op = COMPARISONS.find((known) => this.isWord(known));
    if (token.kind !== 'word' || op === undefined) throw this.unexpected();
    this.take();
    return { kind: 'compare', path, op: op satisfies Comparison, value: this.value() };
  }

  private value(): string | number | boolean | null {
    const token = this.peek();
    const read = valueOf(token);
    if (read === undefined) throw this.unexpected();
    this.take();
    return read;
  }

  private count(): void {
    this.terms += 1;
    if (this.terms > MAX_TERMS) throw new ScimError('invalidFilter', `A filter has at most ${MAX_TERMS} comparisons.`);
  }

  private peek(): Token {
    const token = this.tokens[this.next];
    if (token === undefined) throw new Error('A filter was read beyond its end.');
    return token;
  }

  private take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.next += 1;
    return token;
  }

  private isWord(word: string): boolean {
    const token = this.peek();
    return token.kind === 'word' && token.text.toLowerCase() === word;
  }

  private takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.take();
    return true;
  }

  private unexpected(): ScimError {
    const token = this.peek();
    if (token.kind === 'end') return new ScimError('invalidFilter', 'The filter ends too early.');
    return new ScimError('invalidFilter', `"${shown(token.text)}" at position ${token.at + 1} was not expected.`);
  }
}

/** Returns a JSON value, or `undefined` if the token is not a value. Keywords are case-insensitive, as in ABNF. */
function valueOf(token: Token): string | number | boolean | null | undefined {
  if (token.kind === 'string') return token.value;
  if (token.kind !== 'word') return undefined;
  if (NUMBER.test(token.text)) return Number(token.text);
  return new Map<string, boolean | null>([
    ['true', true],
    ['false', false],
    ['null', null],
  ]).get(token.text.toLowerCase());
}
