import { LimitExceeded } from '../errors.js';
import type { Runtime } from '../evaluate/runtime.js';
import type { Bindings } from './bindings.js';
import { isDynamic, isDynamicFunction } from './dynamic-rules.js';
import type { KnownEvaluator } from './known.js';
import type { PolicyRules, PRule } from './rules.js';
import type { SaveSet } from './save-set.js';
import { SaveStack } from './save-stack.js';
import { type InliningControl, Support } from './support.js';
import type { PExpr, PTerm } from './terms.js';

/** Expressions that are evaluated within each other; each takes some fifteen frames of the stack. */
const MAX_NESTING = 400;

/** The memory that a saved expression counts as, with its copies in results. */
const SAVED_BYTES = 512;

export interface SessionParts {
  readonly rt: Runtime;
  readonly rules: PolicyRules;
  readonly known: KnownEvaluator;
  readonly saveSet: SaveSet;
  readonly inlining: InliningControl;
  /** True when non-deterministic functions are called when their arguments are known. */
  readonly callsNondeterministic: boolean;
  /** The package below `data` for support modules. */
  readonly namespace: string;
}

/** The shared state of the evaluation of one query (the shared part of OPA's `eval`, topdown/eval.go). */
export class Session {
  readonly rt: Runtime;
  readonly rules: PolicyRules;
  readonly known: KnownEvaluator;
  readonly saveSet: SaveSet;
  readonly saveStack = new SaveStack();
  readonly support = new Support();
  readonly inlining: InliningControl;
  readonly callsNondeterministic: boolean;
  readonly namespace: string;
  /** Replaced functions, by the level of the `with`s around (OPA `functionMocksStack`). */
  private readonly mocks: ReadonlyMap<string, Mock>[] = [];
  private readonly dynamicMocks: boolean[] = [];
  private readonly contexts: string[] = [];
  private readonly namespaces = new Map<string, Map<string, string>>();
  /** Results per rule of the check for unknowns, which never change. */
  readonly dynamicRules = new Map<PRule, boolean>();
  /** How much the sizes of `every` domains around multiply to. */
  everyElements = 1;
  private queryIds = 0;
  private variableIds = 0;
  private nesting = 0;

  constructor(parts: SessionParts) {
    this.rt = parts.rt;
    this.rules = parts.rules;
    this.known = parts.known;
    this.saveSet = parts.saveSet;
    this.inlining = parts.inlining;
    this.callsNondeterministic = parts.callsNondeterministic;
    this.namespace = parts.namespace;
  }

  nextQueryId(): number {
    return this.queryIds++;
  }

  nextVariableId(): number {
    return this.variableIds++;
  }

  /** Counts work. */
  step(count = 1): void {
    this.rt.budget.step(count);
  }

  /** Counts what will be part of the result. */
  allocate(count: number): void {
    this.rt.budget.allocate(count * SAVED_BYTES);
  }

  /** Runs the evaluation of one expression and all that follows it. */
  nest(work: () => void): void {
    this.step();
    if (++this.nesting > MAX_NESTING) {
      throw new LimitExceeded('depth', `partial evaluation nests more than ${MAX_NESTING} expressions`);
    }
    work();
    this.nesting--;
  }

  /** Notes what `with` replaces until `popContext`, as far as what is evaluated here depends on it. */
  pushContext(replacements: string): void {
    this.contexts.push(`${this.contexts[this.contexts.length - 1] ?? ''}${replacements}`);
  }

  popContext(): void {
    this.contexts.pop();
  }

  /** The package for the support rules of a path. Under another `with` the same rules are others; OPA does not keep them apart. */
  namespaceOf(path: readonly PTerm[]): string {
    const key = JSON.stringify(path.map((part) => (part.kind === 'value' ? part.value : null)));
    const context = this.contexts[this.contexts.length - 1] ?? '';
    const known = this.namespaces.get(key) ?? new Map<string, string>();
    const namespace = known.get(context) ?? (known.size === 0 ? this.namespace : `${this.namespace}_${known.size}`);
    this.namespaces.set(key, known.set(context, namespace));
    return namespace;
  }

  /** Returns whether a reference leads to a support module. */
  isSupport([, first]: readonly PTerm[]): boolean {
    return first?.kind === 'value' && typeof first.value === 'string' && first.value.startsWith(this.namespace);
  }

  /** Returns whether functions are replaced by others that depend on unknowns. */
  hasDynamicMocks(): boolean {
    return this.dynamicMocks[this.dynamicMocks.length - 1] ?? false;
  }

  /** Replaces functions until `popMocks`; other than those of the policy depend on nothing but their arguments. */
  pushMocks(mocks: ReadonlyMap<string, Mock>): void {
    const dynamic = [...mocks.values()].some(
      (mock) => mock.kind === 'operator' && isDynamicFunction(this, mock.operator),
    );
    this.mocks.push(mocks);
    this.dynamicMocks.push(dynamic);
  }

  popMocks(): void {
    this.mocks.pop();
    this.dynamicMocks.pop();
  }

  /** Returns the replacement of a function here. */
  mockOf(operator: string): Mock | undefined {
    return this.mocks[this.mocks.length - 1]?.get(operator);
  }

  hasMocks(): boolean {
    return (this.mocks[this.mocks.length - 1]?.size ?? 0) > 0;
  }

  /** The functions replaced here. */
  currentMocks(): ReadonlyMap<string, Mock> {
    return new Map(this.mocks[this.mocks.length - 1]);
  }

  /** Returns whether evaluating the terms or expressions would save something (OPA `saveRequired`). */
  needsSave(terms: readonly PTerm[], bindings: Bindings): boolean {
    return isDynamic(this, { kind: 'terms', terms }, bindings);
  }

  /** Returns whether evaluating the expression would save something. */
  exprNeedsSave(expr: PExpr, bindings: Bindings): boolean {
    return isDynamic(this, { kind: 'expr', expr }, bindings);
  }
}

/** The replacement of a call (`with f as …`): another function, or a value. */
export type Mock =
  | { readonly kind: 'operator'; readonly operator: string }
  | { readonly kind: 'value'; readonly term: PTerm; readonly bindings: Bindings };
