import type { CallTerm, RefTerm, Term } from '../syntax/ast.js';
import type { CompileClock } from './compile-clock.js';
import type { DraftRule } from './draft-rule.js';
import { isKnown, nodesOf, type TreeNode } from './rule-tree.js';
import { isConstant, walkBody, walkTerm } from './syntax-walk.js';
import { termKey } from './term-key.js';

/** A node of the rule tree, or a part of the tree that is reached by references along one path. */
export interface Vertex {
  /** Undefined if the vertex is not a node but a part of the tree. */
  readonly node: TreeNode | undefined;
  readonly rules: readonly DraftRule[];
  readonly edges: Set<Vertex>;
}

function vertex(node?: TreeNode): Vertex {
  return { node, rules: node?.rules ?? [], edges: new Set() };
}

/**
 * The dependencies between rules (OPA `Graph`). A reference depends on all rules along its path and below its end. Where the reference is
 * dynamic (`data.a[x].b`), it depends on the rules of all children. Paths are separate, shared vertices, so that many references to many
 * rules need few edges.
 */
export class DependencyGraph {
  private readonly nodes = new Map<TreeNode, Vertex>();
  private readonly subtrees = new Map<TreeNode, Vertex>();
  private readonly ways = new Map<string, Vertex>();
  private readonly ids = new Map<TreeNode, number>();

  constructor(
    private readonly root: TreeNode,
    private readonly operators: ReadonlyMap<string, TreeNode>,
    private readonly clock: CompileClock,
    /** Rules that refer only to each other and are known to be free of recursion. Their edges are omitted. */
    known: ReadonlyMap<DraftRule, unknown> = new Map(),
  ) {
    for (const node of nodesOf(root)) {
      const own = vertex(node);
      this.nodes.set(node, own);
      this.ids.set(node, this.ids.size);
    }
    for (const node of nodesOf(root)) {
      for (const rule of isKnown(node, known) ? [] : node.rules) {
        this.addReached(rule, this.nodes.get(node)?.edges ?? new Set());
      }
    }
  }

  /** Returns the nodes with rules. */
  vertices(): readonly Vertex[] {
    return [...this.nodes.values()].filter(({ rules }) => rules.length > 0);
  }

  /** Returns the vertices that the rule itself and its `else` branches refer to. Computed on each call, since only errors need it. */
  edgesOf(rule: DraftRule): ReadonlySet<Vertex> {
    const reached = new Set<Vertex>();
    this.addReached(rule, reached);
    return reached;
  }

  private addReached(first: DraftRule, reached: Set<Vertex>): void {
    const visit = (term: Term): boolean => {
      this.clock.tick();
      this.add(term, reached);
      // The head `data` of a reference does not refer to the entire document.
      if (term.kind === 'ref' && term.head.kind === 'var') {
        term.path.forEach((part) => walkTerm(part, visit));
        return true;
      }
      return false;
    };
    for (let rule: DraftRule | undefined = first; rule !== undefined; rule = rule.else) {
      walkBody(rule.body, visit);
      if (rule.default && rule.value !== undefined) {
        // A default value can be a comprehension. In other rules, the body computes the value.
        walkTerm(rule.value, visit);
      }
    }
  }

  private add(term: Term, reached: Set<Vertex>): void {
    if (term.kind === 'call') {
      this.addCall(term, reached);
    } else if (term.kind === 'ref' && term.head.kind === 'var' && term.head.name === 'data') {
      this.addReference(term, reached);
    } else if (term.kind === 'var' && term.name === 'data') {
      reached.add(this.below(this.root));
    }
  }

  private addCall(term: CallTerm, reached: Set<Vertex>): void {
    const node = this.operators.get(term.operator);
    const target = node && this.nodes.get(node);
    if (target !== undefined) {
      reached.add(target);
    }
  }

  private addReference({ path }: RefTerm, reached: Set<Vertex>): void {
    this.follow(this.root, path.map(stepKey), 0, reached);
  }

  private follow(from: TreeNode, path: readonly (string | undefined)[], start: number, reached: Set<Vertex>): void {
    let node = from;
    for (let position = start; position < path.length; position++) {
      const key = path[position];
      if (key === undefined) {
        reached.add(this.across(node, path, position));
        return;
      }
      const child = node.children.get(key);
      if (child === undefined) {
        return;
      }
      node = child;
      this.addNode(node, reached);
    }
    reached.add(this.below(node));
  }

  private addNode(node: TreeNode, reached: Set<Vertex>): void {
    const own = this.nodes.get(node);
    if (own !== undefined && node.rules.length > 0) {
      reached.add(own);
    }
  }

  /** Returns all children of a node, and everything to which the rest of the path leads from each child. */
  private across(node: TreeNode, path: readonly (string | undefined)[], position: number): Vertex {
    const rest = path.slice(position + 1);
    const key = JSON.stringify([this.ids.get(node), ...rest.map((part) => part ?? null)]);
    let way = this.ways.get(key);
    if (way === undefined) {
      way = vertex();
      this.ways.set(key, way);
      for (const child of node.children.values()) {
        this.clock.tick();
        this.addNode(child, way.edges);
        this.follow(child, rest, 0, way.edges);
      }
    }
    return way;
  }

  /** Returns a node and all nodes below it. */
  private below(node: TreeNode): Vertex {
    let subtree = this.subtrees.get(node);
    if (subtree === undefined) {
      subtree = vertex();
      this.subtrees.set(node, subtree);
      this.addNode(node, subtree.edges);
      for (const child of node.children.values()) {
        subtree.edges.add(this.below(child));
      }
    }
    return subtree;
  }
}

/** Returns the key of a step, or `undefined` if it is known only when the policy runs. */
function stepKey(part: Term): string | undefined {
  return isConstant(part) ? termKey(part) : undefined;
}
