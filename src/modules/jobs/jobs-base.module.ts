import { type DynamicModule, Module } from '@nestjs/common';
import { JobAdmission } from './job-admission';
import { JobBellListener, JOBS_DATABASE_URL } from './job-bell-listener';
import { JobBells } from './job-bells';
import { JobInsertion } from './job-insertion';
import { BellsRepository } from './storage/bells.repository';
import { JobsRepository } from './storage/jobs.repository';

const SHARED = [JobsRepository, BellsRepository, JobAdmission, JobBells, JobBellListener, JobInsertion];

/** What handing jobs in and running them have in common: one of each in a process. */
@Module({})
export class JobsBaseModule {
  /** @param databaseUrl of the application's role. @returns what a process passes to all that it hosts of the jobs. */
  static at(databaseUrl: string): DynamicModule {
    return {
      module: JobsBaseModule,
      providers: [{ provide: JOBS_DATABASE_URL, useValue: databaseUrl }, ...SHARED],
      exports: [JOBS_DATABASE_URL, ...SHARED],
    };
  }
}
