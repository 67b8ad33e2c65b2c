import type { Body, CallTerm, Expr, Module, Rule, Term, With } from '../syntax/ast.js';
import { isKeyword, isName } from '../syntax/tokens.js';
import { quoteGo } from '../values/print.js';

const INFIX: ReadonlyMap<string, string> = new Map([
  ['eq', '='],
  ['equal', '=='],
  ['assign', ':='],
  ['neq', '!='],
  ['lt', '<'],
  ['lte', '<='],
  ['gt', '>'],
  ['gte', '>='],
  ['plus', '+'],
  ['minus', '-'],
  ['mul', '*'],
  ['div', '/'],
  ['rem', '%'],
  ['and', '&'],
  ['or', '|'],
]);

/** The precedence of operators. Comparisons inside other operators get parentheses. */
const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['or', 2],
  ['and', 3],
  ['plus', 4],
  ['minus', 4],
  ['mul', 5],
  ['div', 5],
  ['rem', 5],
]);

/** Returns a body as source, one expression per line. */
export function printBody(body: Body): string {
  return body.map((expr) => printExpr(expr, '')).join('\n');
}

/** Returns a module as source, in the style of `opa fmt`. */
export function printModule(module: Module): string {
  const path = module.package.path.map((name, at) => pathElement(name, at === 0)).join('');
  const rules = module.rules.map(printRule);
  return `${[`package ${path}`, ...rules].join('\n\n')}\n`;
}

function printRule(rule: Rule): string {
  const { head } = rule;
  const name = `${head.name.name}${head.path.map(printPathElement).join('')}`;
  if (rule.default) {
    return `default ${name}${printArgs(head.args)} := ${head.value === undefined ? 'true' : printTerm(head.value)}`;
  }
  const key = head.key === undefined ? '' : ` contains ${printTerm(head.key)}`;
  const isTrue = head.value === undefined || (head.value.kind === 'boolean' && head.value.value);
  const value = isTrue || head.value === undefined ? '' : ` := ${printTerm(head.value)}`;
  const isPlain = rule.body.every((expr) => expr.kind === 'term' && isTrueTerm(expr));
  const start = `${name}${printArgs(head.args)}${key}${value}`;
  if (isPlain) {
    return key === '' && value === '' ? `${start} := true` : start;
  }
  const [only] = rule.body;
  return rule.body.length === 1 && only !== undefined && only.kind !== 'every'
    ? `${start} if ${printExpr(only, '')}`
    : `${start} if ${block(rule.body, '')}`;
}

function isTrueTerm(expr: Extract<Expr, { kind: 'term' }>): boolean {
  return expr.term.kind === 'boolean' && expr.term.value && !expr.negated && expr.with.length === 0;
}

function printArgs(args: readonly Term[] | undefined): string {
  return args === undefined ? '' : `(${args.map(printTerm).join(', ')})`;
}

function block(body: Body, indent: string): string {
  const inner = `${indent}\t`;
  return `{\n${body.map((expr) => `${inner}${printExpr(expr, inner)}\n`).join('')}${indent}}`;
}

function printExpr(expr: Expr, indent: string): string {
  const modifiers = expr.with.map(printWith).join('');
  return `${expr.negated ? 'not ' : ''}${exprText(expr, indent)}${modifiers}`;
}

function exprText(expr: Expr, indent: string): string {
  switch (expr.kind) {
    case 'term':
      return expr.term.kind === 'call' ? printCall(expr.term, true) : printTerm(expr.term);
    case 'every': {
      const names = expr.key === undefined ? [expr.value] : [expr.key, expr.value];
      return `every ${names.map(printTerm).join(', ')} in ${printTerm(expr.domain)} ${block(expr.body, indent)}`;
    }
    case 'some':
      return `some ${expr.names.map(printTerm).join(', ')}`;
    case 'someIn': {
      const names = expr.key === undefined ? [expr.value] : [expr.key, expr.value];
      return `some ${names.map(printTerm).join(', ')} in ${printTerm(expr.domain)}`;
    }
  }
}

const printWith = ({ target, value }: With): string => ` with ${printTerm(target)} as ${printTerm(value)}`;

/** Prints a call as an operator if its result is not captured, or else as a function. */
function printCall({ operator, args }: CallTerm, isExpression: boolean): string {
  const [a, b, c, ...more] = args;
  const infix = INFIX.get(operator);
  if (infix !== undefined && a !== undefined && b !== undefined && more.length === 0) {
    if (c === undefined) {
      const text = `${printOperand(a, operator)} ${infix} ${printOperand(b, operator)}`;
      return isExpression ? text : `(${text})`;
    }
    return `${printTerm(c)} = ${printOperand(a, operator)} ${infix} ${printOperand(b, operator)}`;
  }
  if (operator === 'internal.member_2' && a !== undefined && b !== undefined && c === undefined) {
    return parenthesized(`${printOperand(a)} in ${printOperand(b)}`, isExpression);
  }
  if (operator === 'internal.member_3' && a !== undefined && b !== undefined && c !== undefined && more.length === 0) {
    return parenthesized(`${printOperand(a)}, ${printOperand(b)} in ${printOperand(c)}`, isExpression);
  }
  return `${operator}(${args.map(printTerm).join(', ')})`;
}

const parenthesized = (text: string, isExpression: boolean): string => (isExpression ? text : `(${text})`);

/** Prints an operand, in parentheses unless it binds more tightly than its operator. */
function printOperand(term: Term, operator = 'rem'): string {
  if (term.kind !== 'call') {
    return printTerm(term);
  }
  const own = PRECEDENCE.get(term.operator) ?? 0;
  return printCall(term, own > (PRECEDENCE.get(operator) ?? 1));
}

/** Returns a term as source. */
function printTerm(term: Term): string {
  switch (term.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(term.value);
    case 'number':
      return term.text;
    case 'string':
      return quoteGo(term.value)
        .replace(/\\([av])/gu, (_, letter) => (letter === 'a' ? '\\u0007' : '\\u000b'))
        .replace(/\\x([0-9a-f]{2})/gu, '\\u00$1')
        .replace(/\\U([0-9a-f]{8})/gu, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16)));
    case 'var':
      return term.name.startsWith('$') ? '_' : term.name;
    case 'ref':
      return `${printOperand(term.head)}${term.path.map(printPathElement).join('')}`;
    case 'array':
      return `[${term.items.map(printTerm).join(', ')}]`;
    case 'set':
      return term.items.length === 0 ? 'set()' : `{${term.items.map(printTerm).join(', ')}}`;
    case 'object':
      return `{${term.entries.map(([key, value]) => `${printTerm(key)}: ${printTerm(value)}`).join(', ')}}`;
    case 'call':
      return printCall(term, false);
    case 'arrayComprehension':
      return `[${printTerm(term.value)} | ${printInline(term.body)}]`;
    case 'setComprehension':
      return `{${printTerm(term.value)} | ${printInline(term.body)}}`;
    case 'objectComprehension':
      return `{${printTerm(term.key)}: ${printTerm(term.value)} | ${printInline(term.body)}}`;
    case 'template':
      return term.loc.text;
  }
}

function printInline(body: Body): string {
  return body.map((expr) => printExpr(expr, '').replaceAll(/\n\t*/gu, ' ')).join('; ');
}

function printPathElement(part: Term): string {
  return part.kind === 'string' ? pathElement(part.value, false) : `[${printTerm(part)}]`;
}

function pathElement(name: string, isFirst: boolean): string {
  if (isName(name) && !isKeyword(name)) {
    return isFirst ? name : `.${name}`;
  }
  return `[${JSON.stringify(name)}]`;
}
