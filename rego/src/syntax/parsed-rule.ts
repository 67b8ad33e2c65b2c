import type { Rule } from './ast.js';

/** A rule, with what its text said beyond the tree; `checkRuleForm` judges by it. */
export interface ParsedRule {
  readonly rule: Rule;
  readonly usesIf: boolean;
  readonly usesContains: boolean;
  readonly valueWritten: boolean;
  readonly isElse: boolean;
}
