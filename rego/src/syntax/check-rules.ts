import { RegoError } from '../errors.js';
import type { RuleHead, Term } from './ast.js';
import type { ParsedRule } from './parsed-rule.js';

/** Finds a part that is not allowed in a default value, which must be known without evaluation. Comprehensions are allowed. */
const unfitForDefault = (term: Term): 'ref' | 'var' | 'call' | undefined => {
  const firstOf = (terms: readonly Term[]) => {
    for (const item of terms) {
      const found = unfitForDefault(item);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  };
  switch (term.kind) {
    case 'ref':
    case 'var':
    case 'call':
      return term.kind;
    case 'array':
    case 'set':
      return firstOf(term.items);
    case 'object':
      return firstOf(term.entries.flat());
    case 'template':
      return firstOf(term.parts.filter((part) => typeof part !== 'string'));
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
      return undefined;
  }
};

/** Returns the error in the head of a `default` rule (OPA `validateDefaultRuleValue`, `validateDefaultRuleArgs`). */
export const checkDefaultRule = (head: RuleHead, valueWritten: boolean): string | undefined => {
  const value = valueWritten || head.args !== undefined || head.path.length !== 1 ? head.value : undefined;
  if (value === undefined) {
    return 'must have a value';
  }
  const unfit = unfitForDefault(value);
  if (unfit !== undefined) {
    return `value cannot contain ${unfit}`;
  }
  const names = new Set<string>();
  for (const arg of head.args ?? []) {
    if (arg.kind !== 'var') {
      return `arguments cannot contain ${arg.kind}`;
    }
    if (names.has(arg.name)) {
      return `arguments cannot be repeated ${arg.name}`;
    }
    names.add(arg.name);
  }
  return undefined;
};

/** Checks the forms that Rego v1 requires (OPA `checkRegoV1Rule`). */
export const checkRuleForm = ({ rule, usesIf, usesContains, valueWritten, isElse }: ParsedRule): RegoError[] => {
  const { head, loc } = rule;
  const noun = head.args === undefined ? 'rule' : 'function';
  const error = (message: string): RegoError => new RegoError('rego_parse_error', message, loc);
  if (rule.default) {
    return [];
  }
  const errors: RegoError[] = [];
  // Before Rego v1, `p[x]` without a value and without `if` was a partial set.
  const isOldPartialSet =
    !usesContains && !valueWritten && !usesIf && head.args === undefined && head.path.length === 1 && !isElse;
  if (!rule.bodyWritten && !valueWritten && !usesContains && !isOldPartialSet) {
    errors.push(error(`${noun} must have value assignment and/or body declaration`));
  }
  if (rule.bodyWritten && !usesIf) {
    errors.push(error(`\`if\` keyword is required before ${noun} body`));
  }
  if (isOldPartialSet) {
    errors.push(error('`contains` keyword is required for partial set rules'));
  }
  return errors;
};
