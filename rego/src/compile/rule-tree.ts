import type { Term } from '../syntax/ast.js';
import { type DraftRule, staticPath } from './draft-rule.js';
import { operatorOf } from './names.js';
import { isScalar } from './syntax-walk.js';
import { termKey } from './term-key.js';

/**
 * All rules by the leading constants of their paths (OPA `TreeNode`). Unlike `RuleNode`, it has nodes for keys that are not strings: `p[0]
 * := 1` is below `p`.
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

/** Builds the tree. All `packages` get nodes in the tree, even packages without rules. */
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

/** Returns whether the rules of the node are known from an earlier compilation. Either all or none of a node's rules are known. */
export function isKnown({ rules: [first] }: TreeNode, known: ReadonlyMap<DraftRule, unknown>): boolean {
  return first !== undefined && known.has(first);
}

/** Returns the leading scalars of the rule's path. */
export function groundPrefix(rule: DraftRule): readonly Term[] {
  const end = rule.path.findIndex((part) => !isScalar(part));
  return end === -1 ? rule.path : rule.path.slice(0, end);
}

export function hasGroundPath(rule: DraftRule): boolean {
  return rule.path.every(isScalar);
}

/** Yields every node, parents before children. */
export function* nodesOf(root: TreeNode): Generator<TreeNode> {
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    yield node;
    pending.push(...[...node.children.values()].reverse());
  }
}

/** Returns whether a rule exists at the end of the path, or on the way to it. Follows the path as far as it is constant. */
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

/** Returns the nodes of functions and rules by the operators that would call them. */
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
