import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { Writes } from '../../kernel/idempotency/writes';
import { newId } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import { auditConfig, type AuditConfig } from './audit.config';
import type { AuditRetentionPort } from './contract/audit-retention.port';
import type { AuditRetention, ErasedPerson } from './contract/audit-retention.types';
import { auditEvent, stagedAuditEvent } from './contract/audit.types';
import { PersonsRepository } from './storage/persons.repository';
import { RetentionRepository } from './storage/retention.repository';

@Injectable()
export class AuditRetentionService implements AuditRetentionPort {
  constructor(
    private readonly repository: RetentionRepository,
    private readonly persons: PersonsRepository,
    private readonly writes: Writes,
    private readonly clock: Clock,
    @InjectConfig(auditConfig) private readonly config: AuditConfig,
  ) {}

  get(context: CallContext): Promise<AuditRetention> {
    return this.repository.get(requireTenant(context));
  }

  async put(context: CallContext, retention: AuditRetention): Promise<AuditRetention> {
    const tenantId = requireTenant(context);
    const least = this.config.AUDIT_MIN_KEEP_DAYS;
    if (retention.keepDays !== null && retention.keepDays < least) {
      const message = `keepDays must be at least ${least} (AUDIT_MIN_KEEP_DAYS).`;
      throw new AppError('invalid_request', message, {
        fields: [{ pointer: '/keepDays', code: 'too_small', message }],
      });
    }
    const nowMs = this.clock.nowMs();
    return this.repository.put(tenantId, retention, (before, after) => {
      const metadata = { ...settingsOf(after), before: settingsOf(before) };
      const action = { action: 'audit.retention.put', resourceType: 'audit_log', resourceId: tenantId, metadata };
      const platform = { ...context, tenantId: null };
      return {
        own: stagedAuditEvent(auditEvent(context, action, nowMs)),
        platform: {
          // Needs a separate id, because the first event has the id of the call.
          ...stagedAuditEvent(auditEvent(platform, { ...action, id: newId('aud', nowMs) }, nowMs)),
          tenantId: null,
        },
      };
    });
  }

  async erase(context: CallContext, person: string): Promise<ErasedPerson> {
    const tenantId = requireTenant(context);
    return this.writes.once(context, { action: 'audit.person.erase', input: { person } }, async (tx) => {
      const erased = await this.persons.erase(tx, tenantId, person, (name) => {
        // Uses the name that stays in the log, because the record of an erasure must not identify the person.
        const action = { action: 'audit.person.erase', resourceType: 'audit_person', resourceId: name };
        return stagedAuditEvent(auditEvent(context, action, this.clock.nowMs()));
      });
      if (erased === 'held') throw new AppError('conflict', 'The person cannot be erased under a legal hold.');
      if (erased === null) throw new AppError('not_found', 'The log has no personal fields for this person.');
      return { name: erased };
    });
  }
}

function settingsOf({ keepDays, legalHold, reads }: AuditRetention): Record<string, unknown> {
  return { keepDays, legalHold: legalHold?.reason ?? null, reads };
}
