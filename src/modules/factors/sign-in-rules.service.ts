import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { stageEvent } from '../../kernel/database/staged-event';
import type { Tx } from '../../kernel/database/sql';
import { AppError } from '../../kernel/errors/app-error';
import { changedMeanwhile, type ExpectedVersions } from '../../kernel/http/conditions/versions';
import { Writes } from '../../kernel/idempotency/writes';
import { Clock } from '../../kernel/time/clock';
import { AppsPort } from '../apps/contract/apps.port';
import { type AuditedAction, auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { SignInRulesPort } from './contract/sign-in-rules.port';
import { DEFAULT_RULE, type SignInRule, type StoredSignInRule } from './contract/sign-in-rules.types';
import { SignInRulesRepository } from './storage/sign-in-rules.repository';

/** Stands for the tenant in place of an app. */
const TENANT = '';

@Injectable()
export class SignInRulesService implements SignInRulesPort {
  constructor(
    private readonly repository: SignInRulesRepository,
    private readonly apps: AppsPort,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  async get(context: CallContext): Promise<StoredSignInRule> {
    const { tenant } = await this.repository.find(requireTenant(context), null);
    return tenant ?? { ...DEFAULT_RULE, version: 0 };
  }

  set(context: CallContext, rule: SignInRule, expected: ExpectedVersions): Promise<StoredSignInRule> {
    return this.put(context, TENANT, rule, expected);
  }

  async getForApp(context: CallContext, appId: string): Promise<StoredSignInRule> {
    await this.apps.get(context, appId);
    const { app } = await this.repository.find(requireTenant(context), appId);
    return app ?? { ...DEFAULT_RULE, version: 0 };
  }

  async setForApp(
    context: CallContext,
    appId: string,
    rule: SignInRule,
    expected: ExpectedVersions,
  ): Promise<StoredSignInRule> {
    await this.apps.get(context, appId);
    return this.put(context, appId, rule, expected);
  }

  async removeForApp(context: CallContext, appId: string): Promise<void> {
    await this.writes.once(context, { action: 'sign_in.app_rule.remove', input: { appId } }, async (tx) => {
      if (!(await this.repository.remove(tx, requireTenant(context), appId))) throw noRule();
      await this.stage(tx, context, {
        action: 'sign_in.app_rule.remove',
        resourceType: 'sign_in_rule',
        resourceId: appId,
      });
    });
  }

  private put(
    context: CallContext,
    appId: string,
    rule: SignInRule,
    expected: ExpectedVersions,
  ): Promise<StoredSignInRule> {
    const tenantId = requireTenant(context);
    const action = appId === TENANT ? 'sign_in.rule.set' : 'sign_in.app_rule.set';
    return this.writes.once(context, { action, input: { appId, rule } }, async (tx) => {
      const write = { tenantId, appId, rule, actorId: context.actor.id, now: new Date(this.clock.nowMs()) };
      const stored = await this.repository.put(tx, write, expected);
      if (stored === null) throw changedMeanwhile();
      const metadata = { ...rule, requiredRoles: [...rule.requiredRoles] };
      const resourceId = appId === TENANT ? tenantId : appId;
      await this.stage(tx, context, { action, resourceType: 'sign_in_rule', resourceId, metadata });
      return stored;
    });
  }

  private stage(tx: Tx, context: CallContext, action: AuditedAction): Promise<void> {
    return stageEvent(tx, stagedAuditEvent(auditEvent(context, action, this.clock.nowMs())));
  }
}

function noRule(): AppError {
  return new AppError('not_found', 'This app has no rule of its own. The rule of the tenant applies.');
}
