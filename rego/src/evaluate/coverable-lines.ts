import type { CompiledRule, Program, RuleNode } from '../compile/program.js';
import type { Body, Term } from '../syntax/ast.js';

/**
 * Returns the rows at which heads and expressions start, by file, in order. Includes expressions inside rules (comprehensions, `every`).
 */
export function coverableLines(program: Program): ReadonlyMap<string, readonly number[]> {
  const rows = new Map<string, Set<number>>();
  collectNode(program.root, rows);
  const files = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(files.map(([file, set]) => [file, [...set].sort((a, b) => a - b)]));
}

type Rows = Map<string, Set<number>>;

function add(rows: Rows, { file, row }: { readonly file: string; readonly row: number }): void {
  const known = rows.get(file);
  if (known === undefined) {
    rows.set(file, new Set([row]));
  } else {
    known.add(row);
  }
}

function collectNode(node: RuleNode, rows: Rows): void {
  const first = node.group?.default;
  for (const rule of [...(node.group?.rules ?? []), ...(first === undefined ? [] : [first])]) {
    collectRule(rule, rows);
  }
  node.children.forEach((child) => collectNode(child, rows));
}

function collectRule(first: CompiledRule, rows: Rows): void {
  for (let rule: CompiledRule | undefined = first; rule !== undefined; rule = rule.else) {
    add(rows, rule.loc);
    collectBody(rule.body, rows);
    [...rule.keys, rule.element, rule.value].forEach((term) => term !== undefined && collectTerm(term, rows));
  }
}

function collectBody(body: Body, rows: Rows): void {
  for (const expr of body) {
    add(rows, expr.loc);
    if (expr.kind === 'every') {
      collectTerm(expr.domain, rows);
      collectBody(expr.body, rows);
    } else if (expr.kind === 'term') {
      collectTerm(expr.term, rows);
    }
  }
}

function collectTerm(term: Term, rows: Rows): void {
  switch (term.kind) {
    case 'array':
    case 'set':
      term.items.forEach((item) => collectTerm(item, rows));
      return;
    case 'object':
      term.entries.flat().forEach((part) => collectTerm(part, rows));
      return;
    case 'ref':
      [term.head, ...term.path].forEach((part) => collectTerm(part, rows));
      return;
    case 'call':
      term.args.forEach((arg) => collectTerm(arg, rows));
      return;
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
      collectBody(term.body, rows);
      return;
    case 'boolean':
    case 'null':
    case 'number':
    case 'string':
    case 'template':
    case 'var':
  }
}
