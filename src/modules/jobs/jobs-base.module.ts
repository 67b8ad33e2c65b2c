import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { AuthPort } from '../auth/contract/auth.port';
import { BellsRepository } from './storage/bells.repository';
import { JobBellListener } from './job-bell-listener';
import { JobBells } from './job-bells';
import { JobAdmission } from './job-admission';
import { JobEngine } from './engine/job-engine';
import { PostgresJobEngine } from './engine/postgres-job-engine';
import { JobInsertion } from './job-insertion';
import { StartAuthorization } from './start-authorization';
import { JobsRepository } from './storage/jobs.repository';

const SHARED = [
  JobsRepository,
  BellsRepository,
  JobAdmission,
  JobBells,
  JobBellListener,
  PostgresJobEngine,
  { provide: JobEngine, useExisting: PostgresJobEngine },
  JobInsertion,
  StartAuthorization,
];

/** The providers that submitting and running jobs share: one of each in a process. */
@Module({ imports: [KernelModule, ports(AuthPort)], providers: SHARED, exports: SHARED })
export class JobsBaseModule {}
