import type { Body, StringTerm, Term, VarTerm } from './ast.js';
import { operatorName } from './operators.js';
import { LiteralParser } from './parse-literals.js';
import { SyntaxFailure } from './syntax-failure.js';
import { exactly, type Mark } from './token-cursor.js';
import { isKeyword, type TokenKind } from './tokens.js';

/** The precedence of infix operators. `in`, `=` and `:=` have lower precedence and are parsed separately. */
const STRENGTH: Partial<Record<TokenKind, number>> = {
  equal: 1,
  neq: 1,
  lt: 1,
  gt: 1,
  lte: 1,
  gte: 1,
  or: 2,
  and: 3,
  plus: 4,
  minus: 4,
  mul: 5,
  div: 5,
  rem: 5,
};

const REFERENCE_HEADS: ReadonlySet<Term['kind']> = new Set([
  'var',
  'array',
  'object',
  'set',
  'arrayComprehension',
  'objectComprehension',
  'setComprehension',
  'call',
]);

/** Parses terms without operators: literals, references, calls, and bracketed terms (see `CollectionParser`). */
export abstract class TermParser extends LiteralParser {
  /** The head and path of the last call's callee. The parser of a rule's head needs them separately. */
  protected callee: { readonly head: Term; readonly path: readonly Term[] } | undefined;

  protected abstract collection(open: '[' | '{'): Term;

  /** Parses a term with infix operators, including `in`. `pairs` allows `k, v in xs` (OPA `parseTermInfixCall`). */
  protected infix(pairs = true): Term {
    const mark = this.mark();
    return this.infixFrom(this.term(), mark, pairs);
  }

  /** Parses the operators after a term that has already been parsed. */
  protected infixFrom(first: Term, mark: Mark, pairs: boolean): Term {
    let left = this.relation(first, mark);
    if (pairs && this.at(',')) {
      left = this.memberOfPair(left, mark) ?? left;
    }
    while (this.at('in') && !this.lexer.referenceFollows()) {
      const height = this.height;
      this.next();
      const domainMark = this.mark();
      const domain = this.relation(this.term(), domainMark);
      this.grow(Math.max(height, this.height) + 1);
      left = { kind: 'call', loc: this.locate(mark), operator: 'internal.member_2', args: [left, domain] };
    }
    return left;
  }

  protected relation(first: Term, mark: Mark): Term {
    return this.operators(first, mark, 1);
  }

  protected variable(): VarTerm {
    const mark = this.mark();
    const { text } = this.lexer;
    const name = text === '_' ? this.wildcard() : text;
    this.next();
    this.height = 1;
    return { kind: 'var', loc: this.locate(mark), name };
  }

  /** Parses a term without operators (OPA `parseTerm`). */
  protected term(): Term {
    const mark = this.mark();
    return this.finish(this.atom(mark), mark);
  }

  /** Parses the path and calls directly after a term. */
  protected finish(head: Term, mark: Mark): Term {
    return this.lexer.spaceBefore ? head : this.referenceTail(head, mark);
  }

  protected referenceTail(head: Term, mark: Mark): Term {
    return this.at('(') || this.at('.') || this.at('[') ? this.reference(head, mark) : head;
  }

  private operators(first: Term, mark: Mark, weakest: number): Term {
    let left = first;
    for (;;) {
      const operator = this.kind;
      const strength = STRENGTH[operator] ?? 0;
      if (strength < weakest) {
        return left;
      }
      const leftHeight = this.height;
      this.next();
      const rightMark = this.mark();
      const right = this.operators(this.term(), rightMark, strength + 1);
      this.grow(Math.max(leftHeight, this.height) + 1);
      left = { kind: 'call', loc: this.locate(mark), operator, args: [left, right] };
    }
  }

  /**
   * Parses `k, v in xs`, where `k` has already been parsed and the comma is next. Returns `undefined` without reading anything if no `in`
   * follows.
   */
  private memberOfPair(key: Term, mark: Mark): Term | undefined {
    const keyHeight = this.height;
    const result = this.attempt((): Term => {
      this.next();
      const valueMark = this.mark();
      const value = this.relation(this.term(), valueMark);
      const valueHeight = this.height;
      if (!this.at('in')) {
        this.unexpected();
      }
      this.next();
      const domainMark = this.mark();
      const domain = this.relation(this.term(), domainMark);
      this.grow(Math.max(keyHeight, valueHeight, this.height) + 1);
      return { kind: 'call', loc: this.locate(mark), operator: 'internal.member_3', args: [key, value, domain] };
    });
    if (!(result instanceof SyntaxFailure)) {
      return result;
    }
    this.height = keyHeight;
    return undefined;
  }

  private atom(mark: Mark): Term {
    this.height = 1;
    if (this.at('null')) {
      this.next();
      return { kind: 'null', loc: this.locate(mark) };
    }
    if (this.at('true') || this.at('false')) {
      const value = this.at('true');
      this.next();
      return { kind: 'boolean', loc: this.locate(mark), value };
    }
    if (this.at('minus') || this.at('.') || this.at('number')) {
      return this.number(mark);
    }
    // `contains` is a keyword only in the head of a rule.
    if (this.at('identifier') || this.at('contains')) {
      return this.variable();
    }
    return this.at('string') ? this.string(mark) : this.bracketed(mark);
  }

  private bracketed(mark: Mark): Term {
    if (this.at('[')) {
      return this.remember(() => this.nested(() => this.collection('[')));
    }
    if (this.at('{')) {
      return this.remember(() => this.nested(() => this.collection('{')));
    }
    if (this.at('(')) {
      return this.remember(() => this.nested(() => this.parenthesised()));
    }
    if (this.at('template-string-part') || this.at('template-string-end')) {
      return this.remember(() => this.nested(() => this.template(mark)));
    }
    return this.unexpected();
  }

  private parenthesised(): Term {
    this.next();
    const term = this.infix();
    if (!this.at(')')) {
      this.fail('non-terminated expression');
    }
    this.next();
    return term;
  }

  private reference(head: Term, mark: Mark): Term {
    if (!REFERENCE_HEADS.has(head.kind)) {
      this.failAt(mark, `illegal ref (head cannot be ${head.kind})`);
    }
    const path: Term[] = [];
    let height = this.height;
    let first = true;
    while (first || !this.lexer.spaceBefore) {
      first = false;
      if (this.at('(')) {
        return this.call(head, path, mark, height);
      }
      if (this.at('.')) {
        path.push(this.member());
      } else if (this.at('[')) {
        path.push(this.index());
        height = Math.max(height, this.height);
      } else {
        break;
      }
    }
    this.grow(height + 1);
    return { kind: 'ref', loc: this.locate(mark), head, path: exactly(path) };
  }

  private member(): StringTerm {
    this.next();
    if (this.lexer.spaceBefore) {
      this.fail('unexpected whitespace token: expected identifier');
    }
    if (!this.at('identifier') && !isKeyword(this.kind)) {
      this.unexpected('expected identifier');
    }
    const mark = this.mark();
    const value = this.lexer.text;
    this.next();
    return { kind: 'string', loc: this.locate(mark), value };
  }

  private index(): Term {
    return this.nested(() => {
      this.next();
      const term = this.infix();
      if (!this.at(']')) {
        this.unexpected('expected [');
      }
      this.next();
      return term;
    });
  }

  private call(head: Term, path: readonly Term[], mark: Mark, headHeight: number): Term {
    const operator = operatorName(head, path) ?? this.failAt(mark, 'illegal call (a function is called by its name)');
    const args = this.nested(() => {
      this.next();
      return this.list(')', []);
    });
    this.callee = { head, path };
    const loc = this.locate(mark);
    this.grow(Math.max(headHeight, this.height) + 1);
    const isEmptySet = operator === 'set' && args.length === 0;
    const call: Term = isEmptySet ? { kind: 'set', loc, items: [] } : { kind: 'call', loc, operator, args };
    const goesOn = !this.lexer.spaceBefore && (this.at('.') || this.at('['));
    return goesOn ? this.reference(call, mark) : call;
  }

  /** Parses the rest of a list after its first items, and its closing bracket. A comma before the bracket is allowed. */
  protected list(end: ')' | ']' | '}', items: Term[]): Term[] {
    let height = items.length === 0 ? 0 : this.height;
    while (!this.at(end)) {
      items.push(this.infix(false));
      height = Math.max(height, this.height);
      if (this.at(',')) {
        this.next();
      } else if (!this.at(end)) {
        this.unexpected(`expected "," or "${end}"`);
      }
    }
    this.next();
    this.height = height;
    return items;
  }

  protected abstract body(end: ']' | '}'): Body;
}
