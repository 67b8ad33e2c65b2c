import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { StagedEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { assertCondition, type Condition } from '../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../kernel/lists/page';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { RateLimitRulesPort } from './contract/rate-limit-rules.port';
import {
  type NewPlanRateLimitRule,
  type NewRateLimitRule,
  type PlanRateLimitRule,
  type RateLimitRule,
  RESERVED_RULE_NAMES,
  ruleEntityTag,
  RULE_NAME,
} from './contract/rate-limit-rules.types';
import { type RuleCheck, RulesRepository } from './storage/rules.repository';

@Injectable()
export class RateLimitRulesService implements RateLimitRulesPort {
  constructor(
    private readonly repository: RulesRepository,
    private readonly clock: Clock,
  ) {}

  async list(context: CallContext, query: PageQuery): Promise<Page<RateLimitRule>> {
    const tenantId = requireTenant(context);
    const cursors = new ListCursors('rate limits', tenantId);
    const rules = await this.repository.list(tenantId, cursors.after(query.cursor) ?? '', query.limit + 1);
    return cursors.page(rules, query.limit, ({ name }) => name);
  }

  async get(context: CallContext, name: string): Promise<RateLimitRule> {
    return found(await this.repository.find(requireTenant(context), name));
  }

  async put(context: CallContext, name: string, rule: NewRateLimitRule, condition: Condition): Promise<RateLimitRule> {
    const tenantId = requireTenant(context);
    requireName(name);
    const event = this.event(context, 'rate_limit.put', name, rule);
    await this.repository.put(tenantId, name, rule, holding(condition), event);
    return found(await this.repository.find(tenantId, name));
  }

  async remove(context: CallContext, name: string, condition: Condition): Promise<void> {
    const event = this.event(context, 'rate_limit.delete', name, {});
    requireDeleted(await this.repository.delete(requireTenant(context), name, holding(condition), event));
  }

  async listPlans(_context: CallContext, query: PageQuery): Promise<Page<PlanRateLimitRule>> {
    const cursors = new ListCursors('rate limits of plans', null);
    const rules = await this.repository.listPlans(cursors.after(query.cursor) ?? '', query.limit + 1);
    return cursors.page(rules, query.limit, ({ name }) => name);
  }

  async getPlan(_context: CallContext, name: string): Promise<PlanRateLimitRule> {
    return found(await this.repository.findPlan(name));
  }

  async putPlan(
    context: CallContext,
    name: string,
    rule: NewPlanRateLimitRule,
    condition: Condition,
  ): Promise<PlanRateLimitRule> {
    requireName(name);
    const event = this.event(ofInstallation(context), 'rate_limit.plan.put', name, rule);
    await this.repository.put(null, name, rule, holding(condition), event);
    return found(await this.repository.findPlan(name));
  }

  async removePlan(context: CallContext, name: string, condition: Condition): Promise<void> {
    const event = this.event(ofInstallation(context), 'rate_limit.plan.delete', name, {});
    requireDeleted(await this.repository.delete(null, name, holding(condition), event));
  }

  /** Returns the audit event of a change. It includes the rule, which contains no secrets. */
  private event(context: CallContext, action: string, name: string, metadata: object): StagedEvent {
    const audited = { action, resourceType: 'rate_limit', resourceId: name, metadata: { ...metadata } };
    return stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
  }
}

/** Plans' rules belong to no tenant, and neither do their audit events. */
function ofInstallation(context: CallContext): CallContext {
  return { ...context, tenantId: null };
}

function holding(condition: Condition): RuleCheck {
  return (current) => assertCondition(condition, current && ruleEntityTag(current), 'The rule');
}

function requireName(name: string): void {
  if (RULE_NAME.test(name) && !RESERVED_RULE_NAMES.has(name)) return;
  const message =
    'A name consists of 1 to 64 lowercase letters, digits and the characters ". _ -"; "default" and "plans" are reserved.';
  throw new AppError('invalid_request', message, { fields: [{ pointer: '/name', code: 'invalid', message }] });
}

function found<T>(rule: T | null): T {
  if (rule === null) throw notFound();
  return rule;
}

function requireDeleted(deleted: boolean): void {
  if (!deleted) throw notFound();
}

function notFound(): AppError {
  return new AppError('not_found', 'The rate limit does not exist.');
}
