import type { Bindings } from './bindings.js';
import { objectOf, setOf } from './composite-terms.js';
import { evalKnownRules, namespaced, pathTo, type RuleRef } from './data-ref.js';
import { DocumentWalk } from './document-walk.js';
import type { Eval, Next } from './eval.js';
import type { PRule } from './rules.js';
import { supportRules } from './support-rules.js';
import { type PTerm, valueTerm } from './terms.js';

/** Evaluates rules that add elements to a set or members to an object (OPA, topdown/eval.go, `evalVirtualPartial`). */
export function evalMembers(rules: RuleRef, next: Next): void {
  const { e, ref, bindings, at } = rules;
  const { session } = e;
  const path = ref.slice(0, at);
  const unknown = session.needsSave([{ kind: 'ref', parts: path }], bindings);
  if (ref.length === at) {
    if (unknown) {
      evalBySupport(rules, next);
    } else {
      evalKnownRules(rules, next);
    }
    return;
  }
  // OPA also inlines the first case. If several rules or solutions build one member, it returns each part as a separate result.
  const isPartOfMember = rules.group.rules.some((rule) => lengthOf(rule) > ref.length);
  if ((unknown && (session.inlining.shallow || isPartOfMember)) || session.inlining.isDisabled(path)) {
    evalBySupport(rules, next);
    return;
  }
  if (!unknown && isPartOfMember) {
    evalKnownRules(rules, next);
    return;
  }
  const keysEnd = Math.min(ref.length, Math.max(at, ...rules.group.rules.map(lengthOf)));
  if (session.needsSave(ref.slice(at, keysEnd), bindings)) {
    // The key is unknown, so each rule is evaluated before its key is compared.
    rules.group.rules.forEach((rule) => {
      const child = e.child(rule.body);
      child.run(() => {
        unifyHead(rules, rule, child.bindings, () => {
          walkMember(rules, rule, child, next);
        });
      });
    });
  } else if (!unknown) {
    evalKnownRules(rules, next);
  } else {
    rules.group.rules.forEach((rule) => {
      const child = e.child(rule.body);
      unifyHead(rules, rule, child.bindings, () => {
        child.run(() => {
          walkMember(rules, rule, child, next);
        });
      });
    });
  }
}

/** Returns the maximum length of a reference to a member. */
function lengthOf(rule: PRule): number {
  return rule.ref.length + (rule.element === undefined ? 0 : 1);
}

/** Unifies the rest of the reference with the keys of a rule, and with its element (OPA `biunifyRuleHead`). */
function unifyHead({ e, ref, bindings, at }: RuleRef, rule: PRule, own: Bindings, next: Next): void {
  const keys = rule.element === undefined ? rule.ref : [...rule.ref, rule.element];
  const plain = e.plain();
  const unifyFrom = (position: number): void => {
    const wanted = ref[position];
    const key = keys[position];
    if (wanted === undefined || key === undefined) {
      next();
      return;
    }
    plain.unify(wanted, key, bindings, own, () => {
      unifyFrom(position + 1);
    });
  };
  unifyFrom(at);
}

/** Continues in the document that only this rule builds. */
function walkMember({ e, ref, bindings, other, at }: RuleRef, rule: PRule, child: Eval, next: Next): void {
  const leaf = rule.element === undefined ? (rule.value ?? valueTerm(true)) : setOf([rule.element]);
  const document = rule.ref.slice(at).reduceRight<PTerm>((inner, key) => objectOf([[key, inner]]), leaf);
  new DocumentWalk(e, ref, bindings, other).from({ term: document, bindings: child.bindings }, at, next);
}

function evalBySupport(rules: RuleRef, next: Next): void {
  const { e, ref, bindings, other, group, at } = rules;
  const namespace = e.session.namespaceOf(pathTo(rules));
  const isDefined = supportRules(e, namespaced(namespace, pathTo(rules)), group.rules, false);
  if (isDefined || ref.length === at) {
    const empty = group.kind === 'partialSet' ? setOf([]) : objectOf([]);
    const term: PTerm = isDefined ? { kind: 'ref', parts: namespaced(namespace, ref) } : empty;
    e.saveUnify(term, other.term, bindings, other.bindings, next);
  }
}
