import type { CompiledRule, Program, RuleNode } from '../compile/program.js';
import type { Annotations } from '../syntax/ast.js';
import { fromJson } from '../values/json.js';
import { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';

/** Annotations by the place where they apply, for `rego.metadata.rule()` and `rego.metadata.chain()` (OPA `AnnotationSet`). */
export class Metadata {
  private readonly pathOf = new Map<CompiledRule, readonly string[]>();
  private readonly documents = new Map<string, Annotations>();

  constructor(private readonly program: Program) {
    this.collect(program.root);
  }

  /** Returns the annotations of the rule itself, from the nearest block if there are several; an empty object if there are none. */
  rule(rule: CompiledRule | undefined): Value {
    const [nearest] = rule === undefined ? [] : ownAnnotations(rule);
    return nearest === undefined ? RegoObject.EMPTY : fromJson(nearest.raw);
  }

  /**
   * Returns the annotations from the rule outward: rule, document, package, and the enclosing packages. The first entry is the rule, even
   * if it has no annotations.
   */
  chain(rule: CompiledRule | undefined): Value {
    if (rule === undefined) {
      return [];
    }
    const path = this.pathOf.get(rule) ?? [];
    const own = ownAnnotations(rule);
    const links = own.length === 0 ? [link(path, undefined)] : own.map((annotations) => link(path, annotations));
    const document = this.documents.get(path.join('.'));
    if (document !== undefined) {
      links.push(link(path, document));
    }
    const packagePath = rule.package === '' ? [] : rule.package.split('.');
    links.push(...this.ofPackage(packagePath, 'package'));
    for (let length = packagePath.length; length > 0; length--) {
      links.push(...this.ofPackage(packagePath.slice(0, length), 'subpackages'));
    }
    return links;
  }

  private ofPackage(path: readonly string[], scope: Annotations['scope']): Value[] {
    const known = this.program.packageAnnotations.get(path.join('.')) ?? [];
    return known.filter((annotations) => annotations.scope === scope).map((annotations) => link(path, annotations));
  }

  private collect(node: RuleNode): void {
    const rules = [...(node.group?.rules ?? []), ...(node.group?.default === undefined ? [] : [node.group.default])];
    for (const first of rules) {
      for (let rule: CompiledRule | undefined = first; rule !== undefined; rule = rule.else) {
        this.pathOf.set(rule, node.path);
        const document = rule.annotations.find((annotations) => annotations.scope === 'document');
        if (document !== undefined) {
          this.documents.set(node.path.join('.'), document);
        }
      }
    }
    node.children.forEach((child) => this.collect(child));
  }
}

function ownAnnotations(rule: CompiledRule): readonly Annotations[] {
  return rule.annotations
    .filter((annotations) => annotations.scope === 'rule')
    .toSorted((a, b) => b.loc.row - a.loc.row);
}

function link(path: readonly string[], annotations: Annotations | undefined): Value {
  const members = new Map<string, Value>([['path', [...path]]]);
  if (annotations !== undefined) {
    members.set('annotations', fromJson(annotations.raw));
  }
  return RegoObject.fromStrings(members);
}
