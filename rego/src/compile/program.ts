import type { Annotations, Body, Location, Term } from '../syntax/ast.js';

/**
 * Modules after resolution. The terms and bodies have the types of `syntax/ast.ts` with these guarantees, on which `evaluate/` relies:
 *
 * - Each global reference is a `ref` whose head is the `data` or `input` variable, or it is that variable alone. Imports and package-local
 *   names are gone.
 * - Every other variable is local, and its name is unique in its rule: shadowing is resolved by renaming (`x` becomes `x$1`). Wildcards are
 *   `$0`, `$1`, ….
 * - Calls name a built-in function or a user's function by full path (`data.lib.f`), with exactly the declared number of arguments:
 *   `count(xs, n)` has become `n = count(xs)`.
 * - There is no `some` declaration, no `someIn` (it is `value = domain[key]`) and no `assign` (it is `eq`).
 * - Bodies (including those of comprehensions and of `every`) are ordered so that, from left to right, the variables that an expression
 *   needs are bound. All variables of a negated expression, of a call's arguments, and of a head are needed. A reference's path can bind
 *   its variables, and `eq` binds either side.
 * - No rule can reach itself.
 * - Heads, results of comprehensions and values of `with` are constants or patterns of variables. The last expression of the body computes
 *   other values (for `with`, an expression before it). A value of `with` can also name a function, as a call would: `count`,
 *   `time.now_ns`, `data.lib.f`.
 * - References and calls inside other terms do not bind variables: references and calls that would bind variables are separate expressions
 *   before the term (`$c1 = xs[i]`). The same applies to references in the arguments of a negated expression, since `not f(input.x)` is
 *   undefined if `input.x` is. A relation is called only in `pattern = walk(x)`.
 */
export interface Program {
  readonly root: RuleNode;
  /** Annotations of scope package and subpackages, by package path (`a.b`), for `rego.metadata.chain()`. */
  readonly packageAnnotations: ReadonlyMap<string, readonly Annotations[]>;
}

/** A place below `data`. A node can have both rules and children (`p[x] := 1` and `p.q.r := 2`). */
export interface RuleNode {
  /** The path without `data`. */
  readonly path: readonly string[];
  readonly children: ReadonlyMap<string, RuleNode>;
  readonly group: RuleGroup | undefined;
}

/** All definitions of one name. */
export interface RuleGroup {
  readonly path: readonly string[];
  readonly kind: 'complete' | 'function' | 'partialSet' | 'partialObject';
  /** The number of arguments of a function. */
  readonly arity: number;
  readonly default: CompiledRule | undefined;
  readonly rules: readonly CompiledRule[];
}

export interface CompiledRule {
  readonly loc: Location;
  /** The package of the rule's module: `authz.admin`. */
  readonly package: string;
  /**
   * The keys of a `partialObject` rule below the group's path: at least one, and any of them can be a scalar. Empty for `complete` and
   * `function`. For a `partialSet` rule below dynamic keys (`p[x] contains y`): those keys. The kind of its group is then `partialObject`.
   */
  readonly keys: readonly Term[];
  readonly args: readonly Term[];
  /** The element of a `contains` rule, which has no `value`. */
  readonly element: Term | undefined;
  /** `true` if the source does not specify a value. */
  readonly value: Term | undefined;
  readonly body: Body;
  readonly else: CompiledRule | undefined;
  readonly annotations: readonly Annotations[];
}
