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
  /** The whole document; `undefined` for a complete rule without value. */
  value(): Value | undefined;
  /** One member, without the others where the rules' heads permit. */
  lookup(key: Value): Value | undefined;
  /** Compiles what every evaluation will try, so that the first one need not. */
  prepare(): void;
}

/** A place below `data` at which rules stand, at or below it. */
export interface VirtualNode {
  readonly path: readonly string[];
  readonly children: ReadonlyMap<string, VirtualNode>;
  readonly group: DocumentGroup | undefined;
  /** The merged document of base data and rules, without functions. `base` is what base data holds at this place. */
  extent(base: Value | undefined): Value | undefined;
}

export interface FunctionCode {
  /** The result for these arguments, each defined. */
  call(args: readonly Value[]): Value | undefined;
  prepare(): void;
}

/** What compiled bodies link to. */
export interface World {
  readonly rt: Runtime;
  readonly root: VirtualNode;
  readonly base: RegoObject;
  readonly traced: boolean;
  builtin(name: string): Builtin | undefined;
  /** By full path: `data.lib.f`. */
  function(path: string): FunctionCode | undefined;
  metadataRule(rule: CompiledRule | undefined): Value;
  metadataChain(rule: CompiledRule | undefined): Value;
}

/** The place where code is being compiled: which variables are bound, in which rule. */
export interface Context {
  readonly world: World;
  readonly rt: Runtime;
  readonly names: Names;
  readonly rule: CompiledRule | undefined;
  /** A context for a body inside this one. */
  nested(): Context;
  /** The codes of a body, binding its variables in this context. */
  body(body: Body): ExprCode[];
  /** The code of `a = b`. */
  unify(a: Term, b: Term): ExprCode[];
  /** The term's value, all of whose variables are bound. */
  getter(term: Term): Getter;
  /** Its value when it is known now. */
  constant(term: Term): Value | undefined;
  /** The term with everything that may have several values moved into expressions before it, which are added to `out`. */
  hoist(term: Term, out: ExprCode[]): Term;
}
