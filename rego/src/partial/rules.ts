import { operatorOf } from '../compile/names.js';
import type { CompiledRule, Program, RuleGroup, RuleNode } from '../compile/program.js';
import type { World } from '../evaluate/context.js';
import { Lowering } from './lower.js';
import type { LocalNames } from './names.js';
import { PolicyFunctions } from './policy-functions.js';
import { type PBody, type PTerm, valueTerm, varTerm } from './terms.js';

/** A rule in the form that the evaluation uses. */
export interface PRule {
  readonly isDefault: boolean;
  /** The reference, starting with `data`: the package, the name, and the keys of a rule that builds members. */
  readonly ref: readonly PTerm[];
  /** The number of leading elements of `ref` that form the package, including `data`. */
  readonly packageLength: number;
  readonly args: readonly PTerm[];
  /** The element of a rule with `contains`, which has no `value`. */
  readonly element: PTerm | undefined;
  readonly value: PTerm | undefined;
  readonly body: PBody;
  /** The rules in its `else` branches. */
  readonly else: readonly PRule[];
}

/** All rules that build one document. */
export interface PGroup {
  readonly kind: RuleGroup['kind'];
  readonly arity: number;
  readonly rules: readonly PRule[];
  readonly default: PRule | undefined;
  readonly hasElse: boolean;
}

/** The rules of a policy as a tree below `data`. When a rule is first used, it is converted to the form that the evaluation uses. */
export class PolicyRules {
  readonly functions: PolicyFunctions;
  private readonly groups = new Map<RuleNode, PGroup>();

  constructor(
    readonly program: Program,
    private readonly world: World,
    builtins: ConstructorParameters<typeof PolicyFunctions>[0],
    readonly names: LocalNames,
  ) {
    const byOperator = new Map<string, RuleGroup>();
    this.everyNode(program.root, (node) => {
      const first = node.group?.default ?? node.group?.rules[0];
      if (node.group?.kind === 'function' && first !== undefined) {
        byOperator.set(operatorOf(['data', ...node.path], first.loc), node.group);
      }
    });
    this.functions = new PolicyFunctions(builtins, byOperator);
  }

  /** Returns the rules that build the document at a node. If keys are unknown, this includes the rules below the node. */
  groupAt(node: RuleNode): PGroup | undefined {
    if (node.group === undefined) {
      return undefined;
    }
    let group = this.groups.get(node);
    if (group === undefined) {
      group = this.lowered(node, node.group);
      this.groups.set(node, group);
    }
    return group;
  }

  /** Returns the rules of a function by its full name: `data.lib.f`. */
  functionGroup(operator: string): PGroup | undefined {
    const group = this.functions.group(operator);
    const node = group?.path.reduce<RuleNode | undefined>((at, name) => at?.children.get(name), this.program.root);
    return node === undefined ? undefined : this.groupAt(node);
  }

  private lowered(node: RuleNode, group: RuleGroup): PGroup {
    const rules = group.rules.map((rule) => this.rule(rule, node.path, false));
    if (group.kind === 'partialObject') {
      this.everyNode(node, (below) => {
        if (below !== node && below.group !== undefined && below.group.kind !== 'function') {
          rules.push(...below.group.rules.map((rule) => this.rule(rule, below.path, false)));
        }
      });
    }
    return {
      kind: group.kind,
      arity: group.arity,
      rules,
      default: group.default === undefined ? undefined : this.rule(group.default, node.path, true),
      hasElse: group.rules.some((rule) => rule.else !== undefined),
    };
  }

  private rule(first: CompiledRule, path: readonly string[], isDefault: boolean): PRule {
    const chain: PRule[] = [];
    for (let rule = first.else; rule !== undefined; rule = rule.else) {
      chain.push(this.oneRule(rule, path, false, []));
    }
    return this.oneRule(first, path, isDefault, chain);
  }

  private oneRule(rule: CompiledRule, path: readonly string[], isDefault: boolean, chain: readonly PRule[]): PRule {
    const metadata = (operator: string) =>
      operator === 'rego.metadata.rule'
        ? this.world.metadataRule(rule)
        : operator === 'rego.metadata.chain'
          ? this.world.metadataChain(rule)
          : undefined;
    const rename = this.names.renaming((name) => this.names.canStay(name));
    const lowering = new Lowering(this.functions, this.names, rename, metadata);
    const body = lowering.body(rule.body);
    return {
      isDefault,
      ref: [varTerm('data'), ...path.map(valueTerm), ...rule.keys.map((key) => lowering.pattern(key))],
      packageLength: 1 + lengthOfPackage(rule.package, path),
      args: rule.args.map((arg) => lowering.pattern(arg)),
      element: rule.element === undefined ? undefined : lowering.pattern(rule.element),
      value: rule.value === undefined ? undefined : lowering.pattern(rule.value),
      body,
      else: chain,
    };
  }

  private everyNode(start: RuleNode, visit: (node: RuleNode) => void): void {
    const pending = [start];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      visit(node);
      pending.push(...[...node.children.values()].toReversed());
    }
  }
}

/** Returns the number of leading path elements that form the package. `name` is the package name with dots. */
function lengthOfPackage(name: string, path: readonly string[]): number {
  const end = path.findIndex((_, at) => path.slice(0, at + 1).join('.') === name);
  return end + 1;
}
