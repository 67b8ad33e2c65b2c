import type { Body, Expr, Import, Module, Term } from './ast.js';
import { RuleParser } from './parse-rules.js';
import type { ParsedRule } from './parsed-rule.js';
import type { Mark } from './token-cursor.js';
import { isKeyword } from './tokens.js';

const IMPORT_ROOTS = ['data', 'future', 'input', 'rego'];
const FUTURE_KEYWORDS = ['contains', 'every', 'if', 'in'];

export interface ParsedStatements {
  readonly packages: readonly Module['package'][];
  readonly imports: readonly Import[];
  readonly rules: readonly ParsedRule[];
  /** The start of the first statement, if it is not a package. */
  readonly misplaced: Mark | undefined;
}

/** Parses the entire text of a module or a query. */
export class StatementParser extends RuleParser {
  get comments(): Module['comments'] {
    return this.lexer.comments;
  }

  statements(): ParsedStatements {
    const packages: Module['package'][] = [];
    const imports: Import[] = [];
    const rules: ParsedRule[] = [];
    let misplaced: Mark | undefined;
    this.next();
    while (!this.at('eof')) {
      const mark = this.mark();
      const isReference = isKeyword(this.kind) && this.lexer.referenceFollows();
      if (this.at('package') && !isReference) {
        packages.push(this.package());
        continue;
      }
      if (packages.length === 0) {
        misplaced ??= mark;
      }
      if (this.at('import') && !isReference) {
        imports.push(this.import());
      } else if (this.at('identifier') || this.at('default') || isReference) {
        rules.push(...this.rules());
      } else {
        this.notARule(mark);
      }
    }
    return { packages, imports, rules, misplaced };
  }

  /**
   * Parses expressions up to the end of the text. They can be separated by line breaks or `;`, or follow one another directly, as in OPA.
   */
  query(): Body {
    this.next();
    const body: Expr[] = [];
    while (!this.at('eof')) {
      body.push(this.literal());
      if (this.at(';')) {
        this.next();
        if (this.at('eof')) {
          this.unexpected();
        }
      }
    }
    return body;
  }

  /** Reports an expression that is used where a rule is expected. */
  private notARule(mark: Mark): never {
    const expr = this.literal();
    if (expr.with.length > 0) {
      this.failAt(mark, 'expressions using with keyword cannot be used for rule head');
    }
    if (expr.negated) {
      this.failAt(mark, 'negated expressions cannot be used for rule head');
    }
    if (expr.kind === 'some' || expr.kind === 'someIn') {
      this.failAt(mark, "'some' declarations cannot be used for rule head");
    }
    return this.failAt(
      mark,
      expr.kind === 'term' ? this.noRuleName(expr.term) : 'expression cannot be used for rule head',
    );
  }

  private noRuleName(term: Term): string {
    if (term.kind !== 'call') {
      const name = term.kind === 'var' ? term.name : '';
      return isKeyword(name)
        ? `${name} keyword cannot be used for rule name`
        : `${term.kind} cannot be used for rule name`;
    }
    const [left] = term.args;
    const isEquation = term.operator === 'eq' || term.operator === 'assign';
    return isEquation && left !== undefined ? this.noRuleName(left) : 'rule name conflicts with built-in function';
  }

  private package(): Module['package'] {
    const mark = this.mark();
    this.next();
    const path = this.dottedPath();
    return { loc: this.locate(mark), path };
  }

  private dottedPath(): string[] {
    if (isKeyword(this.kind)) {
      this.lexer.kind = 'identifier';
    }
    if (!this.at('identifier')) {
      this.unexpected();
    }
    const mark = this.mark();
    const first = this.lexer.text;
    const term = this.term();
    if (term.kind === 'var') {
      return [first];
    }
    if (term.kind !== 'ref' || term.head.kind !== 'var') {
      return this.failAt(mark, 'expected path');
    }
    return [first, ...term.path.map((element) => this.pathElement(element))];
  }

  private pathElement(element: Term): string {
    return element.kind === 'string'
      ? element.value
      : this.failAt(element.loc, `unexpected ${element.kind} token: expecting string`);
  }

  private import(): Import {
    const mark = this.mark();
    this.next();
    const pathMark = this.mark();
    const path = this.dottedPath();
    const [root = ''] = path;
    if (!IMPORT_ROOTS.includes(root)) {
      const roots = IMPORT_ROOTS.join(', ');
      const message = `unexpected import path, must begin with one of: {${roots}}, got: ${root}`;
      this.failAt(pathMark, `${message} (hint: if this is unexpected, try updating OPA)`);
    }
    const alias = this.alias();
    const last = path.at(-1) ?? '';
    if (alias === undefined && root !== 'future' && isKeyword(last)) {
      this.failAt(pathMark, `unexpected import path, must not end with a keyword, got: ${last}`);
    }
    this.checkLanguageImport(pathMark, path, alias);
    return { loc: this.locate(mark), path, alias };
  }

  private alias(): string | undefined {
    if (!this.at('as')) {
      return undefined;
    }
    this.next();
    if (!this.at('identifier')) {
      this.unexpected('expected var');
    }
    const alias = this.lexer.text;
    const term = this.term();
    return term.kind === 'var' ? alias : this.unexpected('expected var');
  }

  /** Checks `import rego.v1` and `import future.keywords.…`. They have no effect in Rego v1, but must name an existing keyword. */
  private checkLanguageImport(mark: Mark, path: readonly string[], alias: string | undefined): void {
    const [root, second, third] = path;
    if (root === 'rego' && (second !== 'v1' || path.length > 2)) {
      this.failAt(mark, `invalid import \`${path.join('.')}\`, must be \`rego.v1\``);
    }
    if (root !== 'future') {
      return;
    }
    if (second !== 'keywords') {
      this.failAt(mark, 'invalid import, must be `future.keywords`');
    }
    if (alias !== undefined) {
      this.failAt(mark, '`future` imports cannot be aliased');
    }
    if (third !== undefined && !FUTURE_KEYWORDS.includes(third)) {
      this.failAt(mark, `unexpected keyword, must be one of [${FUTURE_KEYWORDS.join(' ')}]`);
    }
  }
}
