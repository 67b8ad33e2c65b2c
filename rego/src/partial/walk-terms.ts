import { chargeVisits } from '../values/depth.js';
import { arrayOf, objectOf, setOf } from './composite-terms.js';
import type { PBody, PExpr, PTerm, PWith } from './terms.js';

/** Returns the terms directly below a term. For a comprehension, this includes the terms of its body. */
export function childrenOf(term: PTerm): readonly PTerm[] {
  switch (term.kind) {
    case 'value':
    case 'var':
      return [];
    case 'ref':
      return term.parts;
    case 'array':
    case 'set':
      return term.items;
    case 'object':
      return term.entries.flat();
    case 'call':
      return term.args;
    case 'closure':
      return [...(term.key === undefined ? [] : [term.key]), term.value, ...term.body.flatMap(termsOfExpr)];
  }
}

/** Returns the terms of an expression, including those of its modifiers and of the body of `every`. */
export function termsOfExpr(expr: PExpr): readonly PTerm[] {
  const modifiers = expr.with.flatMap(({ value }) => (value.kind === 'operator' ? [] : [value]));
  switch (expr.kind) {
    case 'term':
      return [expr.term, ...modifiers];
    case 'call':
      return [...expr.args, ...modifiers];
    case 'every':
      return [expr.key, expr.value, expr.domain, ...expr.body.flatMap(termsOfExpr), ...modifiers];
  }
}

/**
 * Calls `visit` for the terms and all terms below them. If `visit` returns true, the terms below that term are skipped. Uses an explicit
 * stack.
 */
export function walkTerms(terms: readonly PTerm[], visit: (term: PTerm) => boolean): void {
  const pending = terms.toReversed();
  for (let term = pending.pop(); term !== undefined; term = pending.pop()) {
    if (!visit(term)) {
      pending.push(...childrenOf(term).toReversed());
    }
  }
}

/** Returns whether `test` holds for one of the terms or a term below it. */
export function someTerm(terms: readonly PTerm[], test: (term: PTerm) => boolean): boolean {
  let found = false;
  walkTerms(terms, (term) => {
    found ||= test(term);
    return found;
  });
  return found;
}

/** The variables that a walk returns. */
export interface VariableOptions {
  /** Includes the variables in comprehensions and in bodies of `every`; true if unset. */
  readonly closures?: boolean;
  /** Includes the heads of references; true if unset. */
  readonly heads?: boolean;
}

/** Returns the variables of terms, without `input` and `data`. */
export function variablesOf(
  terms: readonly PTerm[],
  { closures = true, heads = true }: VariableOptions = {},
): Set<string> {
  const names = new Set<string>();
  const visit = (term: PTerm): boolean => {
    if (term.kind === 'var') {
      if (!isDocument(term.name)) {
        names.add(term.name);
      }
    } else if (term.kind === 'ref' && !heads) {
      const [head, ...path] = term.parts;
      walkTerms(head === undefined || head.kind === 'var' ? path : term.parts, visit);
      return true;
    }
    return term.kind === 'closure' && !closures;
  };
  walkTerms(terms, visit);
  return names;
}

/** Returns the variables of an expression, without `input` and `data`. */
export function variablesOfExpr(expr: PExpr, options: VariableOptions = {}): Set<string> {
  if (expr.kind === 'every' && options.closures === false) {
    return variablesOf([expr.domain], options);
  }
  return variablesOf(termsOfExpr(expr), options);
}

export const isDocument = (name: string): boolean => name === 'input' || name === 'data';

/** The cost of creating a term, in visits. Variables can have values that share parts, and each occurrence of a part is written out. */
export const VISITS_PER_TERM = 16;

/** Functions that rewrite terms and bodies. */
export interface TermMap {
  term(term: PTerm): PTerm;
  body(body: PBody): PBody;
}

/** Returns the term after mapping the terms directly below it. */
export function mapChildren(term: PTerm, map: TermMap): PTerm {
  chargeVisits(VISITS_PER_TERM);
  const one = (child: PTerm): PTerm => map.term(child);
  switch (term.kind) {
    case 'value':
    case 'var':
      return term;
    case 'ref':
      return { kind: 'ref', parts: term.parts.map(one) };
    case 'array':
      return arrayOf(term.items.map(one));
    case 'set':
      return setOf(term.items.map(one));
    case 'object':
      return objectOf(term.entries.map(([key, value]) => [one(key), one(value)] as const));
    case 'call':
      return { ...term, args: term.args.map(one) };
    case 'closure': {
      const key = term.key === undefined ? undefined : one(term.key);
      return { ...term, key, value: one(term.value), body: map.body(term.body) };
    }
  }
}

/** Returns the expression with its terms mapped, including those of its modifiers. */
export function mapExpr(expr: PExpr, map: TermMap): PExpr {
  const modifiers = expr.with.length === 0 ? expr.with : expr.with.map((modifier) => mapWith(modifier, map));
  switch (expr.kind) {
    case 'term':
      return { ...expr, term: map.term(expr.term), with: modifiers };
    case 'call':
      return { ...expr, args: expr.args.map((arg) => map.term(arg)), with: modifiers };
    case 'every':
      return {
        ...expr,
        key: map.term(expr.key),
        value: map.term(expr.value),
        domain: map.term(expr.domain),
        body: map.body(expr.body),
        with: modifiers,
      };
  }
}

export function mapWith(modifier: PWith, map: Pick<TermMap, 'term'>): PWith {
  return modifier.value.kind === 'operator' ? modifier : { ...modifier, value: map.term(modifier.value) };
}

/** Returns a map that rewrites variables everywhere. */
export function variableMap(rename: (name: string) => PTerm): TermMap {
  const map: TermMap = {
    term: (term) => (term.kind === 'var' ? (isDocument(term.name) ? term : rename(term.name)) : mapChildren(term, map)),
    body: (body) => body.map((expr) => mapExpr(expr, map)),
  };
  return map;
}
