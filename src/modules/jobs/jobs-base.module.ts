import { type DynamicModule, Module } from '@nestjs/common';
import { JobAdmission } from './job-admission';
import { JobBellListener, JOBS_DATABASE_URL } from './job-bell-listener';
import { JobBells } from './job-bells';
import { JobInsertion } from './job-insertion';
import { BellsRepository } from './storage/bells.repository';
import type { SyncActs } from './domain/needed-act';
import { SYNC_ACTS, StartAuthorization } from './start-authorization';
import { JobsRepository } from './storage/jobs.repository';

const SHARED = [
  JobsRepository,
  BellsRepository,
  JobAdmission,
  JobBells,
  JobBellListener,
  JobInsertion,
  StartAuthorization,
];

/** What handing jobs in and running them have in common: one of each in a process. */
@Module({})
export class JobsBaseModule {
  /**
   * @param databaseUrl of the application's role.
   * @param syncActs acts that the tasks of the installation need, by kind.
   * @returns what a process passes to all that it hosts of the jobs.
   */
  static at(databaseUrl: string, syncActs: SyncActs = {}): DynamicModule {
    return {
      module: JobsBaseModule,
      providers: [
        { provide: JOBS_DATABASE_URL, useValue: databaseUrl },
        { provide: SYNC_ACTS, useValue: syncActs },
        ...SHARED,
      ],
      exports: [JOBS_DATABASE_URL, ...SHARED],
    };
  }
}
