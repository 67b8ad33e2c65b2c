import type { CallTerm, Expr, RefTerm, Term } from '../syntax/ast.js';
import type { FunctionTable } from './functions.js';
import { isRootDocument } from './names.js';
import { PRINT } from './signature.js';
import { forEachPart, isComprehension, partsOf, termsOf } from './syntax-walk.js';
import { termKey } from './term-key.js';
import { addVariables, variablesOf, withVariables } from './variables.js';

/**
 * One way in which an expression binds variables. If the variables in `bound` are bound before the expression, and the variables in
 * `derived` are bound before or by it, the expression binds the variables in `gives`. Together, the clauses express the results of OPA's
 * `outputVarsForExpr` and `Unify` in a form that can be followed one variable at a time.
 */
export interface Clause {
  readonly bound: readonly string[];
  readonly derived: readonly string[];
  readonly gives: readonly string[];
}

/**
 * A variable that is derived once the variables of `with` are bound. Without them, an expression does not bind anything. Sources cannot
 * contain this name.
 */
const GATE = '$with';

/** Returns the clauses of an expression. `variables`: its variables, each of which must be bound before it or by it. */
export function clausesOf(expr: Expr, variables: ReadonlySet<string>, functions: FunctionTable): readonly Clause[] {
  if (expr.negated || variables.size === 0) {
    return [];
  }
  const clauses: Clause[] = [];
  termsOf(expr).forEach((term) => addReferences(term, clauses));
  if (expr.kind === 'term' && expr.term.kind === 'call') {
    addCall(expr.term, functions, clauses);
  }
  const modifiers = [...withVariables(expr, functions)];
  if (modifiers.length === 0) {
    return clauses;
  }
  const gate = { bound: modifiers, derived: [], gives: [GATE] };
  return [gate, ...clauses.map((clause) => ({ ...clause, derived: [...clause.derived, GATE] }))];
}

/** Adds the clauses of references: `xs[i]` binds `i` once `xs` is bound. */
function addReferences(term: Term, clauses: Clause[]): void {
  if (term.kind === 'template' || (term.kind === 'call' && term.operator === PRINT)) {
    return;
  }
  if (term.kind === 'ref') {
    const gives = variablesOf(term.path.flatMap(withoutHeads));
    if (gives.size > 0) {
      clauses.push({ bound: headVariables(term), derived: [], gives: [...gives] });
    }
  }
  forEachPart(term, (part) => addReferences(part, clauses));
}

function headVariables(ref: RefTerm): string[] {
  return [...variablesOf([ref.head])];
}

/** Returns the elements of a path. References among them are replaced by their own elements. */
function withoutHeads(term: Term): readonly Term[] {
  if (term.kind === 'ref') {
    return term.path.flatMap(withoutHeads);
  }
  return term.kind === 'array' || term.kind === 'object' ? partsOf(term).flatMap(withoutHeads) : [term];
}

function addCall(term: CallTerm, functions: FunctionTable, clauses: Clause[]): void {
  const [left, right] = term.args;
  if (term.operator === 'eq') {
    if (left !== undefined && right !== undefined && term.args.length === 2) {
      unify(left, right, clauses);
    }
    return;
  }
  const arity = functions.arity(term.operator);
  if (arity === undefined || term.args.length <= arity) {
    return;
  }
  const gives = patternVariables(term.args.slice(arity));
  if (gives.length > 0) {
    clauses.push({ bound: [], derived: [...variablesOf(term.args.slice(0, arity))], gives });
  }
}

function unify(a: Term, b: Term, clauses: Clause[]): void {
  if (a.kind === 'var' && !isRootDocument(a.name)) {
    unifyVariable(a.name, b, clauses);
  } else if (b.kind === 'var' && !isRootDocument(b.name)) {
    unifyVariable(b.name, a, clauses);
  } else if (a.kind === 'array' && b.kind === 'array') {
    unifyArrays(a.items, b.items, clauses);
  } else if (a.kind === 'object' && b.kind === 'object') {
    unifyObjects(a.entries, b.entries, clauses);
  } else if (a.kind === 'array' || a.kind === 'object') {
    unifyPattern(a, b, clauses);
  } else if (b.kind === 'array' || b.kind === 'object') {
    unifyPattern(b, a, clauses);
  }
}

function unifyVariable(name: string, other: Term, clauses: Clause[]): void {
  switch (other.kind) {
    case 'var':
      if (isRootDocument(other.name)) {
        clauses.push({ bound: [], derived: [], gives: [name] });
        return;
      }
      clauses.push(
        { bound: [], derived: [other.name], gives: [name] },
        { bound: [], derived: [name], gives: [other.name] },
      );
      return;
    case 'array':
    case 'object': {
      const inner = patternVariables([other]);
      clauses.push({ bound: [], derived: inner, gives: [name] });
      if (inner.length > 0) {
        clauses.push({ bound: [], derived: [name], gives: inner });
      }
      return;
    }
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'template':
    case 'ref':
    case 'set':
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
    case 'call':
      clauses.push({ ...computedWhen(other), gives: [name] });
  }
}

/** Unifies a pattern with a computed term. */
function unifyPattern(pattern: Term, other: Term, clauses: Clause[]): void {
  const gives = patternVariables([pattern]);
  if (gives.length > 0 && (isComputed(other) || other.kind === 'var')) {
    clauses.push({ ...computedWhen(other), gives });
  }
}

function isComputed(term: Term): boolean {
  return term.kind === 'ref' || term.kind === 'call' || isComprehension(term);
}

function computedWhen(term: Term): { readonly bound: readonly string[]; readonly derived: readonly string[] } {
  switch (term.kind) {
    case 'ref':
      return { bound: headVariables(term), derived: [] };
    case 'call':
      return { bound: [], derived: [...variablesOf(term.args)] };
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'template':
    case 'var':
    case 'array':
    case 'set':
    case 'object':
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
      return { bound: [], derived: [] };
  }
}

function unifyArrays(a: readonly Term[], b: readonly Term[], clauses: Clause[]): void {
  if (a.length !== b.length) {
    return;
  }
  a.forEach((item, position) => {
    const other = b[position];
    if (other !== undefined) {
      unify(item, other, clauses);
    }
  });
}

type Entries = readonly (readonly [Term, Term])[];

function unifyObjects(a: Entries, b: Entries, clauses: Clause[]): void {
  if (a.length !== b.length) {
    return;
  }
  const values = new Map(b.map(([key, value]) => [termKey(key), value]));
  for (const [key, value] of a) {
    const other = values.get(termKey(key));
    if (other !== undefined) {
      unify(value, other, clauses);
    }
  }
}

/** Returns the variables that a pattern binds: those outside keys, sets, heads of references and calls. */
function patternVariables(terms: readonly Term[]): string[] {
  const names = new Set<string>();
  const look = (term: Term): void => {
    switch (term.kind) {
      case 'array':
        term.items.forEach(look);
        return;
      case 'object':
        term.entries.forEach(([, value]) => look(value));
        return;
      case 'ref':
        term.path.flatMap(withoutHeads).forEach((part) => addVariables(part, names));
        return;
      case 'var':
        addVariables(term, names);
        return;
      case 'null':
      case 'boolean':
      case 'number':
      case 'string':
      case 'template':
      case 'set':
      case 'arrayComprehension':
      case 'setComprehension':
      case 'objectComprehension':
      case 'call':
        return;
    }
  };
  terms.forEach(look);
  return [...names];
}
