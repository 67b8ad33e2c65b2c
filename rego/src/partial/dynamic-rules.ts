import type { RuleNode } from '../compile/program.js';
import { operatorPath } from '../syntax/operators.js';
import type { Bindings } from './bindings.js';
import type { PGroup, PolicyRules, PRule } from './rules.js';
import type { SaveSet } from './save-set.js';
import type { InliningControl } from './support.js';
import { type PExpr, type PTerm, valueTerm, varTerm } from './terms.js';
import { childrenOf } from './walk-terms.js';

/** The state of the session that the search reads. */
interface SearchContext {
  readonly rules: PolicyRules;
  readonly saveSet: SaveSet;
  readonly inlining: InliningControl;
  readonly callsNondeterministic: boolean;
  /** The rules searched so far, each with its result. */
  readonly dynamicRules: Map<PRule, boolean>;
  readonly step: () => void;
  readonly hasDynamicMocks: () => boolean;
}

/** The subject of a check: terms, or an expression with its modifiers. */
export type Subject =
  { readonly kind: 'terms'; readonly terms: readonly PTerm[] } | { readonly kind: 'expr'; readonly expr: PExpr };

/**
 * Returns whether evaluating the subject would save expressions, because it refers to unknowns, either directly or through rules (OPA,
 * topdown/save.go, `saveRequired`). Each rule is searched once, since its result does not depend on the caller.
 */
export function isDynamic(context: SearchContext, subject: Subject, bindings: Bindings): boolean {
  const search = new Search(context, bindings);
  return subject.kind === 'expr' ? search.expr(subject.expr) : subject.terms.some((term) => search.term(term));
}

/** Returns whether calling the function would save expressions, regardless of its arguments. */
export function isDynamicFunction(context: SearchContext, operator: string): boolean {
  return new Search(context, undefined).operator(operator);
}

class Search {
  /** `bindings` are the bindings of the subject. Undefined inside rules, which have their own variables. */
  constructor(
    private readonly context: SearchContext,
    private readonly bindings: Bindings | undefined,
  ) {}

  expr(expr: PExpr): boolean {
    this.context.step();
    if (expr.with.length > 0) {
      return true;
    }
    switch (expr.kind) {
      case 'term':
        return this.term(expr.term);
      case 'every':
        return this.term(expr.domain) || expr.body.some((inner) => this.expr(inner));
      case 'call':
        return this.operator(expr.operator) || expr.args.some((arg) => this.term(arg));
    }
  }

  term(term: PTerm): boolean {
    if (term.kind === 'var') {
      return this.bindings !== undefined && this.context.saveSet.containsRecursive(term, this.bindings);
    }
    if (term.kind === 'ref' && this.reference(term.parts)) {
      return true;
    }
    if (term.kind === 'closure') {
      const parts = term.key === undefined ? [term.value] : [term.key, term.value];
      return parts.some((part) => this.term(part)) || term.body.some((expr) => this.expr(expr));
    }
    return childrenOf(term).some((child) => this.term(child));
  }

  rule(rule: PRule): boolean {
    const { dynamicRules } = this.context;
    let known = dynamicRules.get(rule);
    if (known === undefined) {
      const inner = new Search(this.context, undefined);
      const head = [...rule.ref.slice(1), ...rule.args, ...(rule.value === undefined ? [] : [rule.value])];
      known =
        head.some((term) => inner.term(term)) ||
        rule.body.some((expr) => inner.expr(expr)) ||
        rule.else.some((next) => inner.rule(next));
      dynamicRules.set(rule, known);
    }
    return known;
  }

  operator(operator: string): boolean {
    const { rules, callsNondeterministic } = this.context;
    if (!callsNondeterministic && rules.functions.isNondeterministic(operator)) {
      return true;
    }
    if (rules.functions.group(operator) === undefined) {
      return false;
    }
    const [, ...path] = operatorPath(operator);
    return this.reference([varTerm('data'), ...path.map(valueTerm)]);
  }

  private reference(parts: readonly PTerm[]): boolean {
    const { saveSet, inlining, rules } = this.context;
    if (
      saveSet.containsOverlapping({ kind: 'ref', parts }, this.bindings) ||
      inlining.isDisabledByCaller(constantPrefix(parts))
    ) {
      return true;
    }
    const [head, ...path] = parts;
    if (head?.kind !== 'var' || head.name !== 'data') {
      return false;
    }
    const { bindings } = this;
    const plugged =
      bindings === undefined ? path : path.map((part) => (part.kind === 'var' ? bindings.plug(part) : part));
    return this.below(rules.program.root, plugged, 0);
  }

  /** Returns whether a rule at, above or below the path is dynamic. An unknown part matches every name. */
  private below(node: RuleNode, path: readonly PTerm[], at: number): boolean {
    this.context.step();
    if (at > 0 && this.group(this.context.rules.groupAt(node))) {
      return true;
    }
    const part = path[at];
    if (part?.kind === 'value') {
      const child = typeof part.value === 'string' ? node.children.get(part.value) : undefined;
      return child !== undefined && this.below(child, path, at + 1);
    }
    return [...node.children.values()].some((child) => this.below(child, path, at + 1));
  }

  private group(group: PGroup | undefined): boolean {
    return (
      group !== undefined &&
      // The engine cannot save calls that are replaced.
      (this.context.hasDynamicMocks() ||
        group.rules.some((rule) => this.rule(rule)) ||
        (group.default !== undefined && this.rule(group.default)))
    );
  }
}

/** Returns the leading parts that are known. */
export function constantPrefix(parts: readonly PTerm[]): readonly PTerm[] {
  const end = parts.findIndex((part, at) => at > 0 && part.kind !== 'value');
  return end === -1 ? parts : parts.slice(0, end);
}
