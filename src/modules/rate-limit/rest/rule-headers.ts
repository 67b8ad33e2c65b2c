import type { Response } from 'express';
import { type RateLimitRule, ruleEntityTag } from '../contract/rate-limit-rules.types';

/** Returns the rule, and adds its entity tag to the response. */
export function tagged<Rule extends Pick<RateLimitRule, 'version' | 'createdAt'>>(
  response: Response,
  rule: Rule,
): Rule {
  response.setHeader('ETag', ruleEntityTag(rule));
  return rule;
}
