import { RegoError } from '../errors.js';
import type { BoundTerm } from './bindings.js';
import { equalTerms } from './compare-terms.js';
import { arrayOf, objectOf, setOf } from './composite-terms.js';
import type { Eval, Next } from './eval.js';
import type { ClosureTerm, PTerm } from './terms.js';

/**
 * Evaluates a comprehension. If it depends on unknowns, saves it together with the terms that it closes over (OPA `biunifyComprehension`).
 */
export function evalComprehension(e: Eval, closure: BoundTerm, other: BoundTerm, swapped: boolean, next: Next): void {
  const { term } = closure;
  if (term.kind !== 'closure') {
    return;
  }
  if (e.session.needsSave([term], closure.bindings)) {
    const saved = { term: e.amend(term, closure.bindings), bindings: closure.bindings };
    const rest = { term: e.amend(other.term, other.bindings), bindings: other.bindings };
    const [a, b] = swapped ? [rest, saved] : [saved, rest];
    e.saveUnify(a.term, b.term, a.bindings, b.bindings, next);
    return;
  }
  e.unify(resultOf(e, term), other.term, closure.bindings, other.bindings, next);
}

function resultOf(e: Eval, { form, key, value, body }: ClosureTerm): PTerm {
  const child = e.closure(body);
  const { bindings } = child;
  if (form === 'object') {
    const entries: (readonly [PTerm, PTerm])[] = [];
    child.run(() => {
      e.session.allocate(1);
      addEntry(entries, bindings.plug(key ?? value), bindings.plug(value));
    });
    return objectOf(entries);
  }
  const items: PTerm[] = [];
  child.run(() => {
    e.session.allocate(1);
    items.push(bindings.plug(value));
  });
  return form === 'array' ? arrayOf(items) : setOf(items);
}

function addEntry(entries: (readonly [PTerm, PTerm])[], key: PTerm, value: PTerm): void {
  const known = entries.find(([other]) => equalTerms(other, key));
  if (known === undefined) {
    entries.push([key, value]);
  } else if (!equalTerms(known[1], value)) {
    throw new RegoError('eval_conflict_error', 'object keys must be unique');
  }
}
