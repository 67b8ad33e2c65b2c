import { RegoError } from '../errors.js';
import type { RuleNode } from '../compile/program.js';
import { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';

/** Returns errors for the rules at paths where the base document has a value (OPA `CheckPathConflicts`). */
export function dataConflicts(root: RuleNode, base: RegoObject): readonly RegoError[] {
  const errors: RegoError[] = [];
  const pending: { readonly node: RuleNode; readonly value: Value }[] = [{ node: root, value: base }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const [name, child] of next.node.children) {
      // Only objects can have rules below them.
      const value = next.value instanceof RegoObject ? next.value.get(name) : next.value;
      if (value === undefined) continue;
      const rule = child.group?.default ?? child.group?.rules[0];
      if (rule !== undefined) {
        const message = `conflicting rule for data path ${child.path.join('/')} found`;
        errors.push(new RegoError('rego_compile_error', message, rule.loc));
      }
      pending.push({ node: child, value });
    }
  }
  return errors;
}
