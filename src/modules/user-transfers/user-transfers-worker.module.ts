import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { SubmitterStanding } from './submitter-standing';
import { UserExportTask } from './tasks/user-export.task';
import { UserImportTask } from './tasks/user-import.task';

/** Runs imports and exports of users, in a process that runs jobs. */
@Module({})
export class UserTransfersWorkerModule {
  /** @param imports modules with the rows of users, and with the standing of users, apps and tenants. */
  static host(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: UserTransfersWorkerModule,
      imports,
      providers: [SubmitterStanding, UserExportTask, UserImportTask],
      exports: [UserExportTask, UserImportTask],
    };
  }
}
