import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { Clock } from '../../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import type { Account } from '../contract/accounts.types';
import { EXPORT_PAGE_ROWS, type UserExportPort } from '../contract/user-export.port';
import { AccountsRepository } from '../storage/accounts.repository';
import { UserExportRepository } from '../storage/user-export.repository';

@Injectable()
export class UserExportService implements UserExportPort {
  constructor(
    private readonly repository: UserExportRepository,
    private readonly accounts: AccountsRepository,
    private readonly clock: Clock,
  ) {}

  begin(context: CallContext, format: string): Promise<void> {
    const audited = { action: 'user.export', resourceType: 'user', resourceId: '', metadata: { format } };
    const event = stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
    return this.repository.inTransaction(requireTenant(context), (tx) => stageEvent(tx, event));
  }

  async page(context: CallContext, after: string | null): Promise<readonly Account[]> {
    const tenantId = requireTenant(context);
    const { actor } = context;
    if (actor.type === 'user' && (await this.accounts.find(tenantId, actor.id))?.status !== 'active') {
      throw new AppError('forbidden', 'The user who requested the export is no longer active.');
    }
    return this.repository.after(tenantId, after ?? '', EXPORT_PAGE_ROWS);
  }
}
