import type { Module, Term } from '../syntax/ast.js';
import { type DraftRule, staticPath } from './draft-rule.js';
import type { ErrorList } from './error-list.js';
import { formatPath } from './format-reference.js';
import { hasGroundPath, nodesOf, type TreeNode } from './rule-tree.js';

const MAX_PRINTED_CONFLICTS = 10;

/** Reports conflicting definitions of a name (OPA stage "CheckRuleConflicts"). */
export function checkRuleConflicts(root: TreeNode, modules: readonly Module[], errors: ErrorList): void {
  for (const node of nodesOf(root)) {
    const [first] = node.rules;
    const last = node.rules[node.rules.length - 1];
    if (first === undefined || last === undefined) {
      continue;
    }
    const name = formatPath(last.path);
    if (node.children.size > 0 && node.rules.some(hasGroundPath)) {
      const inside = rulesInside(node);
      if (inside.length > 0) {
        errors.add('rego_type_error', `rule ${name} conflicts with [${inside.join(' ')}]`, first.loc);
        continue;
      }
    }
    checkKinds(node.rules, name, first, errors);
  }
  checkPackages(modules, errors);
}

function checkKinds(rules: readonly DraftRule[], name: string, first: DraftRule, errors: ErrorList): void {
  const kinds = new Set(rules.map((rule) => rule.element === undefined));
  const arities = new Set(rules.map((rule) => rule.args.length));
  const functions = new Set(rules.map((rule) => rule.function));
  const complete = new Set(rules.map((rule) => rule.element === undefined && hasGroundPath(rule)));
  if (kinds.size > 1 || arities.size > 1 || functions.size > 1 || complete.size > 1) {
    errors.add('rego_type_error', `conflicting rules ${name} found`, first.loc);
    return;
  }
  const defaults = rules.filter((rule) => rule.default);
  const [firstDefault] = defaults;
  if (firstDefault !== undefined && defaults.length > 1) {
    const places = defaults.slice(0, MAX_PRINTED_CONFLICTS).map(({ loc }) => `${loc.file}:${loc.row}`);
    const message = `multiple default rules ${name} found at ${places.join(', ')}`;
    errors.add('rego_type_error', message, firstDefault.module.package.loc);
  }
}

/** Returns the paths of rules below a node. Omits rules inside other rules. */
function rulesInside(node: TreeNode): readonly string[] {
  const names: string[] = [];
  const pending = [...node.children.values()].reverse();
  for (let child = pending.pop(); child !== undefined; child = pending.pop()) {
    const [rule] = child.rules;
    if (rule === undefined) {
      pending.push(...[...child.children.values()].reverse());
    } else {
      names.push(formatPath(rule.path));
    }
  }
  const sorted = [...new Set(names)].sort();
  return sorted.length <= MAX_PRINTED_CONFLICTS ? sorted : [...sorted.slice(0, MAX_PRINTED_CONFLICTS), '…'];
}

/** Reports packages such as `a.p` that have the same path as a rule `p` of package `a`. */
function checkPackages(modules: readonly Module[], errors: ErrorList): void {
  const packages = new Map<string, Module>();
  modules.forEach((module) => packages.set(JSON.stringify(module.package.path), module));
  const deepest = modules.reduce((depth, module) => Math.max(depth, module.package.path.length), 0);
  for (const module of modules) {
    for (const rule of module.rules) {
      if (module.package.path.length + 1 + rule.head.path.length > deepest) {
        continue;
      }
      const rest = strings(rule.head.path);
      const other = rest && packages.get(JSON.stringify([...module.package.path, rule.head.name.name, ...rest]));
      if (other !== undefined) {
        const name = formatPath([{ ...rule.head.name, kind: 'string', value: rule.head.name.name }, ...rule.head.path]);
        const message = `package ${other.package.path.join('.')} conflicts with rule ${name.slice('data.'.length)} defined at ${rule.loc.file}:${rule.loc.row}`;
        errors.add('rego_type_error', message, module.package.loc);
      }
    }
  }
}

function strings(path: readonly Term[]): readonly string[] | undefined {
  const values = path.flatMap((part) => (part.kind === 'string' ? [part.value] : []));
  return values.length === path.length ? values : undefined;
}

/** Reports rules at paths where the base document has a value (OPA `CheckPathConflicts`). */
export function checkDataConflicts(root: TreeNode, data: Readonly<Record<string, unknown>>, errors: ErrorList): void {
  const pending: { readonly node: TreeNode; readonly value: unknown }[] = [{ node: root, value: data }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const child of next.node.children.values()) {
      const value = member(next.value, child.key);
      if (value === undefined) {
        continue;
      }
      const [rule] = child.rules;
      if (rule !== undefined) {
        const path = staticPath(rule);
        errors.add('rego_compile_error', `conflicting rule for data path ${path.join('/')} found`, rule.loc);
      }
      pending.push({ node: child, value });
    }
  }
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !key.startsWith('"')) {
    return undefined;
  }
  const name = JSON.parse(key) as string;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
