import type { CompiledRule, Program, RuleNode } from '../compile/program.js';
import { walkBody, walkTerm } from '../compile/syntax-walk.js';
import type { CallTerm, RefTerm, Term } from '../syntax/ast.js';

/** Member names, outermost first. */
export type InputPath = readonly string[];

/** The maximum number of paths. A rule that reads more paths is treated as if it read the entire input. */
const MAX_PATHS = 64;

/** Thrown to leave a walk when the document depends on the entire input, or on more than `MAX_PATHS` paths in it. */
class WholeInput extends Error {}

/**
 * Returns the paths in the input that a document's rules, and all rules that they reach, can read. Two inputs that are objects with the
 * same values at these paths give the document the same value, as long as the evaluation does not read anything outside the input and the
 * data. Can include more rules than necessary, but never omits a rule.
 * @param parts path of the document without `data`.
 * @returns `null` if the rules read the entire input, or more than 64 paths in it.
 */
export function inputPathsOf(program: Program, parts: readonly string[]): readonly InputPath[] | null {
  try {
    return new InputWalk(program).from(parts);
  } catch (thrown) {
    if (thrown instanceof WholeInput) return null;
    throw thrown;
  }
}

class InputWalk {
  private readonly paths = new Map<string, InputPath>();
  private readonly reached = new Set<RuleNode>();
  private readonly pending: RuleNode[] = [];
  private readonly functions = new Map<string, RuleNode>();

  constructor(private readonly program: Program) {
    for (const node of nodesBelow(program.root)) {
      if (node.group?.kind === 'function') this.functions.set(['data', ...node.path].join('.'), node);
    }
  }

  from(parts: readonly string[]): readonly InputPath[] {
    this.reachPath(parts);
    for (let node = this.pending.pop(); node !== undefined; node = this.pending.pop()) {
      const { group } = node;
      if (group?.default !== undefined) this.look(group.default);
      group?.rules.forEach((rule) => {
        this.look(rule);
      });
    }
    return [...this.paths.values()];
  }

  /** Reaches all rules on a path, and all rules below its end. */
  private reachPath(keys: readonly (string | undefined)[]): void {
    let node = this.program.root;
    this.reach(node);
    for (const key of keys) {
      if (key === undefined) break;
      const child = node.children.get(key);
      // The path leads to base data, or to a key of a rule that was already reached.
      if (child === undefined) return;
      node = child;
      this.reach(node);
    }
    this.reachBelow(node);
  }

  private reachBelow(top: RuleNode): void {
    for (const node of nodesBelow(top)) this.reach(node);
  }

  private reach(node: RuleNode): void {
    if (node.group === undefined || this.reached.has(node)) return;
    this.reached.add(node);
    this.pending.push(node);
  }

  private look(first: CompiledRule): void {
    const visit = (term: Term): boolean => this.visit(term);
    for (let rule: CompiledRule | undefined = first; rule !== undefined; rule = rule.else) {
      for (const term of [...rule.keys, ...rule.args, rule.element, rule.value]) {
        if (term !== undefined) walkTerm(term, visit);
      }
      walkBody(rule.body, visit);
    }
  }

  /** Visits a term. Returns whether its parts have also been visited. */
  private visit(term: Term): boolean {
    if (term.kind === 'ref') return this.visitReference(term);
    if (term.kind === 'call') return this.visitCall(term);
    if (term.kind !== 'var') return false;
    if (term.name === 'input') throw new WholeInput();
    if (term.name === 'data') this.reachBelow(this.program.root);
    return true;
  }

  private visitReference({ head, path }: RefTerm): boolean {
    if (head.kind !== 'var' || (head.name !== 'input' && head.name !== 'data')) return false;
    if (head.name === 'input') this.add(leadingNames(path));
    else this.reachPath(path.map((part) => (part.kind === 'string' ? part.value : undefined)));
    this.visitAll(path);
    return true;
  }

  /** Visits a call. `object.get(input, "name", …)` and `object.get(input, ["a", "b"], …)` read only one path. */
  private visitCall({ operator, args }: CallTerm): boolean {
    if (operator.startsWith('data.')) this.reachFunction(operator);
    const [object, key, ...others] = args;
    if (operator !== 'object.get' || object?.kind !== 'var' || object.name !== 'input') return false;
    const names = leadingNames(key?.kind === 'array' ? key.items : key === undefined ? [] : [key]);
    this.add(names);
    this.visitAll(key === undefined ? others : [key, ...others]);
    return true;
  }

  private reachFunction(name: string): void {
    const node = this.functions.get(name);
    if (node === undefined) throw new WholeInput();
    this.reach(node);
  }

  private visitAll(terms: readonly Term[]): void {
    for (const term of terms) walkTerm(term, (part) => this.visit(part));
  }

  private add(path: InputPath): void {
    if (path.length === 0 || this.paths.size === MAX_PATHS) throw new WholeInput();
    this.paths.set(JSON.stringify(path), path);
  }
}

function* nodesBelow(top: RuleNode): Generator<RuleNode> {
  const nodes = [top];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    yield node;
    nodes.push(...node.children.values());
  }
}

/** Returns the leading strings of a path. The rest of the path reads the value at that place. */
function leadingNames(path: readonly Term[]): InputPath {
  const names: string[] = [];
  for (const part of path) {
    if (part.kind !== 'string') break;
    names.push(part.value);
  }
  return names;
}
