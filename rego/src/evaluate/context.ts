import type { Builtin } from '../builtins/builtin.js';
import type { CompiledRule } from '../compile/program.js';
import type { Body, Term } from '../syntax/ast.js';
import type { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import type { ExprCode, Getter } from './code.js';
import type { Names } from './names.js';
import type { Runtime } from './runtime.js';

/** A rule group as a document below `data`. */
export interface DocumentGroup {
  readonly path: readonly string[];
  readonly kind: 'complete' | 'partial';
  /** Returns the complete document; `undefined` for a complete rule without a value. */
  value(): Value | undefined;
  /** Returns one member, without evaluating the others if the rules' heads permit it. */
  lookup(key: Value): Value | undefined;
  /** Compiles the code that every evaluation tries, so that the first evaluation does not have to. */
  prepare(): void;
}

/** A place below `data` with rules at or below it. */
export interface VirtualNode {
  readonly path: readonly string[];
  readonly children: ReadonlyMap<string, VirtualNode>;
  readonly group: DocumentGroup | undefined;
  /** Returns the merged document of base data and rules, without functions. `base` is the base data at this place. */
  extent(base: Value | undefined): Value | undefined;
}

export interface FunctionCode {
  /** Returns the result for these arguments, each of which is defined. */
  call(args: readonly Value[]): Value | undefined;
  prepare(): void;
}

/** The documents and functions that compiled bodies link to. */
export interface World {
  readonly rt: Runtime;
  readonly root: VirtualNode;
  readonly base: RegoObject;
  readonly traced: boolean;
  builtin(name: string): Builtin | undefined;
  /** Returns the function with this full path: `data.lib.f`. */
  function(path: string): FunctionCode | undefined;
  metadataRule(rule: CompiledRule | undefined): Value;
  metadataChain(rule: CompiledRule | undefined): Value;
}

/** The compilation state of a body: its rule and the variables that are bound. */
export interface Context {
  readonly world: World;
  readonly rt: Runtime;
  readonly names: Names;
  readonly rule: CompiledRule | undefined;
  /** Returns a context for a body inside this one. */
  nested(): Context;
  /** Compiles a body, binding its variables in this context. */
  body(body: Body): ExprCode[];
  /** Compiles `a = b`. */
  unify(a: Term, b: Term): ExprCode[];
  /** Returns the getter of a term whose variables are all bound. */
  getter(term: Term): Getter;
  /** Returns the term's value if it is known at compile time. */
  constant(term: Term): Value | undefined;
  /**
   * Extracts each part of the term that can have several values, and adds an expression to `out` that evaluates this part before the term.
   * Returns the remaining term.
   */
  hoist(term: Term, out: ExprCode[]): Term;
}
