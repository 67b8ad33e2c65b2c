import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { AuthPort } from '../auth/contract/auth.port';
import { NotificationsRepository } from './storage/notifications.repository';
import { JobNotificationListener } from './job-notification-listener';
import { JobNotifier } from './job-notifier';
import { JobAdmission } from './job-admission';
import { JobEngine } from './engine/job-engine';
import { PostgresJobEngine } from './engine/postgres-job-engine';
import { JobInsertion } from './job-insertion';
import { StartAuthorization } from './start-authorization';
import { JobsRepository } from './storage/jobs.repository';

const SHARED = [
  JobsRepository,
  NotificationsRepository,
  JobAdmission,
  JobNotifier,
  JobNotificationListener,
  PostgresJobEngine,
  { provide: JobEngine, useExisting: PostgresJobEngine },
  JobInsertion,
  StartAuthorization,
];

/** The providers that are needed both to submit and to run jobs. A process has one instance of each. */
@Module({ imports: [KernelModule, ports(AuthPort)], providers: SHARED, exports: SHARED })
export class JobsBaseModule {}
