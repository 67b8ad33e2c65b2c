import { WORKFLOW_LIMITS } from '../contract/workflow-limits';

/** A parsed expression. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'path'; readonly path: readonly (string | number)[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Expression; readonly right: Expression };

export type Operator = '||' | '&&' | '==' | '!=' | '<=' | '>=' | '<' | '>';

/** A fault in an expression, with a message. */
export class ExpressionFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExpressionFault';
  }
}

/** Lowest precedence first. */
const LEVELS: readonly (readonly Operator[])[] = [['||'], ['&&'], ['==', '!=', '<=', '>=', '<', '>']];
const ROOTS: ReadonlySet<string> = new Set(['input', 'steps', 'run']);
/** Matches in linear time, because each alternative begins with a different character or has no nested repetition. */
const TOKEN =
  /\s+|(?<name>[A-Za-z_][A-Za-z0-9_-]*)|(?<number>-?\d{1,15}(?:\.\d{1,15})?)|(?<text>"[^"\\]*"|'[^'\\]*')|(?<sign>\|\||&&|==|!=|<=|>=|[<>!|()[\],.])/y;

interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'sign';
  readonly text: string;
}

/**
 * Parses an expression: paths (`input.a`, `steps.pay.output.items[0]`, `steps.pay.status`, `run.id`), strings, numbers, `true`, `false`,
 * `null`, comparisons, `&&`, `||`, `!`, parentheses, and functions after a bar (`input.a | default("x") | upper`). It contains no code.
 * Errors: {@link ExpressionFault}.
 */
export function parseExpression(text: string): Expression {
  if (text.length > WORKFLOW_LIMITS.maxExpressionChars) {
    throw new ExpressionFault(`An expression can have at most ${WORKFLOW_LIMITS.maxExpressionChars} characters.`);
  }
  return new Parser(tokensOf(text)).whole();
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) throw new ExpressionFault(`Unexpected characters at "${text.slice(at, at + 10)}".`);
    for (const kind of ['name', 'number', 'text', 'sign'] as const) {
      const found = groups[kind];
      if (found !== undefined) tokens.push({ kind, text: found });
    }
  }
  return tokens;
}

class Parser {
  private at = 0;
  private levels = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Expression {
    const expression = this.piped();
    const rest = this.tokens[this.at];
    if (rest !== undefined) throw new ExpressionFault(`"${rest.text}" is unexpected.`);
    return expression;
  }

  private piped(): Expression {
    this.levels += 1;
    if (this.levels > WORKFLOW_LIMITS.maxExpressionLevels) {
      throw new ExpressionFault(`Brackets can be nested at most ${WORKFLOW_LIMITS.maxExpressionLevels} levels deep.`);
    }
    const expression = this.binary(0);
    this.levels -= 1;
    return expression;
  }

  private binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.filtered();
    let left = this.binary(level + 1);
    for (let next = this.operator(operators); next !== null; next = this.operator(operators)) {
      left = { kind: 'binary', operator: next, left, right: this.binary(level + 1) };
    }
    return left;
  }

  private filtered(): Expression {
    let value = this.unary();
    while (this.takes('|')) {
      const name = this.name('the name of a function');
      const args = this.takes('(') ? this.args() : [];
      value = { kind: 'call', name, args: [value, ...args] };
    }
    return value;
  }

  private args(): readonly Expression[] {
    if (this.takes(')')) return [];
    const args: Expression[] = [];
    do args.push(this.piped());
    while (this.takes(','));
    this.needs(')');
    return args;
  }

  private unary(): Expression {
    let negations = 0;
    while (this.takes('!')) negations += 1;
    const value = this.primary();
    if (negations === 0) return value;
    const not: Expression = { kind: 'not', of: value };
    return negations % 2 === 1 ? not : { kind: 'not', of: not };
  }

  private primary(): Expression {
    if (this.takes('(')) {
      const inner = this.piped();
      this.needs(')');
      return inner;
    }
    const token = this.tokens[this.at];
    this.at += 1;
    if (token?.kind === 'text') return { kind: 'literal', value: token.text.slice(1, -1) };
    if (token?.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token?.kind === 'name') return this.named(token.text);
    throw new ExpressionFault(
      token === undefined ? 'The expression ends too early.' : `"${token.text}" is unexpected.`,
    );
  }

  private named(name: string): Expression {
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
    if (name === 'null') return { kind: 'literal', value: null };
    if (!ROOTS.has(name)) {
      throw new ExpressionFault(`A path begins with input, steps or run, not with "${name.slice(0, 40)}".`);
    }
    const path: (string | number)[] = [name];
    for (;;) {
      if (this.takes('.')) path.push(this.name('the name of a member'));
      else if (this.takes('[')) path.push(this.index());
      else return { kind: 'path', path };
    }
  }

  private index(): string | number {
    const token = this.tokens[this.at];
    this.at += 1;
    this.needs(']');
    if (token?.kind === 'text') return token.text.slice(1, -1);
    if (token?.kind === 'number' && /^\d{1,9}$/.test(token.text)) return Number(token.text);
    throw new ExpressionFault('Square brackets must contain a non-negative integer or a quoted string.');
  }

  private name(what: string): string {
    const token = this.tokens[this.at];
    if (token?.kind !== 'name') throw new ExpressionFault(`Expected ${what}.`);
    this.at += 1;
    return token.text;
  }

  private operator(operators: readonly Operator[]): Operator | null {
    const token = this.tokens[this.at];
    const found = token?.kind === 'sign' ? operators.find((operator) => operator === token.text) : undefined;
    if (found === undefined) return null;
    this.at += 1;
    return found;
  }

  private takes(sign: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.at += 1;
    return true;
  }

  private needs(sign: string): void {
    if (!this.takes(sign)) throw new ExpressionFault(`A "${sign}" is missing.`);
  }
}
