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

/** The maximum nesting of evaluated expressions. Each level takes about fifteen stack frames. */
const MAX_NESTING = 400;

/** The memory charged for a saved expression, including its copies in results. */
const SAVED_BYTES = 512;

export interface SessionParts {
  readonly rt: Runtime;
  readonly rules: PolicyRules;
  readonly known: KnownEvaluator;
  readonly saveSet: SaveSet;
  readonly inlining: InliningControl;
  /** True if non-deterministic functions are called when their arguments are known. */
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
  /** Replaced functions, by nesting level of `with` (OPA `functionMocksStack`). */
  private readonly mocks: ReadonlyMap<string, Mock>[] = [];
  private readonly dynamicMocks: boolean[] = [];
  private readonly contexts: string[] = [];
  private readonly namespaces = new Map<string, Map<string, string>>();
  /** The cached results of the check for unknowns, by rule. They never change. */
  readonly dynamicRules = new Map<PRule, boolean>();
  /** The product of the sizes of the enclosing `every` domains. */
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

  /** Charges units of work. */
  step(count = 1): void {
    this.rt.budget.step(count);
  }

  /** Charges memory for parts of the result. */
  allocate(count: number): void {
    this.rt.budget.allocate(count * SAVED_BYTES);
  }

  /** Runs `work`, which evaluates one expression and everything after it. */
  nest(work: () => void): void {
    this.step();
    if (++this.nesting > MAX_NESTING) {
      throw new LimitExceeded('depth', `partial evaluation nests more than ${MAX_NESTING} expressions`);
    }
    work();
    this.nesting--;
  }

  /** Until `popContext`, records the replacements by `with` that the evaluation depends on. */
  pushContext(replacements: string): void {
    this.contexts.push(`${this.contexts[this.contexts.length - 1] ?? ''}${replacements}`);
  }

  popContext(): void {
    this.contexts.pop();
  }

  /**
   * Returns the package for the support rules of a path. Under a different `with`, the same rules get a different package. OPA does not
   * make this distinction.
   */
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

  /** Returns whether functions are replaced by functions that depend on unknowns. */
  hasDynamicMocks(): boolean {
    return this.dynamicMocks[this.dynamicMocks.length - 1] ?? false;
  }

  /** Replaces functions until `popMocks`. Only functions of the policy can depend on more than their arguments. */
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

  /** Returns the current replacement of a function. */
  mockOf(operator: string): Mock | undefined {
    return this.mocks[this.mocks.length - 1]?.get(operator);
  }

  hasMocks(): boolean {
    return (this.mocks[this.mocks.length - 1]?.size ?? 0) > 0;
  }

  /** Returns the functions that are currently replaced. */
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

/** The replacement of a call (`with f as …`): a different function, or a value. */
export type Mock =
  | { readonly kind: 'operator'; readonly operator: string }
  | { readonly kind: 'value'; readonly term: PTerm; readonly bindings: Bindings };
