import type { Budget } from '../evaluate/budget.js';
import type { TypeName, Value } from '../values/value.js';

/** The facts about the calling query that a built-in function may use. */
export interface BuiltinContext {
  readonly budget: Budget;
  /** The time of the query in nanoseconds since the epoch; the same for all calls in one query. */
  readonly nowNanos: bigint;
  /** Random bytes; held by tests. */
  randomBytes(size: number): Uint8Array;
  /** Lives as long as the query: memoised random values (`uuid.rfc4122`, `rand.intn`) and compiled patterns too large for the shared cache. */
  readonly queryCache: Map<string, unknown>;
  /** Environment of `opa.runtime()`: empty outside conformance tests. */
  readonly runtime: Value;
  /** Hosts that `http.send` and `net.lookup_ip_addr` may reach; none by default. */
  readonly allowedHosts: readonly string[];
  /** The metadata of the rule that calls and of its chain, innermost first, for `rego.metadata.rule()` and `.chain()`; filled by the compiler. */
  readonly metadataChain: () => Value;
  readonly metadataRule: () => Value;
  /** Where `print` writes; undefined drops it. */
  readonly print: ((line: string) => void) | undefined;
}

export type ArgumentType = readonly TypeName[] | 'any';

/**
 * A built-in function. `call` gets as many arguments as `args` names, each defined; it answers `undefined` for "no result" and throws
 * `BuiltinError` for an error. Arguments that are not of the declared types are refused by `checkOperands` before `call` (as `eval_type_error:
 * operand 1 must be string but got number`), so `call` may cast. Work and memory that grow with the arguments are charged to `context.budget`.
 */
export interface Builtin {
  readonly name: string;
  readonly args: readonly ArgumentType[];
  readonly result: ArgumentType;
  /** The words of OPA's messages for the types of an argument, by position, where they do not name the types themselves. */
  readonly wording?: readonly string[];
  readonly call: (args: readonly Value[], context: BuiltinContext) => Value | undefined;
  /** Steps that a call is charged before it runs, whatever its arguments are; 1 when unset. */
  readonly steps?: number;
  /** A relation (`walk`) answers an array of results, each of which the caller unifies in turn. */
  readonly relation?: true;
  /** True when two calls with the same arguments in one query may differ in effect or must not be folded (`print`, `trace`). */
  readonly nondeterministic?: true;
}
