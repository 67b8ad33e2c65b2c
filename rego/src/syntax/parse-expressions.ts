import type { Body, Every, Expr, SomeDeclaration, SomeIn, Term, VarTerm, With } from './ast.js';
import { CollectionParser } from './parse-collections.js';
import { SyntaxFailure } from './syntax-failure.js';
import { exactly, type Mark } from './token-cursor.js';
import { isKeyword } from './tokens.js';

const MEMBER = 'internal.member_2';
const MEMBER_OF_PAIR = 'internal.member_3';

const NO_WITHS: readonly With[] = [];

const isRootDocument = (term: Term): boolean => term.kind === 'var' && (term.name === 'input' || term.name === 'data');

/** Parses expressions and the bodies that contain them. */
export abstract class ExpressionParser extends CollectionParser {
  /** True after `input := …` or `data := …`, even in a failed guess. If it is false, `checkNames` skips its walk over the module. */
  mayShadowRootDocuments = false;

  /** Parses expressions up to `end`, which stays the current token. */
  protected body(end: ']' | '}'): Body {
    return this.nested(() => {
      if (this.at(end)) {
        this.fail('found empty body');
      }
      const body: Expr[] = [];
      let height = 0;
      for (;;) {
        body.push(this.literal());
        height = Math.max(height, this.height);
        if (this.at(';')) {
          this.next();
        } else if (this.at(end)) {
          this.height = height;
          return exactly(body);
        } else if (!this.lexer.newlineBefore) {
          this.unexpected(`expected \\n or ; or ${end}`);
        }
      }
    });
  }

  /** Treats a keyword as a name if it is the head of a reference: `if.x`, `not["x"]`. */
  protected keywordAsName(): boolean {
    if (!isKeyword(this.kind) || !this.lexer.referenceFollows()) {
      return false;
    }
    this.lexer.kind = 'identifier';
    return true;
  }

  /** Parses one expression with its `not` and `with` (OPA `parseLiteral`). */
  protected literal(): Expr {
    const mark = this.mark();
    if (this.keywordAsName()) {
      return this.termExpression(mark, false);
    }
    const negated = this.at('not');
    if (negated) {
      this.next();
    }
    if (this.at('some') || this.at('every')) {
      if (negated) {
        this.unexpected(`illegal negation of '${this.kind}'`);
      }
      return this.at('some') ? this.some(mark) : this.every(mark);
    }
    return this.termExpression(mark, negated);
  }

  private termExpression(mark: Mark, negated: boolean): Expr {
    const termMark = this.mark();
    let term = this.infix();
    if (this.at('assign') || this.at('eq')) {
      const operator = this.kind;
      const height = this.height;
      this.mayShadowRootDocuments ||= isRootDocument(term);
      this.next();
      const right = this.infix();
      this.grow(Math.max(height, this.height) + 1);
      term = { kind: 'call', loc: this.locate(termMark), operator, args: [term, right] };
    }
    const withs = this.withs();
    return { kind: 'term', loc: this.locate(mark), negated, with: withs, term };
  }

  private withs(): readonly With[] {
    if (!this.at('with')) {
      return NO_WITHS;
    }
    const withs: With[] = [];
    let height = this.height;
    while (this.at('with') && !this.lexer.referenceFollows()) {
      withs.push(this.with());
      height = Math.max(height, this.height);
    }
    this.height = height;
    return withs;
  }

  private with(): With {
    const mark = this.mark();
    this.next();
    if (!this.at('identifier')) {
      this.unexpected('expected ident');
    }
    const target = this.term();
    const height = this.height;
    if (target.kind !== 'ref' && target.kind !== 'var') {
      return this.unexpected('expected with target path');
    }
    if (!this.at('as')) {
      this.unexpected('expected as keyword');
    }
    this.next();
    const value = this.infix();
    this.grow(Math.max(height, this.height) + 1);
    return { loc: this.locate(mark), target, value };
  }

  private some(mark: Mark): SomeDeclaration | SomeIn {
    this.next();
    const start = this.save();
    const term = this.attempt(() => this.infix());
    if (!(term instanceof SyntaxFailure) && term.kind === 'call') {
      const { key, value, domain } =
        this.membership(term) ?? this.unexpected('expected `x in xs` or `x, y in xs` expression');
      const withs = this.withs();
      return { kind: 'someIn', loc: this.locate(mark), negated: false, with: withs, key, value, domain };
    }
    this.restore(start);
    const names = this.declaredNames();
    this.height = 1;
    return { kind: 'some', loc: this.locate(mark), negated: false, with: [], names };
  }

  private declaredNames(): VarTerm[] {
    const names: VarTerm[] = [];
    for (;;) {
      if (!this.at('identifier')) {
        this.unexpected('expected var');
      }
      names.push(this.variable());
      if (!this.at(',')) {
        return names;
      }
      this.next();
    }
  }

  private every(mark: Mark): Every {
    this.next();
    const term = this.infix();
    const domainHeight = this.height;
    const members = term.kind === 'call' ? this.membership(term) : undefined;
    const { key, value, domain } = members ?? this.unexpected('expected `x[, y] in xs { ... }` expression');
    if (key !== undefined && key.kind !== 'var') {
      return this.unexpected('expected key to be a variable');
    }
    if (value.kind !== 'var') {
      return this.unexpected('expected value to be a variable');
    }
    if (!this.at('{')) {
      this.unexpected('missing body');
    }
    this.next();
    const body = this.body('}');
    this.next();
    this.grow(Math.max(domainHeight, this.height) + 1);
    const withs = this.withs();
    return { kind: 'every', loc: this.locate(mark), negated: false, with: withs, key, value, domain, body };
  }

  /** Returns the parts of `value in domain` and `key, value in domain`; `undefined` for any other term. */
  private membership(
    term: Extract<Term, { kind: 'call' }>,
  ): { key: Term | undefined; value: Term; domain: Term } | undefined {
    const [first, second, third] = term.args;
    if (term.operator === MEMBER && first && second && !third) {
      return { key: undefined, value: first, domain: second };
    }
    return term.operator === MEMBER_OF_PAIR && first && second && third
      ? { key: first, value: second, domain: third }
      : undefined;
  }
}
