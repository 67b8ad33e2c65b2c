import { Module } from '@nestjs/common';
import { ports } from '../../kernel/composition/ports';
import { UserExportPort } from '../users/contract/user-export.port';
import { UserImportRunPort } from '../users/contract/user-import-run.port';
import { UserExportTask } from './tasks/user-export.task';
import { UserImportTask } from './tasks/user-import.task';

/** Runs user imports and exports in a process that runs jobs. */
@Module({
  imports: [ports(UserExportPort, UserImportRunPort)],
  providers: [UserExportTask, UserImportTask],
  exports: [UserExportTask, UserImportTask],
})
export class UserTransfersWorkerModule {}
