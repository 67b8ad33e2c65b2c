import type { Value } from '../values/value.js';
import type { Bindings, BoundTerm } from './bindings.js';
import { DocumentWalk } from './document-walk.js';
import type { Eval, Next } from './eval.js';
import type { PGroup } from './rules.js';
import { type PTerm, valueTerm } from './terms.js';

/** A reference below `data` that is being followed: the known parts so far, and the parts as written. */
export interface DataRef {
  readonly e: Eval;
  readonly ref: readonly PTerm[];
  readonly bindings: Bindings;
  /** The term to unify with the document. */
  readonly other: BoundTerm;
}

/** A reference that has reached rules. `keys` lead to them; `at` is the next position in the reference. */
export interface RuleRef extends DataRef {
  readonly group: PGroup;
  readonly keys: readonly Value[];
  readonly at: number;
}

/** Returns the path to the rules as parts of a reference. */
export function pathTo({ keys }: RuleRef): readonly PTerm[] {
  return [{ kind: 'var', name: 'data' }, ...keys.map(valueTerm)];
}

/** Continues with the known document of rules. */
export function evalKnownRules({ e, ref, bindings, other, keys, at }: RuleRef, next: Next): void {
  const path = [...keys];
  // Known keys after the rules make it unnecessary to evaluate the other members.
  for (let part = ref[at]; part !== undefined; part = ref[path.length + 1]) {
    const key = bindings.plug(part);
    if (key.kind !== 'value') {
      break;
    }
    path.push(key.value);
  }
  const document = e.session.known.document(path);
  if (document !== undefined) {
    const walk = new DocumentWalk(e, ref, bindings, other);
    walk.from({ term: valueTerm(document), bindings }, path.length + 1, next);
  }
}

/** Returns the reference to the same rules in the support modules. */
export function namespaced(namespace: string, ref: readonly PTerm[]): readonly PTerm[] {
  const [head = valueTerm(''), ...path] = ref;
  return [head, valueTerm(namespace), ...path];
}
