import type { Body, Location, Rule, RuleHead, Term, VarTerm } from './ast.js';
import { checkDefaultRule } from './check-rules.js';
import { isGround } from './ground.js';
import { ExpressionParser } from './parse-expressions.js';
import type { ParsedRule } from './parsed-rule.js';
import { raise, SyntaxFailure } from './syntax-failure.js';
import type { Mark } from './token-cursor.js';
import { isKeyword, type TokenKind } from './tokens.js';

interface ParsedHead {
  readonly head: RuleHead;
  readonly usesContains: boolean;
  readonly valueWritten: boolean;
}

interface Name {
  readonly name: VarTerm;
  readonly path: readonly Term[];
  readonly args: readonly Term[] | undefined;
}

const INFIX: readonly TokenKind[] = [
  'equal',
  'neq',
  'lt',
  'gt',
  'lte',
  'gte',
  'or',
  'and',
  'plus',
  'minus',
  'mul',
  'div',
  'rem',
  'in',
  ',',
];

/** Tokens that can follow a bare rule head only if it is actually an expression. */
const AFTER_BARE_HEAD: ReadonlySet<TokenKind> = new Set(INFIX);

/** Tokens that can follow a set or an object only if it is part of an expression. */
const AFTER_TERM: ReadonlySet<TokenKind> = new Set([...INFIX, 'assign', 'eq', 'with']);

/** Parses rules: heads of all forms, bodies with and without braces, `else` and `default`. */
export abstract class RuleParser extends ExpressionParser {
  /** Parses one definition, starting at the current token. A definition with chained bodies (`p if {…} {…}`) consists of several rules. */
  protected rules(): ParsedRule[] {
    const mark = this.mark();
    this.keywordAsName();
    if (this.at('default')) {
      return [this.defaultRule(mark)];
    }
    const parsed = this.head(false);
    // `if.x := 1` on the next line is a separate rule.
    if (this.at('if') && !(this.lexer.newlineBefore && this.lexer.referenceFollows())) {
      this.next();
      return this.ruleWithBody(mark, parsed, true, this.ifBody());
    }
    if (this.at('{')) {
      return this.ruleWithBody(mark, parsed, false, this.bracedBody());
    }
    return [this.ruleWithoutBody(mark, parsed)];
  }

  /** Parses `contains k`, `:= v` or neither, after a name. */
  private head(isDefault: boolean): ParsedHead {
    const mark = this.mark();
    const name = this.headName();
    const shown = this.locate(mark).text;
    if (this.at('contains')) {
      const note = `the contains keyword can only be used with multi-value rule definitions (e.g., ${shown} contains <VALUE> { ... })`;
      if (name.args !== undefined) {
        this.unexpected(note);
      }
      this.next();
      const key = this.wanted(`expected rule key term (e.g., ${shown} contains <VALUE> { ... })`, () => this.infix());
      const head = { loc: this.locate(mark), ...name, key, value: undefined, assignment: undefined };
      return { head, usesContains: true, valueWritten: false };
    }
    if (this.at('assign') || this.at('eq')) {
      const assignment = this.at('assign') ? ':=' : '=';
      this.next();
      const value = this.wanted(this.valueNote(shown, name, isDefault, assignment), () => this.infix());
      const head = { loc: this.locate(mark), ...name, key: undefined, value, assignment } as const;
      return { head, usesContains: false, valueWritten: true };
    }
    const loc = this.locate(mark);
    const value: Term = { kind: 'boolean', loc, value: true };
    return {
      head: { loc, ...name, key: undefined, value, assignment: undefined },
      usesContains: false,
      valueWritten: false,
    };
  }

  private valueNote(shown: string, name: Name, isDefault: boolean, assignment: ':=' | '='): string {
    if (name.args !== undefined) {
      return `expected function value term (e.g., ${shown.replace(/\(.*/su, '')}(...) ${assignment} <VALUE> { ... })`;
    }
    return isDefault
      ? `expected default rule value term (e.g., default ${shown} ${assignment} <VALUE>)`
      : `expected rule value term (e.g., ${shown} ${assignment} <VALUE> { ... })`;
  }

  /** Parses the name. Unlike elsewhere, a space can precede the first bracket in a head: `f (x)`. */
  private headName(): Name {
    const mark = this.mark();
    const name = this.variable();
    const term = this.referenceTail(name, mark);
    if (term.kind === 'ref' && term.head === name) {
      return { name, path: term.path, args: undefined };
    }
    if (term.kind === 'call' && this.callee?.head === name) {
      return { name, path: this.callee.path, args: term.args };
    }
    return term === name ? { name, path: [], args: undefined } : this.failAt(mark, 'invalid rule head');
  }

  /**
   * Parses `if {`, which opens a body, or a literal that starts with an object, a set or a comprehension. A body is the common case and is
   * tried first. If the text could be both, it is a literal, as in OPA. A set on its own is neither false nor undefined, so `if {x}` is a
   * body.
   */
  private ifBody(): Body {
    if (!this.at('{')) {
      return [this.literal()];
    }
    const before = this.save();
    const body = this.attemptOnce(() => this.bracedBody());
    if (!(body instanceof SyntaxFailure) && !this.mayBeLiteral(body)) {
      return body;
    }
    const after = this.save();
    this.restore(before);
    const literal = this.attemptOnce(() => this.literal());
    if (!(literal instanceof SyntaxFailure) && !(literal.kind === 'term' && literal.term.kind === 'set')) {
      return [literal];
    }
    if (body instanceof SyntaxFailure) {
      return raise(body);
    }
    this.restore(after);
    return body;
  }

  /** Returns whether a parsed body can be a literal: `{x | …}`, `{x} == y`. */
  private mayBeLiteral([first]: Body): boolean {
    if ((AFTER_TERM.has(this.kind) && !(isKeyword(this.kind) && this.lexer.referenceFollows())) || this.atPath()) {
      return true;
    }
    let leftmost = first?.kind === 'term' ? first.term : undefined;
    while (leftmost?.kind === 'call') {
      if (leftmost.operator === 'or') {
        return true;
      }
      leftmost = leftmost.args[0];
    }
    return false;
  }

  private atPath(): boolean {
    return !this.lexer.spaceBefore && (this.at('.') || this.at('[') || this.at('('));
  }

  private bracedBody(): Body {
    this.next();
    const body = this.body('}');
    this.next();
    return body;
  }

  private ruleWithBody(mark: Mark, parsed: ParsedHead, usesIf: boolean, body: Body): ParsedRule[] {
    const { head, ...form } = parsed;
    const elses = this.at('else') && !this.keywordAsName() ? this.elseRules(head) : [];
    const rule = this.rule(mark, head, body, true, linkElse(elses));
    const first = { rule, usesIf, isElse: false, ...form };
    return this.at('{') || elses.length > 0
      ? [first, ...elses, ...this.chainedRules(first, elses.length > 0)]
      : [first];
  }

  /** Parses the additional bodies of a rule: `p if {…} {…}`. */
  private chainedRules(first: ParsedRule, hasElse: boolean): ParsedRule[] {
    const chained: ParsedRule[] = [];
    while (this.at('{')) {
      if (hasElse) {
        this.fail('expected else keyword');
      }
      const mark = this.mark();
      const body = this.bracedBody();
      const head = { ...first.rule.head, loc: this.locate(mark), args: this.freshArgs(first.rule.head.args) };
      chained.push({ ...first, rule: this.rule(mark, head, body, true, undefined) });
    }
    return chained;
  }

  private ruleWithoutBody(mark: Mark, parsed: ParsedHead): ParsedRule {
    const { head, usesContains, valueWritten } = parsed;
    const length = 1 + head.path.length;
    if (this.at('with') && !this.lexer.referenceFollows()) {
      this.failAt(mark, 'expressions using with keyword cannot be used for rule head');
    }
    if (this.at(';')) {
      this.failAt(mark, 'multiple expressions cannot be used for rule head');
    }
    if (!usesContains && !valueWritten) {
      this.checkBareHead(mark, head, length);
    }
    return {
      rule: this.rule(mark, head, this.noBody(head.loc), false, undefined),
      usesIf: false,
      usesContains,
      // Without a value, `f(x)` means `f(x) := true`.
      valueWritten: valueWritten || head.args !== undefined,
      isElse: false,
    };
  }

  /** Checks a head with neither value nor body: OPA parses it as an expression first. */
  private checkBareHead(mark: Mark, head: RuleHead, length: number): void {
    if (AFTER_BARE_HEAD.has(this.kind) && !this.lexer.newlineBefore) {
      this.unexpected();
    }
    if (head.args?.length === 0) {
      this.failAt(mark, 'rule argument list must take at least one argument');
    }
    if (length === 1 && head.args === undefined) {
      this.failAt(mark, 'var cannot be used for rule name');
    }
  }

  private defaultRule(mark: Mark): ParsedRule {
    const before = this.save();
    this.next();
    this.keywordAsName();
    if (!this.at('identifier')) {
      this.restore(before);
      this.unexpected();
    }
    const { head, ...form } = this.head(true);
    const fault = checkDefaultRule(head, form.valueWritten);
    if (fault !== undefined) {
      this.failAt(mark, `illegal default rule (${fault})`);
    }
    const rule = { ...this.rule(mark, head, this.noBody(head.loc), false, undefined), default: true };
    return { rule, usesIf: false, isElse: false, ...form };
  }

  /** Parses the entire chain, in order. Iterative, not recursive, since chains can be long. */
  private elseRules(head: RuleHead): ParsedRule[] {
    if (head.key !== undefined) {
      this.fail('else keyword cannot be used on multi-value rules');
    }
    if (head.path.some((element) => !isGround(element))) {
      this.fail('else keyword cannot be used on rules with variables in head');
    }
    const rules: ParsedRule[] = [];
    let goesOn = true;
    while (goesOn && this.at('else')) {
      if (rules.length >= this.maxNesting) {
        this.fail('max parsing recursion depth exceeded');
      }
      const rule = this.elseRule(head);
      rules.push(rule);
      goesOn = rule.rule.bodyWritten;
    }
    return rules;
  }

  private elseRule(head: RuleHead): ParsedRule {
    const mark = this.mark();
    this.next();
    const loc = this.locate(mark);
    const args = this.freshArgs(head.args);
    let own: RuleHead = { ...head, loc, args, value: { kind: 'boolean', loc, value: true }, assignment: undefined };
    const valueWritten = this.at('assign') || this.at('eq');
    if (valueWritten) {
      const assignment = this.at('assign') ? ':=' : '=';
      this.next();
      const value = this.infix();
      own = { ...own, loc: this.locate(mark), value, assignment };
    } else if (!this.at('{') && !this.at('if')) {
      this.unexpected('expected else value term or rule body');
    }
    const usesIf = this.at('if');
    const bodyWritten = usesIf || this.at('{');
    const body = bodyWritten ? this.elseBody(usesIf) : this.noBody(loc);
    const rule = this.rule(mark, own, body, bodyWritten, undefined);
    return { rule, usesIf, usesContains: false, valueWritten, isElse: true };
  }

  private elseBody(usesIf: boolean): Body {
    if (usesIf) {
      this.next();
    }
    if (this.at('{')) {
      return this.bracedBody();
    }
    if (this.at('eof')) {
      this.unexpected('rule body expected');
    }
    return [this.literal()];
  }

  /** Gives each repetition of a head its own wildcards. */
  private freshArgs(args: readonly Term[] | undefined): readonly Term[] | undefined {
    return args?.map((arg) =>
      arg.kind === 'var' && arg.name.startsWith('$') ? { ...arg, name: this.wildcard() } : arg,
    );
  }

  private noBody(loc: Location): Body {
    const term: Term = { kind: 'boolean', loc, value: true };
    return [{ kind: 'term', loc, negated: false, with: [], term }];
  }

  private rule(mark: Mark, head: RuleHead, body: Body, bodyWritten: boolean, otherwise: Rule | undefined): Rule {
    // Functions without arguments do not exist; `f() := 1` is a rule.
    const args = head.args?.length === 0 ? undefined : head.args;
    const own = args === head.args ? head : { ...head, args };
    const loc = this.locate(mark);
    return { loc, default: false, head: own, body, bodyWritten, else: otherwise, annotations: [] };
  }
}

const linkElse = (rules: readonly ParsedRule[]): Rule | undefined =>
  rules.reduceRight<Rule | undefined>((next, { rule }) => ({ ...rule, else: next }), undefined);
