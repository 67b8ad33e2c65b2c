import type { Body, Expr, RefTerm, Term, VarTerm, With } from '../syntax/ast.js';
import { isScalar } from './syntax-walk.js';

/** Functions that rebuild the parts of a term or expression. Unchanged parts are not copied. Scalars stay as is and can be skipped. */
export interface SyntaxMap {
  term(term: Term): Term;
  body(body: Body): Body;
  target(target: VarTerm | RefTerm): VarTerm | RefTerm;
}

/** Maps the items. Returns `items` itself if nothing changed. */
export function mapAll<T>(items: readonly T[], map: (item: T) => T): readonly T[] {
  let changed: T[] | undefined;
  let position = 0;
  for (const item of items) {
    const mapped = map(item);
    if (mapped !== item) {
      changed ??= items.slice();
      changed[position] = mapped;
    }
    position++;
  }
  return changed ?? items;
}

function mapTerms(terms: readonly Term[], map: SyntaxMap): readonly Term[] {
  let changed: Term[] | undefined;
  for (let position = 0; position < terms.length; position++) {
    const term = terms[position];
    if (term === undefined || isScalar(term)) {
      continue;
    }
    const mapped = map.term(term);
    if (mapped !== term) {
      changed ??= terms.slice();
      changed[position] = mapped;
    }
  }
  return changed ?? terms;
}

/** Maps each part of the term, but not the term itself. */
export function mapParts(term: Term, map: SyntaxMap): Term {
  switch (term.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'var':
      return term;
    case 'template': {
      const parts = mapAll(term.parts, (part) => (typeof part === 'string' ? part : map.term(part)));
      return parts === term.parts ? term : { ...term, parts };
    }
    case 'ref': {
      const head = map.term(term.head);
      const path = mapTerms(term.path, map);
      return head === term.head && path === term.path ? term : { ...term, head, path };
    }
    case 'array':
    case 'set': {
      const items = mapTerms(term.items, map);
      return items === term.items ? term : { ...term, items };
    }
    case 'call': {
      const args = mapTerms(term.args, map);
      return args === term.args ? term : { ...term, args };
    }
    case 'object': {
      const entries = mapAll(term.entries, (entry) => mapEntry(entry, map));
      return entries === term.entries ? term : { ...term, entries };
    }
    case 'arrayComprehension':
    case 'setComprehension': {
      const body = map.body(term.body);
      const value = map.term(term.value);
      return body === term.body && value === term.value ? term : { ...term, body, value };
    }
    case 'objectComprehension': {
      const body = map.body(term.body);
      const key = map.term(term.key);
      const value = map.term(term.value);
      return body === term.body && key === term.key && value === term.value ? term : { ...term, body, key, value };
    }
  }
}

function mapEntry(entry: readonly [Term, Term], map: SyntaxMap): readonly [Term, Term] {
  const key = map.term(entry[0]);
  const value = map.term(entry[1]);
  return key === entry[0] && value === entry[1] ? entry : [key, value];
}

/** Maps each part of the expression. Does not change the names that `some` and `every` declare. */
export function mapExpr(expr: Expr, map: SyntaxMap): Expr {
  const withs = mapAll(expr.with, (modifier) => mapWith(modifier, map));
  switch (expr.kind) {
    case 'term': {
      const term = map.term(expr.term);
      return term === expr.term && withs === expr.with ? expr : { ...expr, term, with: withs };
    }
    case 'some':
      return withs === expr.with ? expr : { ...expr, with: withs };
    case 'someIn': {
      const key = expr.key === undefined ? undefined : map.term(expr.key);
      return { ...expr, key, value: map.term(expr.value), domain: map.term(expr.domain), with: withs };
    }
    case 'every': {
      const domain = map.term(expr.domain);
      const body = map.body(expr.body);
      return domain === expr.domain && body === expr.body && withs === expr.with
        ? expr
        : { ...expr, domain, body, with: withs };
    }
  }
}

export function mapWith(modifier: With, map: SyntaxMap): With {
  const target = map.target(modifier.target);
  const value = map.term(modifier.value);
  return target === modifier.target && value === modifier.value ? modifier : { ...modifier, target, value };
}
