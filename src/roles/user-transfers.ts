import type { JobsWorkerOptions } from '../modules/jobs/jobs-worker.module';
import { UserExportTask } from '../modules/user-transfers/tasks/user-export.task';
import { UserImportTask } from '../modules/user-transfers/tasks/user-import.task';
import { UserTransfersWorkerModule } from '../modules/user-transfers/user-transfers-worker.module';
import { UserRowsModule } from '../modules/users/user-rows.module';

type Runners = Omit<JobsWorkerOptions, 'base' | 'isEager'>;

/** Adds the tasks with users in bulk to what a process runs jobs with. */
export function withUserTransfers(runners: Runners): Runners {
  const transfers = UserTransfersWorkerModule.host([UserRowsModule]);
  return {
    ...runners,
    imports: [...runners.imports, transfers],
    tasks: [...runners.tasks, UserExportTask, UserImportTask],
  };
}
