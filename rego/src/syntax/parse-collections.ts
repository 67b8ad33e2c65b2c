import type { Body, Location, Term } from './ast.js';
import { TermParser } from './parse-terms.js';
import { raise, SyntaxFailure } from './syntax-failure.js';
import type { Mark } from './token-cursor.js';
import type { TokenKind } from './tokens.js';

/**
 * Parses arrays, sets, objects and their comprehensions. After `[x |` or `{x |`, a comprehension takes precedence over the `|` operator.
 * The `|` is an operator only if a comma shows that there is no comprehension (`[x | y, z]`).
 */
export abstract class CollectionParser extends TermParser {
  protected collection(open: '[' | '{'): Term {
    return open === '[' ? this.array() : this.braces();
  }

  private array(): Term {
    const mark = this.mark();
    this.next();
    const mayBeComprehension = !this.skipLeadingComma();
    if (this.at(']') && mayBeComprehension) {
      return { kind: 'array', loc: this.close(mark), items: [] };
    }
    const headMark = this.mark();
    const head = this.term();
    if (this.at('or') && mayBeComprehension) {
      const height = this.height;
      const body = this.comprehensionBody(']', [',']);
      if (body !== undefined) {
        this.grow(Math.max(height, this.height) + 1);
        return { kind: 'arrayComprehension', loc: this.close(mark), value: head, body };
      }
    }
    const items = this.items(']', this.infixFrom(head, headMark, false));
    return { kind: 'array', loc: this.locate(mark), items };
  }

  private braces(): Term {
    const mark = this.mark();
    this.next();
    const mayBeComprehension = !this.skipLeadingComma();
    if (this.at('}') && mayBeComprehension) {
      return { kind: 'object', loc: this.close(mark), entries: [] };
    }
    const headMark = this.mark();
    const head = this.term();
    if (this.at('or') && mayBeComprehension) {
      const height = this.height;
      const body = this.comprehensionBody('}', [',', ':']);
      if (body !== undefined) {
        this.grow(Math.max(height, this.height) + 1);
        return { kind: 'setComprehension', loc: this.close(mark), value: head, body };
      }
    }
    const first = this.infixFrom(head, headMark, false);
    if (this.at(':')) {
      return this.object(mark, first, mayBeComprehension);
    }
    if (!this.at('}') && !this.at(',')) {
      this.unexpected('non-terminated set');
    }
    const items = this.items('}', first);
    return { kind: 'set', loc: this.locate(mark), items };
  }

  private object(mark: Mark, key: Term, mayBeComprehension: boolean): Term {
    const keyHeight = this.height;
    this.next();
    const valueMark = this.mark();
    const head = this.term();
    if (this.at('or') && mayBeComprehension) {
      const height = Math.max(keyHeight, this.height);
      const body = this.comprehensionBody('}', [',', ':']);
      if (body !== undefined) {
        this.grow(Math.max(height, this.height) + 1);
        return { kind: 'objectComprehension', loc: this.close(mark), key, value: head, body };
      }
    }
    const value = this.infixFrom(head, valueMark, false);
    const entries = this.entries([key, value], Math.max(keyHeight, this.height));
    return { kind: 'object', loc: this.locate(mark), entries: withoutRepeats(entries) };
  }

  /** Skips a leading comma. For compatibility with old policies, OPA reads `[, x]` as `[x]`, which is never a comprehension. */
  private skipLeadingComma(): boolean {
    if (!this.at(',')) {
      return false;
    }
    this.next();
    return true;
  }

  /** Skips the closing bracket. Returns the location of the entire collection. */
  private close(mark: Mark): Location {
    this.next();
    return this.locate(mark);
  }

  private items(end: ']' | '}', first: Term): Term[] {
    if (this.at(',')) {
      this.next();
    } else if (!this.at(end)) {
      this.unexpected(`expected "," or "${end}"`);
    }
    const items = this.list(end, [first]);
    this.grow(this.height + 1);
    return items;
  }

  /**
   * Reads the body after `[x |`. Returns `undefined`, with the cursor back at the `|`, if one of the listed tokens shows that `|` is an
   * operator.
   */
  private comprehensionBody(end: ']' | '}', operatorIfBefore: readonly TokenKind[]): Body | undefined {
    const { height } = this;
    const result = this.attempt(() => {
      this.next();
      return this.body(end);
    });
    if (!(result instanceof SyntaxFailure)) {
      return result;
    }
    if (result.token === undefined || !operatorIfBefore.includes(result.token)) {
      raise(result);
    }
    this.height = height;
    return undefined;
  }

  private entries(first: readonly [Term, Term], firstHeight: number): (readonly [Term, Term])[] {
    const entries = [first];
    let height = firstHeight;
    while (!this.at('}')) {
      if (!this.at(',')) {
        this.unexpected(entries.length === 1 ? 'non-terminated object' : 'expected "," or "}"');
      }
      this.next();
      if (this.at('}')) {
        break;
      }
      const key = this.infix(false);
      height = Math.max(height, this.height);
      if (!this.at(':')) {
        this.unexpected('expected ":"');
      }
      this.next();
      entries.push([key, this.infix(false)]);
      height = Math.max(height, this.height);
    }
    this.next();
    this.grow(height + 1);
    return entries;
  }
}

type Entry = readonly [Term, Term];

/** Removes duplicate keys. As in OPA, the last value wins and takes the position of the first key, even if the object is a pattern. */
function withoutRepeats(entries: readonly Entry[]): readonly Entry[] {
  const kept = new Map<string | Entry, Entry>();
  for (const entry of entries) {
    const [key, value] = entry;
    const name = nameOfKey(key) ?? entry;
    kept.set(name, [kept.get(name)?.[0] ?? key, value]);
  }
  return kept.size === entries.length ? entries : [...kept.values()];
}

/** Returns a name that equal keys share; `undefined` for keys whose equality is known only at evaluation. */
function nameOfKey(key: Term): string | undefined {
  if (key.kind === 'string' || key.kind === 'boolean') {
    return `${key.kind} ${key.value}`;
  }
  if (key.kind === 'number') {
    return `number ${key.text}`;
  }
  return key.kind === 'var' ? `var ${key.name}` : undefined;
}
