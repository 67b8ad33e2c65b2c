import type { Eval, Next } from './eval.js';
import {
  equality,
  type EveryExpr,
  isCollection,
  isScalarValue,
  type PBody,
  type PTerm,
  valueTerm,
  varTerm,
} from './terms.js';
import { entriesOfObject, itemsOfArray, itemsOfSet } from './terms.js';
import { variableMap } from './walk-terms.js';

/** The maximum size of a known domain that is unrolled, multiplied by the sizes of the enclosing domains (OPA `everyUnrollLimit`). */
const MAX_UNROLLED = 32;

type Pair = readonly [key: PTerm, value: PTerm];

/** Evaluates `every` (OPA, topdown/eval.go, `evalEvery`). */
export function evalEvery(e: Eval, every: EveryExpr, next: Next): void {
  const { session, bindings } = e;
  const isDomainUnknown = session.needsSave([every.domain], bindings);
  const isBodyUnknown = every.body.some((expr) => session.exprNeedsSave(expr, bindings));
  const domain = bindings.plug(every.domain);
  if (isDomainUnknown || isBodyUnknown) {
    // Modifiers would also apply to the saved parts.
    const pairs = isDomainUnknown || every.with.length > 0 ? undefined : pairsOf(domain);
    if (pairs === undefined || Math.max(pairs.length, 1) * session.everyElements > MAX_UNROLLED) {
      e.save([e.saved(e.pluggedEvery(every), bindings)], next);
    } else {
      unroll(e, every, pairs, next);
    }
    return;
  }
  if (pairsOf(domain)?.every((pair) => holds(e, every, pair)) === true) {
    next();
  }
}

function pairsOf(domain: PTerm): readonly Pair[] | undefined {
  if (!isCollection(domain)) {
    return undefined;
  }
  return (
    itemsOfArray(domain)?.map((item, index) => [valueTerm(index), item] as const) ??
    entriesOfObject(domain) ??
    itemsOfSet(domain)?.map((item) => [item, item] as const)
  );
}

function holds(e: Eval, every: EveryExpr, pair: Pair): boolean {
  let found = false;
  e.session.step();
  e.closure(elementBody(e, every, pair)).run(() => {
    found = true;
  });
  return found;
}

/**
 * Evaluates the bodies of all elements as one body: the expressions saved for one element precede the expressions saved for the next
 * element.
 */
function unroll(e: Eval, every: EveryExpr, pairs: readonly Pair[], next: Next): void {
  const { session } = e;
  const body = pairs.flatMap((pair) => elementBody(e, every, pair));
  const outer = session.everyElements;
  session.everyElements *= Math.max(pairs.length, 1);
  e.closure(body).run(() => {
    const inner = session.everyElements;
    session.everyElements = outer;
    next();
    session.everyElements = inner;
  });
  session.everyElements = outer;
}

/** Returns the body for one element. Each element has its own variables, so that they do not clash. */
function elementBody(e: Eval, every: EveryExpr, pair: Pair): PBody {
  const suffix = `__e${e.session.nextVariableId()}_`;
  const element = new Map<string, PTerm>();
  const equations: PBody[number][] = [];
  for (const [at, term] of [every.key, every.value].entries()) {
    const value = pair[at];
    if (term.kind !== 'var' || value === undefined) {
      continue;
    }
    if (value.kind === 'value' && isScalarValue(value.value)) {
      element.set(term.name, value);
    } else {
      // A composite value cannot be the head of a reference.
      const fresh = varTerm(`${term.name}${suffix}`);
      element.set(term.name, fresh);
      equations.push(equality(fresh, value));
    }
  }
  const map = variableMap(
    (name) => element.get(name) ?? (isOfCaller(e, name) ? varTerm(name) : varTerm(`${name}${suffix}`)),
  );
  return [...equations, ...map.body(every.body)];
}

/** Returns whether a variable belongs to the code around `every`: it has a value, or is unknown. */
function isOfCaller(e: Eval, name: string): boolean {
  const term = varTerm(name);
  const { term: value } = e.bindings.apply(term);
  return value !== term || e.session.saveSet.contains(term, e.bindings);
}
