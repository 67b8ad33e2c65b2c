import type { Body, Expr, Term } from '../syntax/ast.js';
import { isComprehension, partsOf, walkTerm } from './syntax-walk.js';

const NO_NAMES: ReadonlySet<string> = new Set();

/** Names that hide globals, innermost body first. */
export class HiddenNames {
  constructor(
    private readonly names: ReadonlySet<string>,
    private readonly outer?: HiddenNames,
  ) {}

  has(name: string): boolean {
    return this.names.has(name) || (this.outer?.has(name) ?? false);
  }
}

/**
 * Returns the names that a body declares with `:=` or `some`, including those in the bodies of `every`, but not in comprehensions (OPA
 * `declaredVars`).
 */
export function declaredNames(body: Body): ReadonlySet<string> {
  let names: Set<string> | undefined;
  for (const expr of body) {
    // Creates the set on demand: sets are expensive, and most expressions are terms, which do not declare anything.
    if (expr.kind !== 'term' || (expr.term.kind === 'call' && expr.term.operator === 'assign')) {
      names ??= new Set();
      addDeclared(expr, names);
    }
  }
  return names ?? NO_NAMES;
}

function addDeclared(expr: Expr, names: Set<string>): void {
  switch (expr.kind) {
    case 'term': {
      const target = expr.term.kind === 'call' && expr.term.operator === 'assign' ? expr.term.args[0] : undefined;
      if (target !== undefined) {
        addNames(target, names);
      }
      return;
    }
    case 'some':
      expr.names.forEach((name) => names.add(name.name));
      return;
    case 'someIn':
      addNames(expr.value, names);
      if (expr.key !== undefined) {
        addNames(expr.key, names);
      }
      return;
    case 'every':
      expr.body.forEach((inner) => addDeclared(inner, names));
      return;
  }
}

/** Adds all variables of a term. */
export function addNames(term: Term, names: Set<string>): void {
  walkTerm(term, (part) => {
    if (part.kind === 'var') {
      names.add(part.name);
    }
    return false;
  });
}

/**
 * Adds the variables that a function argument binds, excluding variables in sets, object keys, calls and closures, which are not patterns.
 */
export function addPatternNames(term: Term, names: Set<string>): void {
  if (term.kind === 'var') {
    names.add(term.name);
  } else if (term.kind === 'object') {
    term.entries.forEach(([, value]) => addPatternNames(value, names));
  } else if (term.kind !== 'set' && term.kind !== 'call' && !isComprehension(term)) {
    partsOf(term).forEach((part) => addPatternNames(part, names));
  }
}
