import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { stageEvent } from '../../kernel/database/staged-event';
import { changedMeanwhile, type ExpectedVersions } from '../../kernel/http/conditions/versions';
import { Writes } from '../../kernel/idempotency/writes';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { AccountRulesPort } from './contract/account-rules.port';
import type { AccountRules, StoredAccountRules } from './contract/account-rules.types';
import { AccountRulesRepository } from './storage/account-rules.repository';

@Injectable()
export class AccountRulesService implements AccountRulesPort {
  constructor(
    private readonly repository: AccountRulesRepository,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  get(context: CallContext): Promise<StoredAccountRules> {
    return this.repository.find(requireTenant(context));
  }

  set(context: CallContext, rules: AccountRules, expected: ExpectedVersions): Promise<StoredAccountRules> {
    const tenantId = requireTenant(context);
    const action = 'user.rules.set';
    return this.writes.once(context, { action, input: rules }, async (tx) => {
      const nowMs = this.clock.nowMs();
      const write = { tenantId, rules, actorId: context.actor.id, now: new Date(nowMs) };
      const stored = await this.repository.put(tx, write, expected);
      if (stored === null) throw changedMeanwhile();
      const { passwordBlockedWords, signUpDomains } = rules;
      const metadata = {
        ...rules,
        passwordBlockedWords: passwordBlockedWords.length,
        signUpDomains: [...signUpDomains],
      };
      const audited = { action, resourceType: 'account_rules', resourceId: tenantId, metadata };
      await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, nowMs)));
      return stored;
    });
  }
}
