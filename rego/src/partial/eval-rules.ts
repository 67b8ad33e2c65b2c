import type { Value } from '../values/value.js';
import { equalTerms } from './compare-terms.js';
import { type DataRef, evalKnownRules, namespaced, pathTo, type RuleRef } from './data-ref.js';
import { DocumentWalk } from './document-walk.js';
import type { Eval, Next } from './eval.js';
import { evalMembers } from './eval-members.js';
import type { PGroup, PRule } from './rules.js';
import { supportRules } from './support-rules.js';
import { isConstant, isFalse, valueTerm } from './terms.js';

/** Evaluates rules at a path below `data`, for the rest of the reference (OPA, topdown/eval.go, `evalVirtual`). */
export function evalRules(data: DataRef, group: PGroup, keys: readonly Value[], next: Next): void {
  const { e, ref, bindings, other } = data;
  if (group.kind === 'function') {
    return;
  }
  const rules: RuleRef = { ...data, group, keys, at: keys.length + 1 };
  if (group.hasElse && e.session.needsSave([{ kind: 'ref', parts: ref }], bindings)) {
    // The results of the rules before an `else`, which decide whether the rule after it applies, might be unknown.
    e.saveUnify({ kind: 'ref', parts: ref }, other.term, bindings, other.bindings, next);
  } else if (group.kind === 'complete') {
    evalComplete(rules, next);
  } else {
    evalMembers(rules, next);
  }
}

/** Evaluates rules of a complete document (OPA `evalVirtualComplete`). */
function evalComplete(rules: RuleRef, next: Next): void {
  const { e, ref, bindings } = rules;
  const { inlining } = e.session;
  if (!e.session.needsSave([{ kind: 'ref', parts: ref }], bindings)) {
    evalKnownRules(rules, next);
    return;
  }
  if (needsDefault(rules) || inlining.shallow || inlining.isDisabled(pathTo(rules))) {
    evalBySupport(rules, next);
    return;
  }
  for (const rule of rules.group.rules) {
    const child = e.child(rule.body);
    child.run(() => {
      walkValue(rules, rule, child, next);
    });
  }
}

function walkValue({ e, ref, bindings, other, at }: RuleRef, rule: PRule, child: Eval, next: Next): void {
  const value = child.bindings.apply(rule.value ?? valueTerm(true));
  new DocumentWalk(e, ref, bindings, other).from(value, at, next);
}

/** Returns whether the default value can be the requested result, in which case the rules cannot be inlined. */
function needsDefault({ e, group, other, ref, at }: RuleRef): boolean {
  const value = group.default?.value;
  if (group.default === undefined || value === undefined) {
    return false;
  }
  if (isFalse(value) && e.session.inlining.isCondition(other.term)) {
    return false;
  }
  if (at < ref.length) {
    return true;
  }
  const wanted = other.bindings.plug(other.term);
  return !isConstant(wanted) || equalTerms(value, wanted);
}

function evalBySupport(rules: RuleRef, next: Next): void {
  const { e, ref, bindings, other, group } = rules;
  const all = group.default === undefined ? group.rules : [...group.rules, group.default];
  const namespace = e.session.namespaceOf(pathTo(rules));
  if (supportRules(e, namespaced(namespace, pathTo(rules)), all, true)) {
    e.saveUnify({ kind: 'ref', parts: namespaced(namespace, ref) }, other.term, bindings, other.bindings, next);
  }
}
