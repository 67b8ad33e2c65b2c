import { Module } from '@nestjs/common';
import { UserImportRunPort } from './contract/user-import-run.port';
import { AccountsRepository } from './storage/accounts.repository';
import { UserImportRepository } from './storage/user-import.repository';
import { UserImportRunService } from './user-import-run.service';
import { UserLookupModule } from './user-lookup.module';

/** The people of a tenant in bulk, for a process that runs jobs; it needs no `MASTER_KEY`. */
@Module({
  imports: [UserLookupModule],
  providers: [AccountsRepository, UserImportRepository, { provide: UserImportRunPort, useClass: UserImportRunService }],
  exports: [UserImportRunPort, UserLookupModule],
})
export class UserRowsModule {}
