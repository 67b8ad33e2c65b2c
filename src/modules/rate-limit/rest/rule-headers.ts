import type { Response } from 'express';
import type { RuleCondition } from '../contract/rate-limit-rules.port';
import { type RateLimitRule, ruleEntityTag } from '../contract/rate-limit-rules.types';

export type ConditionHeaders = Readonly<Record<string, string | undefined>>;

export function conditionOf(headers: ConditionHeaders): RuleCondition {
  return { ifMatch: headers['if-match'] ?? null, ifNoneMatch: headers['if-none-match'] ?? null };
}

/** The rule, whose entity tag goes with the answer. */
export function tagged<Rule extends Pick<RateLimitRule, 'version' | 'createdAt'>>(
  response: Response,
  rule: Rule,
): Rule {
  response.setHeader('ETag', ruleEntityTag(rule));
  return rule;
}
