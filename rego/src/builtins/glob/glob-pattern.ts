import { BuiltinError } from '../../errors.js';
import type { Budget } from '../../evaluate/budget.js';
import { quotePattern } from '../regex/pattern.js';

const MAX_GLOB_LENGTH = 8_192;

/**
 * Translates a glob of github.com/gobwas/glob to an RE2 pattern that must match the entire text. `*` and `?` do not match delimiters; `**`
 * matches anything. `[abc]`, `[a-z]` and their negations with `!` match one character, including a delimiter. `{a,b}` contains
 * alternatives, which can nest. A backslash escapes the next character. Throws `BuiltinError` for a malformed range.
 */
export function globPattern(glob: string, delimiters: readonly string[], budget: Budget): string {
  if (glob.length > MAX_GLOB_LENGTH) {
    throw fail(`the glob is longer than ${MAX_GLOB_LENGTH} characters`);
  }
  budget.step(1 + glob.length);
  return new GlobTranslator(Array.from(glob), delimiters).translate();
}

class GlobTranslator {
  private at = 0;
  private depth = 0;
  private readonly anyOne: string;

  constructor(
    private readonly glob: readonly string[],
    delimiters: readonly string[],
  ) {
    this.anyOne = delimiters.length === 0 ? '.' : `[^${delimiters.map(quoteInClass).join('')}]`;
  }

  translate(): string {
    const parts: string[] = [];
    while (this.at < this.glob.length) {
      parts.push(this.nextPart());
    }
    // The end of the glob closes any open brace.
    return `^(?s:${parts.join('')}${')'.repeat(this.depth)})$`;
  }

  private nextPart(): string {
    const character = this.glob[this.at] ?? '';
    this.at++;
    switch (character) {
      case '*':
        if (this.glob[this.at] === '*') {
          this.at++;
          return '.*';
        }
        return `${this.anyOne}*`;
      case '?':
        return this.anyOne;
      case '[':
        return this.readRange();
      case '{':
        this.depth++;
        return '(?:';
      case '}':
        return this.depth === 0 ? quotePattern(character) : this.closeAlternatives();
      case ',':
        return this.depth === 0 ? ',' : '|';
      case '\\':
        this.at++;
        return quotePattern(this.glob[this.at - 1] ?? '');
      default:
        return quotePattern(character);
    }
  }

  private closeAlternatives(): string {
    this.depth--;
    return ')';
  }

  private readRange(): string {
    const negated = this.glob[this.at] === '!';
    if (negated) {
      this.at++;
    }
    const members = this.glob[this.at + 1] === '-' ? this.readBounds() : this.readList();
    if (this.at >= this.glob.length) {
      throw fail('unexpected end of input');
    }
    if (this.glob[this.at] !== ']') {
      throw fail('expected close range character');
    }
    this.at++;
    if (members === '') {
      throw fail('could not parse range');
    }
    return `[${negated ? '^' : ''}${members}]`;
  }

  private readBounds(): string {
    const [low = '', high] = [this.glob[this.at], this.glob[this.at + 2]];
    if (high === undefined) {
      throw fail('unexpected end of input');
    }
    if ((high.codePointAt(0) ?? 0) < (low.codePointAt(0) ?? 0)) {
      throw fail(`hi character '${high}' should be greater than lo '${low}'`);
    }
    this.at += 3;
    return `${quoteInClass(low)}-${quoteInClass(high)}`;
  }

  private readList(): string {
    let members = '';
    while (this.at < this.glob.length && this.glob[this.at] !== ']') {
      if (this.glob[this.at] === '\\') {
        this.at++;
      }
      members += quoteInClass(this.glob[this.at] ?? '');
      this.at++;
    }
    return members;
  }
}

function quoteInClass(character: string): string {
  return '\\[]^-'.includes(character) && character !== '' ? `\\${character}` : character;
}

function fail(message: string): BuiltinError {
  return new BuiltinError('eval_builtin_error', message);
}
