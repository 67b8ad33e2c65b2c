import { arrayOf, objectOf, setOf } from './composite-terms.js';
import { isGround, type PBody, type PExpr, type PTerm } from './terms.js';
import { chargeVisits } from '../values/depth.js';
import { isDocument, variableMap, type TermMap, VISITS_PER_TERM } from './walk-terms.js';

interface Binding {
  readonly term: PTerm;
  readonly bindings: Bindings;
}

/** A term and the bindings of its variables. */
export interface BoundTerm {
  readonly term: PTerm;
  readonly bindings: Bindings;
}

/**
 * The variables of one query or rule that have a value (OPA, topdown/bindings.go). A value can be a term with different bindings. `id`
 * makes the names of variables unique in a result; the query's own bindings have the id 0, and their variables keep their names.
 */
export class Bindings {
  private readonly values = new Map<string, Binding>();

  constructor(readonly id: number) {}

  /** Resolves a variable that has a value. Any other term resolves to itself. */
  apply(term: PTerm): BoundTerm {
    let at: BoundTerm = { term, bindings: this };
    while (at.term.kind === 'var') {
      const next = at.bindings.values.get(at.term.name);
      if (next === undefined) {
        break;
      }
      at = next;
    }
    return at;
  }

  /** Binds a variable to its value, until `unbind`. */
  bind(name: string, term: PTerm, bindings: Bindings): void {
    this.values.set(name, { term, bindings });
  }

  unbind(name: string): void {
    this.values.delete(name);
  }

  /**
   * Returns the term with its variables replaced by their values. With `namespaced`, other variables get names that are unique in the
   * result.
   */
  plug(term: PTerm, namespaced = false): PTerm {
    chargeVisits(VISITS_PER_TERM);
    switch (term.kind) {
      case 'var': {
        const { term: value, bindings } = this.apply(term);
        if (value.kind === 'var') {
          return namespaced ? bindings.namespacedVar(value.name) : value;
        }
        return bindings.plug(value, namespaced);
      }
      case 'array':
        return arrayOf(term.items.map((item) => this.plug(item, namespaced)));
      case 'set':
        return setOf(term.items.map((item) => this.plug(item, namespaced)));
      case 'object':
        return objectOf(
          term.entries.map(([key, value]) => [this.plug(key, namespaced), this.plug(value, namespaced)] as const),
        );
      case 'ref':
        return isGround(term) && isDocumentRef(term)
          ? term
          : { kind: 'ref', parts: term.parts.map((part) => this.plug(part, namespaced)) };
      case 'value':
      case 'closure':
      case 'call':
        return term;
    }
  }

  /** Returns the variable under the name that it has in the result. */
  namespacedVar(name: string): PTerm {
    return { kind: 'var', name: this.id === 0 || isDocument(name) ? name : `${name}${this.id}` };
  }

  /** Renames all variables of a term, including variables in comprehensions, to the names that they have in the result. */
  namespace(term: PTerm): PTerm {
    return this.id === 0 ? term : this.namespacing().term(term);
  }

  /** Yields the variables that have a value, each with the plugged value. */
  *entries(): Generator<readonly [string, PTerm]> {
    for (const name of this.values.keys()) {
      yield [name, this.plug({ kind: 'var', name }, true)];
    }
  }

  private namespacing(): TermMap {
    return variableMap((name) => this.namespacedVar(name));
  }
}

function isDocumentRef({ parts: [head] }: Extract<PTerm, { kind: 'ref' }>): boolean {
  return head?.kind === 'var' && isDocument(head.name);
}

/**
 * A saved expression with the bindings of its terms: in an equation, each operand can have its own bindings. Without bindings, the
 * expression is already in its final form.
 */
export interface SavedExpr {
  readonly expr: PExpr;
  readonly bindings?: Bindings;
  readonly right?: Bindings;
}

/** Returns the expression in its final form for the result (OPA `saveStackElem.Plug`). Modifiers are plugged when they are saved. */
export function plugSaved({ expr, bindings, right }: SavedExpr): PExpr {
  if (bindings === undefined) {
    return expr;
  }
  switch (expr.kind) {
    case 'term':
      return { ...expr, term: bindings.plug(expr.term, true) };
    case 'call': {
      const args = expr.args.map((arg, at) => (at === 1 && right !== undefined ? right : bindings).plug(arg, true));
      return { ...expr, args };
    }
    case 'every':
      return expr;
  }
}

/** Returns the saved expressions as a body; `true` if there are none. */
export function plugQuery(saved: readonly SavedExpr[]): PBody {
  return saved.length === 0
    ? [{ kind: 'term', term: { kind: 'value', value: true }, negated: false, with: [] }]
    : saved.map(plugSaved);
}
