import type { Term } from '../syntax/ast.js';
import type { DraftRule } from './draft-rule.js';
import { nodesOf, type TreeNode } from './rule-tree.js';
import { isConstant } from './syntax-walk.js';
import { termKey } from './term-key.js';
import { ANY, type Type, unionType } from './types.js';

export interface FunctionType {
  readonly args: readonly Type[];
  readonly result: Type;
}

/** The types of rules that were already checked. */
export class RuleTypes {
  private readonly values = new Map<TreeNode, Type>();
  private readonly functions = new Map<TreeNode, FunctionType | undefined>();

  /** `known`: the result of {@link known} in an earlier compilation with the same rules. */
  constructor(
    private readonly root: TreeNode,
    private readonly operators: ReadonlyMap<string, TreeNode>,
    known: ReadonlyMap<DraftRule, Type | FunctionType | undefined> = new Map(),
  ) {
    for (const node of known.size === 0 ? [] : nodesOf(root)) {
      const [first] = node.rules;
      const type = first && known.get(first);
      if (first === undefined || !known.has(first)) {
        continue;
      }
      if (type === undefined || 'args' in type) {
        this.functions.set(node, type);
      } else {
        this.values.set(node, type);
      }
    }
  }

  /** Returns all known types, by the first rule of each path. */
  known(): ReadonlyMap<DraftRule, Type | FunctionType | undefined> {
    const known = new Map<DraftRule, Type | FunctionType | undefined>();
    for (const types of [this.values, this.functions]) {
      types.forEach((type, { rules: [first] }) => first !== undefined && known.set(first, type));
    }
    return known;
  }

  /** Adds the type of another definition at the node. */
  addValue(node: TreeNode, type: Type): void {
    const known = this.values.get(node);
    this.values.set(node, (known && unionType([known, type])) ?? type);
  }

  /** Adds a function type. As in OPA, functions whose definitions differ in type are not checked. */
  addFunction(node: TreeNode, type: FunctionType): void {
    const isFirst = !this.functions.has(node);
    const known = this.functions.get(node);
    this.functions.set(node, isFirst || (known !== undefined && describe(known) === describe(type)) ? type : undefined);
  }

  function(operator: string): FunctionType | undefined {
    const node = this.operators.get(operator);
    return node && this.functions.get(node);
  }

  /**
   * Finds the rule that a path below `data` leads to. Returns its type and the number of path elements that lead to it. The type is `any`
   * if no rule exists there, since the base document can have a value, and `function` for a function that is not called.
   */
  find(path: readonly Term[]): { readonly type: Type | 'function'; readonly used: number } {
    let node = this.root;
    for (const [position, part] of path.entries()) {
      const child = isConstant(part) ? node.children.get(termKey(part)) : undefined;
      if (child === undefined) {
        break;
      }
      node = child;
      if (node.rules.length > 0) {
        return { type: this.typeAt(node), used: position + 1 };
      }
    }
    return { type: ANY, used: path.length };
  }

  private typeAt(node: TreeNode): Type | 'function' {
    if (node.rules.some((rule) => rule.function)) {
      return 'function';
    }
    // Rules inside another rule's document add to it.
    return node.children.size > 0 ? ANY : (this.values.get(node) ?? ANY);
  }
}

function describe({ args, result }: FunctionType): string {
  return [...args, result].map(({ text }) => text).join(', ');
}
