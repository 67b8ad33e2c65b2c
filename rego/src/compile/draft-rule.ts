import type { Annotations, Body, Location, Module, Rule, RuleHead, Term } from '../syntax/ast.js';
import { stopped, MAX_PATH_ELEMENTS } from './compile-clock.js';
import { Declarations } from './declarations.js';
import type { ErrorList } from './error-list.js';
import { NameSource } from './names.js';
import { binding, isConstant, isScalar, requiresEvaluation, variable } from './syntax-walk.js';

/** A rule being compiled to a `CompiledRule`: declarations are resolved, and its head contains only constants and patterns of variables. */
export interface DraftRule {
  readonly loc: Location;
  readonly module: Module;
  readonly default: boolean;
  readonly function: boolean;
  /**
   * The path below `data`: the package, the name, then the rest of the head's reference. Each element is a scalar or a variable.
   */
  readonly path: readonly Term[];
  readonly args: readonly Term[];
  readonly element: Term | undefined;
  readonly value: Term | undefined;
  readonly body: Body;
  readonly names: NameSource;
  readonly annotations: readonly Annotations[];
  readonly else: DraftRule | undefined;
}

/** Drafts a rule. `chain` is the resolved rule and its `else` branches. */
export function draftRule(chain: readonly Rule[], module: Module, errors: ErrorList): DraftRule | undefined {
  const args = chain[0]?.head.args;
  // Folds from the end instead of recursing, so that a long chain does not use up the stack.
  return chain.reduceRight<DraftRule | undefined>((next, rule) => {
    const head = rule.head.args === args ? rule.head : { ...rule.head, args: rule.head.args ?? args };
    return draftOne(rule, head, module, next, errors);
  }, undefined);
}

function draftOne(
  rule: Rule,
  head: RuleHead,
  module: Module,
  next: DraftRule | undefined,
  errors: ErrorList,
): DraftRule {
  const names = new NameSource();
  const declarations = new Declarations(names, errors);
  head.args?.forEach((arg) => declarations.declareArgument(arg));
  const body = declarations.rewriteBody(rule.body, usedByHead(head));
  const rewritten = (term: Term): Term => declarations.term(term);

  /** Moves a computed term to the end of the body, since it can bind variables or be undefined (OPA "RewriteRefsInHead"). */
  const moved = (term: Term): Term => {
    const name = names.generated();
    body.push(binding(name, term));
    return variable(name, term.loc);
  };
  const plain = (term: Term): Term => (requiresEvaluation(term) ? moved(term) : term);
  const key = (term: Term): Term =>
    isScalar(term) || (term.kind === 'var' && !requiresEvaluation(term)) ? term : moved(term);

  const path = [...packagePath(module, head), ...head.path.map((part) => key(rewritten(part)))];
  if (path.length > MAX_PATH_ELEMENTS) {
    throw stopped(`the path of a rule has more than ${MAX_PATH_ELEMENTS} elements`, rule.loc);
  }
  return {
    loc: rule.loc,
    module,
    default: rule.default,
    function: head.args !== undefined,
    path,
    args: (head.args ?? []).map((arg) => (isPattern(arg) ? rewritten(arg) : moved(rewritten(arg)))),
    element: head.key === undefined ? undefined : plain(rewritten(head.key)),
    value: head.value === undefined ? undefined : plain(rewritten(head.value)),
    body,
    names,
    annotations: rule.annotations,
    else: next,
  };
}

/** Returns whether an argument can be matched as is. Matching does not bind variables in sets or keys. */
function isPattern(arg: Term): boolean {
  switch (arg.kind) {
    case 'array':
      return arg.items.every(isPattern);
    case 'object':
      return arg.entries.every(([key, value]) => isConstant(key) && isPattern(value));
    case 'set':
      return isConstant(arg);
    case 'var':
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return true;
    case 'template':
    case 'ref':
    case 'call':
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
      return false;
  }
}

function packagePath(module: Module, head: RuleHead): Term[] {
  const { loc } = head.name;
  return [...module.package.path, head.name.name].map((value) => ({ kind: 'string', value, loc }));
}

function usedByHead(head: RuleHead): readonly Term[] {
  const used = head.path.slice();
  if (head.key !== undefined) {
    used.push(head.key);
  }
  if (head.value !== undefined) {
    used.push(head.value);
  }
  return used;
}

/** Returns the leading string elements of the path, which give the rule's place in the tree. */
export function staticPath(rule: DraftRule): readonly string[] {
  const strings: string[] = [];
  for (const part of rule.path) {
    if (part.kind !== 'string') {
      break;
    }
    strings.push(part.value);
  }
  return strings;
}
