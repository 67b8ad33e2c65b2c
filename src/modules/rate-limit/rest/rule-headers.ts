import type { Response } from 'express';
import { type RateLimitRule, ruleEntityTag } from '../contract/rate-limit-rules.types';

/** The rule, whose entity tag goes with the answer. */
export function tagged<Rule extends Pick<RateLimitRule, 'version' | 'createdAt'>>(
  response: Response,
  rule: Rule,
): Rule {
  response.setHeader('ETag', ruleEntityTag(rule));
  return rule;
}
