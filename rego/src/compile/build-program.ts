import type { Annotations, Module, Term } from '../syntax/ast.js';
import { type DraftRule, staticPath } from './draft-rule.js';
import type { CompiledRule, Program, RuleGroup, RuleNode } from './program.js';

/** A `RuleNode` under construction. */
interface OpenNode {
  readonly path: readonly string[];
  readonly children: Map<string, OpenNode>;
  group: RuleGroup | undefined;
  readonly drafts: DraftRule[];
}

function openNode(path: readonly string[]): OpenNode {
  return { path, children: new Map(), group: undefined, drafts: [] };
}

/** Groups finished rules by their place in the tree, and adds each annotation with the scope `document` to all rules of its document. */
export function buildProgram(rules: readonly DraftRule[], modules: readonly Module[]): Program {
  const root = openNode([]);
  modules.forEach((module) => nodeAt(root, module.package.path));
  rules.forEach((rule) => nodeAt(root, staticPath(rule)).drafts.push(rule));
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.drafts.length > 0) {
      node.group = groupOf(node);
    }
    pending.push(...node.children.values());
  }
  return { root: closed(root), packageAnnotations: packageAnnotations(modules) };
}

function nodeAt(root: OpenNode, path: readonly string[]): OpenNode {
  return path.reduce((node, name, position) => {
    let child = node.children.get(name);
    if (child === undefined) {
      child = openNode(path.slice(0, position + 1));
      node.children.set(name, child);
    }
    return child;
  }, root);
}

function closed({ path, children, group }: OpenNode): RuleNode {
  return { path, children: new Map([...children].map(([name, child]) => [name, closed(child)])), group };
}

function groupOf({ path, drafts }: OpenNode): RuleGroup {
  const documents = documentAnnotations(drafts);
  const compiled = (draft: DraftRule): CompiledRule => compiledRule(draft, path.length, documents);
  const fallback = drafts.find((draft) => draft.default);
  return {
    path,
    kind: kindOf(drafts, path.length),
    arity: drafts[0]?.args.length ?? 0,
    default: fallback === undefined ? undefined : compiled(fallback),
    rules: drafts.filter((draft) => !draft.default).map(compiled),
  };
}

function kindOf(drafts: readonly DraftRule[], depth: number): RuleGroup['kind'] {
  if (drafts.some((draft) => draft.function)) {
    return 'function';
  }
  if (drafts.some((draft) => draft.path.length > depth)) {
    return 'partialObject';
  }
  return drafts.some((draft) => draft.element !== undefined) ? 'partialSet' : 'complete';
}

/** Compiles a rule with its `else` branches. Starts from the end instead of recursing, so that a long chain does not use up the stack. */
function compiledRule(first: DraftRule, depth: number, documents: readonly Annotations[]): CompiledRule {
  const chain: DraftRule[] = [];
  for (let draft: DraftRule | undefined = first; draft !== undefined; draft = draft.else) {
    chain.push(draft);
  }
  const start = chain.pop() ?? first;
  return chain.reduceRight<CompiledRule>(
    (next, draft) => oneRule(draft, draft.path.slice(depth), next, documents),
    oneRule(start, start.path.slice(depth), undefined, documents),
  );
}

function oneRule(
  draft: DraftRule,
  keys: readonly Term[],
  next: CompiledRule | undefined,
  documents: readonly Annotations[],
): CompiledRule {
  return {
    loc: draft.loc,
    package: draft.module.package.path.join('.'),
    keys,
    args: draft.args,
    element: draft.element,
    value: draft.value,
    body: draft.body,
    else: next,
    annotations: [...draft.annotations.filter(({ scope }) => scope !== 'document'), ...documents],
  };
}

/** Returns each annotation once, since the parser attaches it to all rules of its file. */
function documentAnnotations(drafts: readonly DraftRule[]): readonly Annotations[] {
  const all = drafts.flatMap((draft) => draft.annotations.filter(({ scope }) => scope === 'document'));
  return [...new Map(all.map((item) => [`${item.loc.file}:${item.loc.offset}`, item])).values()];
}

function packageAnnotations(modules: readonly Module[]): ReadonlyMap<string, readonly Annotations[]> {
  const byPackage = new Map<string, readonly Annotations[]>();
  for (const module of modules) {
    if (module.annotations.length > 0) {
      const key = module.package.path.join('.');
      byPackage.set(key, [...(byPackage.get(key) ?? []), ...module.annotations]);
    }
  }
  return byPackage;
}
