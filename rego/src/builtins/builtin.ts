import type { Budget } from '../evaluate/budget.js';
import type { TypeName, Value } from '../values/value.js';

/** The query context that a built-in function can access. */
export interface BuiltinContext {
  readonly budget: Budget;
  /** The time of the query in nanoseconds since the epoch; the same for all calls in one query. */
  readonly nowNanos: bigint;
  /** Returns random bytes; tests replace this method with one that returns fixed bytes. */
  randomBytes(size: number): Uint8Array;
  /**
   * Values that live as long as the query: memoized random values (`uuid.rfc4122`, `rand.intn`) and compiled patterns too large for the
   * shared cache.
   */
  readonly queryCache: Map<string, unknown>;
  /** The result of `opa.runtime()`; empty outside conformance tests. */
  readonly runtime: Value;
  /** Hosts that `http.send` and `net.lookup_ip_addr` can reach; none by default. */
  readonly allowedHosts: readonly string[];
  /** The metadata of the calling rule and its chain, innermost first, for `rego.metadata.rule()` and `.chain()`; set by the compiler. */
  readonly metadataChain: () => Value;
  readonly metadataRule: () => Value;
  /** Receives the output of `print`; if undefined, the output is dropped. */
  readonly print: ((line: string) => void) | undefined;
}

export type ArgumentType = readonly TypeName[] | 'any';

/**
 * A built-in function. `call` receives one defined argument for each entry of `args`. It returns `undefined` for "no result" and throws
 * `BuiltinError` for an error. Before `call` runs, `checkOperands` rejects arguments that are not of the declared types (with
 * errors such as `eval_type_error: operand 1 must be string but got number`), so `call` can cast. Work and memory that grow with the
 * arguments are charged to `context.budget`.
 */
export interface Builtin {
  readonly name: string;
  readonly args: readonly ArgumentType[];
  readonly result: ArgumentType;
  /** The names of the argument types in OPA's messages, by position, where they differ from the type names. */
  readonly wording?: readonly string[];
  readonly call: (args: readonly Value[], context: BuiltinContext) => Value | undefined;
  /** Steps charged before each call, regardless of the arguments; 1 if unset. */
  readonly steps?: number;
  /** A relation (`walk`) returns an array of results. The caller unifies the results one by one. */
  readonly relation?: true;
  /** True if two calls with the same arguments in one query can differ in effect or must not be folded (`print`, `trace`). */
  readonly nondeterministic?: true;
}
