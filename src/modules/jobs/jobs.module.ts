import { Module } from '@nestjs/common';
import { JobLogsPort } from './contract/job-logs.port';
import { JobsPort } from './contract/jobs.port';
import { JobAdmission } from './job-admission';
import { JobBells } from './job-bells';
import { JobSubmission } from './job-submission';
import { JobWatch } from './job-watch';
import { JobsService } from './jobs.service';
import { JobLogsService } from './logs/job-logs.service';
import { LogTails } from './logs/log-tails';
import { BellsRepository } from './storage/bells.repository';
import { JobsRepository } from './storage/jobs.repository';
import { LogsRepository } from './storage/logs.repository';

/** Jobs are handed in and watched; it runs none. For every role that holds `MASTER_KEY`. */
@Module({
  providers: [
    JobsRepository,
    BellsRepository,
    JobAdmission,
    JobBells,
    JobSubmission,
    JobWatch,
    LogsRepository,
    LogTails,
    { provide: JobsPort, useClass: JobsService },
    { provide: JobLogsPort, useClass: JobLogsService },
  ],
  exports: [JobsPort, JobLogsPort],
})
export class JobsModule {}
