import type { Expr, NumberTerm, StringTerm, Term, VarTerm } from './ast.js';
import { decodeString, decodeTemplatePart, numberFault } from './literals.js';
import { type Mark, TokenCursor } from './token-cursor.js';

/** Parses numbers, strings and template strings. */
export abstract class LiteralParser extends TokenCursor {
  protected abstract literal(): Expr;

  protected number(mark: Mark): NumberTerm {
    let prefix = '';
    if (this.at('minus')) {
      prefix = '-';
      this.next();
      if (!this.at('number') && !this.at('.')) {
        this.unexpected('expected number');
      }
    }
    let digits = this.lexer.text;
    if (this.at('.')) {
      this.next();
      if (!this.at('number')) {
        this.unexpected('expected number');
      }
      digits = `0.${this.lexer.text}`;
    }
    const fault = numberFault(digits);
    if (fault === 'leading zero') {
      this.unexpected('expected number without leading zero');
    }
    if (fault !== undefined) {
      this.fail(fault === 'size' ? 'number too big' : this.unexpectedMessage('invalid float'));
    }
    this.next();
    return { kind: 'number', loc: this.locate(mark), text: prefix + digits };
  }

  protected string(mark: Mark): StringTerm {
    const { text } = this.lexer;
    const value = decodeString(text) ?? this.fail(`illegal string literal: ${text}`);
    this.next();
    return { kind: 'string', loc: this.locate(mark), value };
  }

  protected template(mark: Mark): Term {
    const { raw } = this.lexer;
    const parts: (string | Term)[] = [];
    let height = 0;
    // The text of the first token starts after `$"`; the text of the other tokens starts after the `}`.
    let from = this.lexer.start + 2;
    for (;;) {
      const text = this.lexer.source.slice(from, this.lexer.end - 1);
      const part = decodeTemplatePart(text, raw) ?? this.fail(`illegal template-string part: ${text}`);
      if (part !== '') {
        parts.push(part);
      }
      if (this.at('template-string-end')) {
        break;
      }
      this.next();
      parts.push(this.templateExpression());
      height = Math.max(height, this.height);
      from = this.lexer.end;
      this.lexer.continueTemplate(raw);
    }
    this.next();
    this.grow(height + 1);
    return { kind: 'template', loc: this.locate(mark), parts, multiLine: raw };
  }

  private templateExpression(): Term {
    const mark = this.mark();
    const expr = this.wanted('invalid template-string expression', () => this.literal());
    const term = this.templateTerm(expr, mark);
    if (!this.at('}')) {
      this.fail('expected } to end template string expression');
    }
    return term;
  }

  private templateTerm(expr: Expr, mark: Mark): Term {
    if (expr.negated) {
      this.failAt(mark, "unexpected negation ('not') in template-string expression");
    }
    if (expr.kind !== 'term') {
      return this.failAt(
        mark,
        `unexpected '${expr.kind === 'every' ? 'every' : 'some'}' in template-string expression`,
      );
    }
    const { term } = expr;
    if (term.kind === 'call' && term.operator === 'eq') {
      this.failAt(mark, "unexpected unification ('=') in template-string expression");
    }
    if (term.kind === 'call' && term.operator === 'assign') {
      this.failAt(mark, "unexpected assignment (':=') in template-string expression");
    }
    return expr.with.length === 0 ? term : this.valueUnderWith(expr, term);
  }

  /** Rewrites `{e with …}` to `[$n | $n = e with …][0]`. A term cannot have `with`, and both forms are undefined in the same cases. */
  private valueUnderWith(expr: Expr, term: Term): Term {
    const { loc } = expr;
    const value: VarTerm = { kind: 'var', loc, name: this.wildcard() };
    const equation: Expr = { ...expr, kind: 'term', term: { kind: 'call', loc, operator: 'eq', args: [value, term] } };
    this.grow(this.height + 3);
    return {
      kind: 'ref',
      loc,
      head: { kind: 'arrayComprehension', loc, value, body: [equation] },
      path: [{ kind: 'number', loc, text: '0' }],
    };
  }
}
