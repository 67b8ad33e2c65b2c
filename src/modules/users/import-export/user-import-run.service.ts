import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import type { Tx } from '../../../kernel/database/sql';
import { stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { Clock } from '../../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { actingRole } from '../accounts/acting-role';
import { IMPORT_CHUNK_ROWS, type UserImportRunPort } from '../contract/user-import-run.port';
import type { ImportFile, UserImportReport } from '../contract/user-import.types';
import type { UserRole } from '../contract/users.types';
import { withAuthorityFaults, withoutPasswords } from '../domain/import-authority';
import { ImportReader } from './import-reader';
import { AccountsRepository } from '../storage/accounts.repository';
import { UserImportRepository } from '../storage/user-import.repository';

@Injectable()
export class UserImportRunService implements UserImportRunPort {
  constructor(
    private readonly repository: UserImportRepository,
    private readonly accounts: AccountsRepository,
    private readonly reader: ImportReader,
    private readonly clock: Clock,
  ) {}

  async check(context: CallContext, file: ImportFile, isDryRun: boolean): Promise<UserImportReport> {
    const { fileHash, ...inFile } = await this.reader.read(context, file);
    return this.repository.inTransaction(requireTenant(context), async (tx) => {
      const acting = await this.acting(tx, context);
      const { rows, faulty, faults } = withAuthorityFaults(withoutPasswords(inFile), acting);
      await this.record(tx, context, 'user.import.plan', fileHash, { rows, made: 0, faulty });
      return { dryRun: isDryRun, rows, imported: 0, faulty, faults: [...faults] };
    });
  }

  async take(context: CallContext, file: ImportFile, from: number): Promise<number> {
    const tenantId = requireTenant(context);
    const { fileHash, ...inFile } = await this.reader.read(context, file);
    return this.repository.inTransaction(tenantId, async (tx) => {
      const acting = await this.acting(tx, context);
      const { good, faulty } = withAuthorityFaults(withoutPasswords(inFile), acting);
      // All rows were valid when they were checked, so the roles that the actor is allowed to assign have changed since.
      if (faulty > 0) throw new AppError('forbidden', 'A row has a role above the current role of the importing user.');
      const rows = good.slice(from, from + IMPORT_CHUNK_ROWS);
      const now = new Date(this.clock.nowMs());
      const made = await this.repository.insert(tx, tenantId, rows, context.actor.id, now);
      await this.record(tx, context, 'user.import', fileHash, { from, rows: rows.length, made, faulty: 0 });
      return made;
    });
  }

  private async acting(tx: Tx, context: CallContext): Promise<UserRole> {
    const { actor } = context;
    const person = await this.accounts.lockActor(tx, requireTenant(context), actor.id);
    if (actor.type === 'user' && person?.status !== 'active') {
      throw new AppError('forbidden', 'The user who requested the import is no longer active.');
    }
    return actingRole(context, person);
  }

  private record(
    tx: Tx,
    context: CallContext,
    action: string,
    fileHash: string,
    counts: Readonly<Record<string, number>>,
  ): Promise<void> {
    const metadata = { ...counts, fileHash };
    const audited = { action, resourceType: 'user', resourceId: '', metadata };
    return stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
  }
}
