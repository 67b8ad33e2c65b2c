import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { Clock } from '../../kernel/time/clock';
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
    private readonly clock: Clock,
  ) {}

  get(context: CallContext): Promise<AuditRetention> {
    return this.repository.get(requireTenant(context));
  }

  async put(context: CallContext, retention: AuditRetention): Promise<AuditRetention> {
    const tenantId = requireTenant(context);
    const { keepDays, legalHold } = retention;
    const action = {
      action: 'audit.retention.put',
      resourceType: 'audit_log',
      resourceId: tenantId,
      metadata: { keepDays, legalHold: legalHold?.reason ?? null },
    };
    await this.repository.put(tenantId, retention, stagedAuditEvent(auditEvent(context, action, this.clock.nowMs())));
    return retention;
  }

  async erase(context: CallContext, person: string): Promise<ErasedPerson> {
    const tenantId = requireTenant(context);
    const erased = await this.persons.erase(tenantId, person, (name) => {
      // By the name that is left: who it was must not stand in the record of it.
      const action = { action: 'audit.person.erase', resourceType: 'audit_person', resourceId: name };
      return stagedAuditEvent(auditEvent(context, action, this.clock.nowMs()));
    });
    if (erased === 'held') throw new AppError('conflict', 'The log is under a legal hold: nobody is erased from it.');
    if (erased === null) throw new AppError('not_found', 'Nothing is kept of such a person.');
    return { name: erased };
  }
}
