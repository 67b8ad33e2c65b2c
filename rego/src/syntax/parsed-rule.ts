import type { Rule } from './ast.js';

/** A rule, with facts about its text that the tree omits but `checkRuleForm` needs. */
export interface ParsedRule {
  readonly rule: Rule;
  readonly usesIf: boolean;
  readonly usesContains: boolean;
  readonly valueWritten: boolean;
  readonly isElse: boolean;
}
