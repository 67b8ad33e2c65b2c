import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { InlineJobsPort } from './contract/inline-jobs.port';
import { InlineJobs } from './engine/inline-jobs';
import { InlineRuns } from './engine/inline-runs';
import { InlineWrites } from './engine/inline-writes';
import { JobsBaseModule } from './jobs-base.module';
import { JobsWorkerModule } from './jobs-worker.module';
import { InlineJobsRepository } from './storage/inline-jobs.repository';

/** Runs jobs immediately for callers in the same process. For processes that have `MASTER_KEY` and both submit and run jobs. */
@Module({
  imports: [KernelModule, JobsBaseModule, JobsWorkerModule],
  providers: [InlineJobsRepository, InlineWrites, InlineRuns, { provide: InlineJobsPort, useClass: InlineJobs }],
  exports: [InlineJobsPort],
})
export class InlineJobsModule {}
