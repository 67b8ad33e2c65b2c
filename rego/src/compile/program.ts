import type { Annotations, Body, Location, Term } from '../syntax/ast.js';

/**
 * Modules after resolution. The terms and bodies are those of `syntax/ast.ts` with these promises, on which `evaluate/` builds:
 *
 * - Each global reference is a `ref` whose head is the variable `data` or `input` (or that variable alone); imports and package-local names are gone.
 * - Every other variable is local, and its name is unique in its rule: shadowing is resolved by renaming (`x` becomes `x$1`). Wildcards are `$0`, `$1`, ….
 * - Calls name a built-in function or a user's function by full path (`data.lib.f`), with exactly the declared number of arguments: `count(xs, n)` has become `n = count(xs)`.
 * - There is no `some` declaration, no `someIn` (it is `value = domain[key]`), no `assign` (it is `eq`).
 * - Bodies (also those of comprehensions and of `every`) are ordered so that, from left to right, each expression has the variables that it needs
 *   bound. It needs all variables of a negated expression, of a call's arguments, of a head. A reference's path may bind its variables, `eq` binds either side.
 * - No rule can reach itself.
 * - Heads, results of comprehensions and values of `with` are constants and patterns of variables. The last expression of the body computes other values
 *   (before the expression, for `with`). A value of `with` may also name a function, as a call would: `count`, `time.now_ns`, `data.lib.f`.
 * - References within other terms bind nothing, nor do calls: those that would stand before, as expressions of their own (`$c1 = xs[i]`). So do references
 *   in the arguments of a negated expression, since `not f(input.x)` is undefined when `input.x` is. A relation is called in `pattern = walk(x)` only.
 */
export interface Program {
  readonly root: RuleNode;
  /** Annotations by package path (`a.b`), for `rego.metadata.chain()`: those of scope package and subpackages. */
  readonly packageAnnotations: ReadonlyMap<string, readonly Annotations[]>;
}

/** One place below `data`. A node may hold rules and children at once (`p[x] := 1` beside `p.q.r := 2`). */
export interface RuleNode {
  /** Without `data`. */
  readonly path: readonly string[];
  readonly children: ReadonlyMap<string, RuleNode>;
  readonly group: RuleGroup | undefined;
}

/** All definitions of one name. */
export interface RuleGroup {
  readonly path: readonly string[];
  readonly kind: 'complete' | 'function' | 'partialSet' | 'partialObject';
  /** Of a function. */
  readonly arity: number;
  readonly default: CompiledRule | undefined;
  readonly rules: readonly CompiledRule[];
}

export interface CompiledRule {
  readonly loc: Location;
  /** The package of the module it stands in: `authz.admin`. */
  readonly package: string;
  /** `complete`, `function`: empty. `partialObject`: the keys below the group's path, at least one, any of them may be a scalar. `partialSet` below dynamic keys (`p[x] contains y`): those keys; its group's kind is then `partialObject`. */
  readonly keys: readonly Term[];
  readonly args: readonly Term[];
  /** The element of a `contains` rule, which has no `value`. */
  readonly element: Term | undefined;
  /** `true` when the source wrote none. */
  readonly value: Term | undefined;
  readonly body: Body;
  readonly else: CompiledRule | undefined;
  readonly annotations: readonly Annotations[];
}
