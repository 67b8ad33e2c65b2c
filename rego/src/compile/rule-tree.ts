import type { Term } from '../syntax/ast.js';
import { type DraftRule, staticPath } from './draft-rule.js';
import { operatorOf } from './names.js';
import { isScalar } from './syntax-walk.js';
import { termKey } from './term-key.js';

/**
 * All rules by the leading constants of their paths (OPA `TreeNode`). Unlike `RuleNode`, it has nodes for keys that are no strings:
 * `p[0] := 1` stands below `p`.
 */
export interface TreeNode {
  /** See `termKey`. */
  readonly key: string;
  readonly children: Map<string, TreeNode>;
  readonly rules: DraftRule[];
}

function treeNode(key: string): TreeNode {
  return { key, children: new Map(), rules: [] };
}

/** `packages`: those without rules have a place in the tree, too. */
export function ruleTree(rules: readonly DraftRule[], packages: readonly (readonly string[])[]): TreeNode {
  const root = treeNode('');
  for (const path of packages) {
    path.reduce((node, name) => childOf(node, JSON.stringify(name)), root);
  }
  for (const rule of rules) {
    groundPrefix(rule)
      .reduce((node, part) => childOf(node, termKey(part)), root)
      .rules.push(rule);
  }
  return root;
}

function childOf(node: TreeNode, key: string): TreeNode {
  let child = node.children.get(key);
  if (child === undefined) {
    child = treeNode(key);
    node.children.set(key, child);
  }
  return child;
}

/** Returns whether the rules of the node are known from an earlier compilation; all of a node's rules are, or none. */
export function isKnown({ rules: [first] }: TreeNode, known: ReadonlyMap<DraftRule, unknown>): boolean {
  return first !== undefined && known.has(first);
}

/** The leading scalars of the rule's path. */
export function groundPrefix(rule: DraftRule): readonly Term[] {
  const end = rule.path.findIndex((part) => !isScalar(part));
  return end === -1 ? rule.path : rule.path.slice(0, end);
}

export function hasGroundPath(rule: DraftRule): boolean {
  return rule.path.every(isScalar);
}

/** Every node, outer before inner. */
export function* nodesOf(root: TreeNode): Generator<TreeNode> {
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    yield node;
    pending.push(...[...node.children.values()].reverse());
  }
}

/** Returns whether a rule stands at the end of the path, or on the way to it. Follows the path as far as it is constant. */
export function hasRuleOn(root: TreeNode, path: readonly Term[]): boolean {
  let node = root;
  for (const part of path) {
    const child = isScalar(part) ? node.children.get(termKey(part)) : undefined;
    if (child === undefined) {
      return false;
    }
    if (child.rules.length > 0) {
      return true;
    }
    node = child;
  }
  return false;
}

/** The places of functions and rules by the operator that would call them. */
export function nodesByOperator(root: TreeNode): ReadonlyMap<string, TreeNode> {
  const nodes = new Map<string, TreeNode>();
  for (const node of nodesOf(root)) {
    const [rule] = node.rules;
    if (rule !== undefined && hasGroundPath(rule)) {
      nodes.set(operatorOf(['data', ...staticPath(rule)], rule.loc), node);
    }
  }
  return nodes;
}
