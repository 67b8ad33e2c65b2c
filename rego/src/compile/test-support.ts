import type { ArgumentType } from '../builtins/builtin.js';
import type { RegoError } from '../errors.js';
import type { CompileLimits } from '../policy-engine.js';
import type { Body, Expr, Module, Term } from '../syntax/ast.js';
import { parseModule } from '../syntax/parser.js';
import { compileModules, type CompiledModules } from './compile-modules.js';
import type { CompiledRule, Program, RuleNode } from './program.js';
import type { BuiltinSignature } from './signature.js';

/** Helpers that compile source for the tests of `compile` and print the result. */

const declare = (name: string, args: readonly ArgumentType[], result: ArgumentType): [string, BuiltinSignature] => [
  name,
  { name, args, result },
];

const COLLECTION: ArgumentType = ['string', 'array', 'object', 'set'];

/** Some of OPA's functions, so that the tests do not depend on the full table. */
export const SIGNATURES: ReadonlyMap<string, BuiltinSignature> = new Map([
  declare('eq', ['any', 'any'], ['boolean']),
  ...['equal', 'neq', 'lt', 'lte', 'gt', 'gte'].map((name) => declare(name, ['any', 'any'], ['boolean'])),
  declare('internal.member_2', ['any', 'any'], ['boolean']),
  declare('internal.member_3', ['any', 'any', 'any'], ['boolean']),
  declare('plus', [['number'], ['number']], ['number']),
  declare(
    'minus',
    [
      ['number', 'set'],
      ['number', 'set'],
    ],
    ['number', 'set'],
  ),
  declare('count', [COLLECTION], ['number']),
  declare('startswith', [['string'], ['string']], ['boolean']),
  declare('concat', [['string'], ['array', 'set']], ['string']),
  declare('numbers.range', [['number'], ['number']], ['array']),
  declare('time.now_ns', [], ['number']),
  declare('opa.runtime', [], ['object']),
  declare('print', [], 'any'),
  declare('rego.metadata.rule', [], 'any'),
  ['walk', { name: 'walk', args: ['any'], result: ['array'], relation: true }],
]);

function parsed(source: string, file = 'test.rego'): Module {
  const result = parseModule({ path: file, text: source }, { maxSourceBytes: 10_000_000 });
  if (!result.ok) {
    throw new Error(result.errors.map(String).join('\n'));
  }
  return result.module;
}

export interface Sources {
  readonly sources: readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
  readonly limits?: Partial<CompileLimits>;
}

/** The files are named `1.rego`, `2.rego`, …. */
export function compileSources({ sources, ...options }: Sources): CompiledModules {
  const modules = sources.map((source, position) => parsed(source, `${position + 1}.rego`));
  return compileModules(modules, { builtins: SIGNATURES, ...options });
}

export function programOf(...sources: string[]): Program {
  const result = compileSources({ sources });
  if (!result.ok) {
    throw new Error(result.errors.map(String).join('\n'));
  }
  return result.program;
}

export function errorsOf(...sources: string[]): readonly RegoError[] {
  const result = compileSources({ sources });
  return result.ok ? [] : result.errors;
}

/** Returns the first lines of the errors: `1.rego:2:8: rego_unsafe_var_error: var x is unsafe`. */
export function errorLines(...sources: string[]): readonly string[] {
  return errorsOf(...sources).map((error) => error.toString().split('\n')[0] ?? '');
}

export function nodeAt(program: Program, path: string): RuleNode {
  return path.split('.').reduce<RuleNode>((node, name) => {
    const child = node.children.get(name);
    if (child === undefined) {
      throw new Error(`there is nothing at ${path}`);
    }
    return child;
  }, program.root);
}

export function rulesAt(program: Program, path: string): readonly CompiledRule[] {
  return nodeAt(program, path).group?.rules ?? [];
}

/** Returns the compiled body of the only rule at `test.p`. */
export function bodyOf(...sources: string[]): string {
  const [rule] = rulesAt(programOf(...sources), 'test.p');
  return rule === undefined ? '' : printBody(rule.body);
}

/** Compiles `test.p` with this body. */
export function compiledBody(body: string): string {
  return bodyOf(`package test\n\np if {\n${body}\n}`);
}

export function printBody(body: Body): string {
  return body.map(printExpr).join('; ');
}

function printExpr(expr: Expr): string {
  const modifiers = expr.with.map(({ target, value }) => ` with ${printTerm(target)} as ${printTerm(value)}`).join('');
  const not = expr.negated ? 'not ' : '';
  switch (expr.kind) {
    case 'term':
      return `${not}${printTerm(expr.term)}${modifiers}`;
    case 'every': {
      const key = expr.key === undefined ? '' : `${printTerm(expr.key)}, `;
      return `every ${key}${printTerm(expr.value)} in ${printTerm(expr.domain)} {${printBody(expr.body)}}${modifiers}`;
    }
    case 'some':
    case 'someIn':
      return `<${expr.kind}>`;
  }
}

const list = (terms: readonly Term[]): string => terms.map(printTerm).join(', ');

export function printTerm(term: Term): string {
  switch (term.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(term.value);
    case 'number':
      return term.text;
    case 'string':
      return JSON.stringify(term.value);
    case 'var':
      return term.name;
    case 'template':
      return `$"${term.parts.map((part) => (typeof part === 'string' ? part : `{${printTerm(part)}}`)).join('')}"`;
    case 'ref':
      return (
        printTerm(term.head) +
        term.path.map((part) => (part.kind === 'string' ? `.${part.value}` : `[${printTerm(part)}]`)).join('')
      );
    case 'array':
      return `[${list(term.items)}]`;
    case 'set':
      return term.items.length === 0 ? 'set()' : `{${list(term.items)}}`;
    case 'object':
      return `{${term.entries.map(([key, value]) => `${printTerm(key)}: ${printTerm(value)}`).join(', ')}}`;
    case 'call':
      return term.operator === 'eq' ? term.args.map(printTerm).join(' = ') : `${term.operator}(${list(term.args)})`;
    case 'arrayComprehension':
      return `[${printTerm(term.value)} | ${printBody(term.body)}]`;
    case 'setComprehension':
      return `{${printTerm(term.value)} | ${printBody(term.body)}}`;
    case 'objectComprehension':
      return `{${printTerm(term.key)}: ${printTerm(term.value)} | ${printBody(term.body)}}`;
  }
}
