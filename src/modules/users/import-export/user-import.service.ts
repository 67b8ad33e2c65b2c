import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { Writes } from '../../../kernel/idempotency/writes';
import { Clock } from '../../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { actingRole } from '../accounts/acting-role';
import type { UserImportPort } from '../contract/user-import.port';
import type { ImportFile, UserImportReport } from '../contract/user-import.types';
import { withAuthorityFaults } from '../domain/import-authority';
import type { ReadImport } from '../domain/import-rows';
import { ImportReader } from './import-reader';
import { AccountsRepository } from '../storage/accounts.repository';
import { UserImportRepository } from '../storage/user-import.repository';

@Injectable()
export class UserImportService implements UserImportPort {
  constructor(
    private readonly repository: UserImportRepository,
    private readonly accounts: AccountsRepository,
    private readonly reader: ImportReader,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  async run(context: CallContext, file: ImportFile, isDryRun: boolean): Promise<UserImportReport> {
    const tenantId = requireTenant(context);
    const { fileHash, ...inFile } = await this.reader.read(context, file);
    const input = { format: file.format, fileHash, isDryRun };
    return this.writes.once(context, { action: 'user.import', input }, async (tx) => {
      const acting = actingRole(context, await this.accounts.lockActor(tx, tenantId, context.actor.id));
      const read = withAuthorityFaults(inFile, acting);
      const { rows, good, faulty, faults } = read;
      if (faulty > 0 && !isDryRun) throw refusal(read);
      const now = new Date(this.clock.nowMs());
      const made = isDryRun ? 0 : await this.repository.insert(tx, tenantId, good, context.actor.id, now);
      const passwords = good.filter(({ passwordHash }) => passwordHash !== null).length;
      const metadata = { rows, made, faulty, passwords, fileHash };
      // A dry run must not notify consumers of import events.
      const action = isDryRun ? 'user.import.plan' : 'user.import';
      const audited = { action, resourceType: 'user', resourceId: '', metadata };
      await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, now.getTime())));
      return { dryRun: isDryRun, rows, imported: isDryRun ? 0 : good.length, faulty, faults: [...faults] };
    });
  }
}

function refusal({ rows, faulty, faults }: ReadImport): AppError {
  return new AppError('unprocessable', `${faulty} of ${rows} rows are invalid, so no row was imported.`, {
    fields: faults.map(({ line, member, code, message }) => ({
      pointer: member === '' ? `/lines/${line}` : `/lines/${line}/${member}`,
      code,
      message,
    })),
  });
}
