import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { UserExportTask } from './tasks/user-export.task';
import { UserImportTask } from './tasks/user-import.task';

/** Runs imports and exports of users, in a process that runs jobs. */
@Module({})
export class UserTransfersWorkerModule {
  /** @param imports modules with the rows of users. */
  static host(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: UserTransfersWorkerModule,
      imports,
      providers: [UserExportTask, UserImportTask],
      exports: [UserExportTask, UserImportTask],
    };
  }
}
