import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { UserExportPort } from './contract/user-export.port';
import { UserImportRunPort } from './contract/user-import-run.port';
import { ImportReader } from './import-export/import-reader';
import { AccountsRepository } from './storage/accounts.repository';
import { UserExportRepository } from './storage/user-export.repository';
import { UserImportRepository } from './storage/user-import.repository';
import { UserExportService } from './import-export/user-export.service';
import { UserImportRunService } from './import-export/user-import-run.service';
import { UserLookupModule } from './user-lookup.module';

/** Bulk access to the users of a tenant, for a process that runs jobs. It needs no `MASTER_KEY`. */
@Module({
  imports: [KernelModule, UserLookupModule],
  providers: [
    AccountsRepository,
    ImportReader,
    UserExportRepository,
    UserImportRepository,
    { provide: UserExportPort, useClass: UserExportService },
    { provide: UserImportRunPort, useClass: UserImportRunService },
  ],
  exports: [UserExportPort, UserImportRunPort],
})
export class UserRowsModule {}
