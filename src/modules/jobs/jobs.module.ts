import { Module } from '@nestjs/common';
import { JobsPort } from './contract/jobs.port';
import { JobAdmission } from './job-admission';
import { JobBells } from './job-bells';
import { JobSubmission } from './job-submission';
import { JobWatch } from './job-watch';
import { JobsService } from './jobs.service';
import { BellsRepository } from './storage/bells.repository';
import { JobsRepository } from './storage/jobs.repository';

/** Jobs are handed in and watched; it runs none. For every role that holds `MASTER_KEY`. */
@Module({
  providers: [
    JobsRepository,
    BellsRepository,
    JobAdmission,
    JobBells,
    JobSubmission,
    JobWatch,
    { provide: JobsPort, useClass: JobsService },
  ],
  exports: [JobsPort],
})
export class JobsModule {}
