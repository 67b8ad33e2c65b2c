import { Buffer } from 'buffer';
import type { Body, Comment, Expr, Import, Module, Rule, RuleHead, TemplateTerm, Term, TermExpr, With } from './ast.js';
import { isGround } from './ground.js';
import { operatorPath } from './operators.js';

/** JSON data. The caller's `number` function converts the text of each number. */
export type AstData = unknown;

type Data = Record<string, unknown>;

/**
 * Converts the syntax tree to the JSON form of OPA's `ast.Module`, which `rego.parse_module` returns: terms as `{type, value}`, and calls
 * as references with arguments. `number` converts the text of a number. By default, it converts to a JavaScript number, which keeps only
 * about 15 digits.
 */
export const moduleToData = (module: Module, number: (text: string) => unknown = Number): AstData =>
  new AstEncoder(number).module(module);

/** Converts a body to the JSON form of OPA's `ast.Body`. */
export const bodyToData = (body: Body, number: (text: string) => unknown = Number): readonly AstData[] =>
  new AstEncoder(number).body(body);

const isRootDocument = (name: string): boolean => name === 'input' || name === 'data';

class AstEncoder {
  constructor(private readonly number: (text: string) => unknown) {}

  module(module: Module): Data {
    const path = [variable('data'), ...module.package.path.map(text)];
    return {
      package: { path },
      ...(module.imports.length > 0 ? { imports: module.imports.map(importData) } : {}),
      ...(module.rules.length > 0 ? { rules: module.rules.map((rule) => this.rule(rule)) } : {}),
      ...(module.comments.length > 0 ? { comments: module.comments.map(commentData) } : {}),
    };
  }

  term(term: Term): Data {
    switch (term.kind) {
      case 'null':
        return { type: 'null', value: {} };
      case 'boolean':
      case 'string':
        return { type: term.kind, value: term.value };
      case 'number':
        return { type: 'number', value: this.number(term.text) };
      case 'var':
        return isRootDocument(term.name) ? reference([variable(term.name)]) : variable(term.name);
      case 'ref': {
        const head = term.head.kind === 'var' ? variable(term.head.name) : this.term(term.head);
        return reference([head, ...this.terms(term.path)]);
      }
      case 'array':
      case 'set':
        return { type: term.kind, value: this.terms(term.items) };
      case 'object':
        return { type: 'object', value: term.entries.map((entry) => this.terms(entry)) };
      case 'call':
        return { type: 'call', value: this.call(term.operator, term.args) };
      case 'template':
        return this.template(term);
      case 'arrayComprehension':
      case 'setComprehension':
        return {
          type: term.kind.toLowerCase(),
          value: { term: this.term(term.value), body: this.body(term.body) },
        };
      case 'objectComprehension':
        return {
          type: 'objectcomprehension',
          value: { key: this.term(term.key), value: this.term(term.value), body: this.body(term.body) },
        };
    }
  }

  private terms(terms: readonly Term[]): Data[] {
    return terms.map((term) => this.term(term));
  }

  private call(operator: string, args: readonly Term[]): Data[] {
    const [head = '', ...path] = operatorPath(operator);
    return [reference([variable(head), ...path.map(text)]), ...this.terms(args)];
  }

  private template({ parts, multiLine }: TemplateTerm): Data {
    const encoded = parts.map((part) => {
      if (typeof part === 'string') {
        return text(part);
      }
      const isPlain =
        part.kind === 'string' || part.kind === 'number' || part.kind === 'boolean' || part.kind === 'null';
      return isPlain ? this.term(part) : this.expr(templateExpression(part), 0);
    });
    return { type: 'templatestring', value: { parts: encoded, multi_line: multiLine } };
  }

  body(body: Body): Data[] {
    return body.map((expr, index) => this.expr(expr, index));
  }

  private expr(expr: Expr, index: number): Data {
    return {
      index,
      terms: this.exprTerms(expr),
      ...(expr.negated ? { negated: true } : {}),
      ...(expr.with.length > 0 ? { with: expr.with.map((modifier) => this.with(modifier)) } : {}),
    };
  }

  private with({ target, value }: With): Data {
    return { target: this.term(target), value: this.term(value) };
  }

  private exprTerms(expr: Expr): unknown {
    switch (expr.kind) {
      case 'term':
        return expr.term.kind === 'call' ? this.call(expr.term.operator, expr.term.args) : this.term(expr.term);
      case 'some':
        return { symbols: expr.names.map(({ name }) => variable(name)) };
      case 'someIn': {
        const { key, value, domain } = expr;
        const symbol =
          key === undefined
            ? this.call('internal.member_2', [value, domain])
            : this.call('internal.member_3', [key, value, domain]);
        return { symbols: [{ type: 'call', value: symbol }] };
      }
      case 'every':
        return {
          key: expr.key === undefined ? null : variable(expr.key.name),
          value: variable(expr.value.name),
          domain: this.term(expr.domain),
          body: this.body(expr.body),
        };
    }
  }

  private rule(rule: Rule): Data {
    return {
      ...(rule.default ? { default: true } : {}),
      head: this.head(rule),
      body: this.body(rule.body),
      ...(rule.else === undefined ? {} : { else: this.rule(rule.else) }),
    };
  }

  private head(rule: Rule): Data {
    const { head } = rule;
    const key = head.key ?? keyInPath(rule);
    return {
      ...(hasName(rule) ? { name: head.name.name } : {}),
      ref: [variable(head.name.name), ...this.terms(head.path)],
      ...(head.args === undefined ? {} : { args: this.terms(head.args) }),
      ...(key === undefined ? {} : { key: this.term(key) }),
      ...(head.value === undefined ? {} : { value: this.term(head.value) }),
      ...(head.assignment === ':=' ? { assign: true } : {}),
    };
  }
}

const variable = (name: string): Data => ({ type: 'var', value: name });

const text = (value: string): Data => ({ type: 'string', value });

const reference = (value: readonly Data[]): Data => ({ type: 'ref', value });

const importData = ({ path: [root = '', ...path], alias }: Import): Data => ({
  path: reference([variable(root), ...path.map(text)]),
  ...(alias === undefined ? {} : { alias }),
});

const commentData = ({ text: comment, loc: { file, row, col } }: Comment): Data => ({
  Text: Buffer.from(comment).toString('base64'),
  Location: { file, row, col },
});

/** Returns whether the head is `p[k]`, which OPA stores with a separate key, as it did before heads were references. */
const isOldObjectHead = ({ head, default: isDefault }: Rule): boolean =>
  head.path.length === 1 && head.key === undefined && !isDefault;

const keyInPath = (rule: Rule): RuleHead['key'] => {
  const [key] = rule.head.path;
  if (!isOldObjectHead(rule) || rule.head.args !== undefined || key === undefined) {
    return undefined;
  }
  return !rule.bodyWritten || !isGround(key) ? key : undefined;
};

const hasName = (rule: Rule): boolean =>
  rule.head.path.length === 0 ||
  (isOldObjectHead(rule) && rule.head.assignment !== undefined && (rule.bodyWritten || rule.head.args === undefined));

/**
 * Returns the expression between the braces of a template string. The parser stores `{e with …}` as `[$n | $n = e with …][0]`, since the
 * tree has no other way to attach `with` to a term and no source can use one `$n` twice. This function undoes it.
 */
function templateExpression(part: Term): TermExpr {
  const plain: TermExpr = { kind: 'term', loc: part.loc, negated: false, with: [], term: part };
  if (part.kind !== 'ref' || part.head.kind !== 'arrayComprehension') {
    return plain;
  }
  const { value, body } = part.head;
  const [equation] = body;
  if (value.kind !== 'var' || equation?.kind !== 'term' || equation.term.kind !== 'call') {
    return plain;
  }
  const [left, term] = equation.term.args;
  const isGenerated = value.name.startsWith('$') && left?.kind === 'var' && left.name === value.name;
  return isGenerated && term !== undefined ? { ...equation, term } : plain;
}
