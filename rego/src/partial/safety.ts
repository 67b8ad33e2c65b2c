import {
  capturesResult,
  entriesOfObject,
  isEquality,
  itemsOfArray,
  type PBody,
  type PExpr,
  type PTerm,
} from './terms.js';
import { isDocument, variablesOf, walkTerms } from './walk-terms.js';

type Names = ReadonlySet<string>;

/** Returns the variables that a body binds if its expressions are evaluated in this order (OPA, ast/compile.go, `OutputVarsFromBody`). */
export function outputsOfBody(body: PBody, safe: Names): Set<string> {
  const outputs = new Set<string>();
  for (const expr of body) {
    outputsOfExpr(expr, new Set([...safe, ...outputs])).forEach((name) => outputs.add(name));
  }
  return outputs;
}

/** Returns the variables that an expression binds if the variables in `safe` are bound (OPA `OutputVarsFromExpr`). */
export function outputsOfExpr(expr: PExpr, safe: Names): Set<string> {
  if (
    expr.negated ||
    expr.with.some(({ value }) => value.kind !== 'operator' && !areSafe(variablesOf([value]), safe))
  ) {
    return new Set();
  }
  switch (expr.kind) {
    case 'term':
      return outputsOfTerms([expr.term], safe);
    case 'every':
      return outputsOfTerms([expr.domain], safe);
    case 'call':
      break;
  }
  if (isEquality(expr)) {
    const outputs = outputsOfTerms(expr.args, safe);
    const known = new Set([...safe, ...outputs]);
    unifiedVariables(expr.args[0], expr.args[1], known).forEach((name) => outputs.add(name));
    safe.forEach((name) => outputs.delete(name));
    return outputs;
  }
  const outputs = outputsOfTerms(expr.args, safe);
  const result = expr.args[expr.args.length - 1];
  if (!capturesResult(expr) || result === undefined) {
    return outputs;
  }
  const inputs = variablesOf(expr.args.slice(0, expr.arity), { closures: false });
  if (!areSafe(inputs, new Set([...safe, ...outputs]))) {
    return new Set();
  }
  variablesOf([result], { closures: false, heads: false }).forEach((name) => outputs.add(name));
  safe.forEach((name) => outputs.delete(name));
  return outputs;
}

/** Returns the variables in the paths of references whose heads are bound. */
function outputsOfTerms(terms: readonly PTerm[], safe: Names): Set<string> {
  const outputs = new Set<string>();
  walkTerms(terms, (term) => {
    if (term.kind === 'ref' && isSafeHead(term.parts[0], safe)) {
      variablesOf(term.parts.slice(1), { closures: false }).forEach((name) => {
        if (!safe.has(name)) outputs.add(name);
      });
    }
    return term.kind === 'closure';
  });
  return outputs;
}

function isSafeHead(head: PTerm | undefined, safe: Names): boolean {
  return head?.kind === 'var' ? isDocument(head.name) || safe.has(head.name) : head?.kind === 'call';
}

function areSafe(names: Names, safe: Names): boolean {
  return [...names].every((name) => safe.has(name));
}

/** Returns the variables that the unification of two terms binds (OPA, ast/unify.go). */
function unifiedVariables(a: PTerm, b: PTerm, safe: Names): Set<string> {
  const itemsA = itemsOfArray(a);
  const itemsB = itemsOfArray(b);
  if (itemsA !== undefined && itemsB !== undefined) {
    return new Set(
      itemsA.flatMap((item, at) => {
        const other = itemsB[at];
        return other === undefined ? [] : [...unifiedVariables(item, other, safe)];
      }),
    );
  }
  const names = (term: PTerm): Set<string> => variablesOf([term], { closures: false, heads: false });
  if (isBinder(a) && isReady(b, safe)) {
    return names(a);
  }
  return isBinder(b) && isReady(a, safe) ? names(b) : new Set();
}

/** Returns whether a term is a pattern of variables. */
function isBinder(term: PTerm): boolean {
  return term.kind === 'var' || itemsOfArray(term) !== undefined || entriesOfObject(term) !== undefined;
}

/** Returns whether all variables of the term outside closures are safe, so that it has a value. */
function isReady(term: PTerm, safe: Names): boolean {
  return areSafe(variablesOf([term], { closures: false }), safe);
}

/** Returns the variables outside closures that must be bound elsewhere before the body can be evaluated. */
export function unsafeVariables(body: PBody, safe: Names): Set<string> {
  const unsafe = new Set<string>();
  for (const expr of body) {
    const terms = expr.kind === 'term' ? [expr.term] : expr.kind === 'call' ? expr.args : [expr.domain];
    const modifiers = expr.with.flatMap(({ value }) => (value.kind === 'operator' ? [] : [value]));
    variablesOf([...terms, ...modifiers], { closures: false }).forEach((name) => {
      if (!safe.has(name)) unsafe.add(name);
    });
  }
  return unsafe;
}
