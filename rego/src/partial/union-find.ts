import { equalTerms } from './compare-terms.js';
import { isEquality, type PBody, type PTerm, type ValueTerm } from './terms.js';

/** Variables that must be equal, and their value if it is known. */
export interface VariableSet {
  readonly name: string;
  constant: ValueTerm | undefined;
}

/** Sets of variables that must be equal because of a body's equations (OPA, topdown/copypropagation/unionfind.go). */
export class UnionFind {
  private readonly roots = new Map<string, VariableSet>();
  private readonly parents = new Map<string, string>();

  /** `live`: variables that are preferred as representatives of their sets. */
  constructor(private readonly live: ReadonlySet<string>) {}

  find(name: string): VariableSet | undefined {
    let at = name;
    for (let parent = this.parents.get(at); parent !== undefined && parent !== at; parent = this.parents.get(at)) {
      at = parent;
    }
    return this.roots.get(at);
  }

  makeSet(name: string): VariableSet {
    let root = this.find(name);
    if (root === undefined) {
      root = { name, constant: undefined };
      this.parents.set(name, name);
      this.roots.set(name, root);
    }
    return root;
  }

  /** Merges two sets. Returns false if the variables cannot be equal. */
  merge(a: string, b: string): boolean {
    const first = this.makeSet(a);
    const second = this.makeSet(b);
    if (first === second) {
      return true;
    }
    const [kept, gone] = this.live.has(first.name) ? [first, second] : [second, first];
    this.parents.set(gone.name, kept.name);
    this.roots.delete(gone.name);
    if (kept.constant !== undefined && gone.constant !== undefined) {
      return equalTerms(kept.constant, gone.constant);
    }
    kept.constant ??= gone.constant;
    return true;
  }
}

/** Returns the sets that result from the equations of a body; `undefined` if the equations contradict each other. */
export function disjointSets(live: ReadonlySet<string>, body: PBody): UnionFind | undefined {
  const sets = new UnionFind(live);
  for (const expr of body) {
    if (isEquality(expr) && !expr.negated && expr.with.length === 0 && !addEquation(sets, expr.args[0], expr.args[1])) {
      return undefined;
    }
  }
  return sets;
}

function addEquation(sets: UnionFind, a: PTerm, b: PTerm): boolean {
  if (a.kind === 'var' && b.kind === 'var') {
    return sets.merge(a.name, b.name);
  }
  if (a.kind === 'var' && b.kind === 'value') {
    return addConstant(sets.makeSet(a.name), b);
  }
  return b.kind === 'var' && a.kind === 'value' ? addConstant(sets.makeSet(b.name), a) : true;
}

function addConstant(root: VariableSet, constant: ValueTerm): boolean {
  if (root.constant !== undefined && !equalTerms(root.constant, constant)) {
    return false;
  }
  root.constant = constant;
  return true;
}
