import { propagate } from './copy-propagation.js';
import { plugQuery } from './bindings.js';
import { isFeasible } from './feasible.js';
import type { Eval } from './eval.js';
import type { PRule } from './rules.js';
import { canNameRule, splitPath } from './support.js';
import type { PBody, PTerm } from './terms.js';
import { variablesOf } from './walk-terms.js';

/**
 * Adds the residual of rules to a support module, unless it was added before. Returns whether there is a residual (OPA, topdown/eval.go,
 * `partialEvalSupport`). Rules are not inlined if their default can apply, if their entire document is requested, or if the caller disables
 * inlining. `path`: the path in the support modules.
 */
export function supportRules(e: Eval, path: readonly PTerm[], rules: readonly PRule[], isComplete: boolean): boolean {
  const { support } = e.session;
  if (support.exists(path.slice(1))) {
    return true;
  }
  let isDefined = false;
  for (const rule of rules) {
    isDefined = supportRule(e, rule, namespaceIn(path), isComplete) || isDefined;
  }
  return isDefined;
}

function supportRule(e: Eval, rule: PRule, namespace: string, isComplete: boolean): boolean {
  const { session } = e;
  const child = e.child(rule.body);
  let isDefined = false;
  session.saveStack.pushQuery();
  child.run(() => {
    const saved = session.saveStack.popQuery();
    const body = plugQuery(saved);
    if (isFeasible(body, session.rules.functions)) {
      isDefined = true;
      insertRule(child, rule, body, namespace, isComplete);
    }
    session.saveStack.pushQuery(saved);
  });
  session.saveStack.popQuery();
  return isDefined;
}

function namespaceIn([, first]: readonly PTerm[]): string {
  return first?.kind === 'value' && typeof first.value === 'string' ? first.value : '';
}

function insertRule(
  { session, bindings }: Eval,
  rule: PRule,
  body: PBody,
  namespace: string,
  isComplete: boolean,
): void {
  session.allocate(1 + body.length);
  const ref = rule.ref.slice(1).map((part) => bindings.plug(part, true));
  const split = splitPath(ref);
  const name = isComplete || !canNameRule(split.ref[0]) ? ownPath(rule, ref) : split;
  const element = rule.element === undefined ? undefined : bindings.plug(rule.element, true);
  const value = rule.value === undefined ? undefined : bindings.plug(rule.value, true);
  const [, ...keys] = name.ref;
  const live = variablesOf([...keys, ...[element, value].filter((term) => term !== undefined)]);
  session.support.insert([namespace, ...name.packagePath], {
    default: rule.isDefault,
    ref: name.ref,
    args: undefined,
    element,
    value,
    body: session.inlining.shallow ? body : propagate(body, live, true),
  });
}

/** Returns the path of a complete rule: the rule stays in its package, and its head contains the rest of the path. */
function ownPath(rule: PRule, ref: readonly PTerm[]): ReturnType<typeof splitPath> {
  const own = ref.slice(rule.packageLength - 1);
  const [name, ...rest] = own;
  const packagePath = ref
    .slice(0, rule.packageLength - 1)
    .map((part) => (part.kind === 'value' && typeof part.value === 'string' ? part.value : ''));
  return { packagePath, ref: [name?.kind === 'value' && typeof name.value === 'string' ? name.value : '', ...rest] };
}
