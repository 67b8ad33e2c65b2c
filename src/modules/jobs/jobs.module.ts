import { Module } from '@nestjs/common';
import { JobsBaseModule } from './jobs-base.module';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { AuthPort } from '../auth/contract/auth.port';
import { ObjectUrlsPort } from '../files/contract/object-urls.port';
import { JobLogsPort } from './contract/job-logs.port';
import { JobOutputsPort } from './contract/job-outputs.port';
import { JobSchedulesPort } from './contract/job-schedules.port';
import { JobsPort } from './contract/jobs.port';
import { StartAuthorizationPort } from './contract/start-authorization.port';
import { JobRequeue } from './job-requeue';
import { JobSubmission } from './job-submission';
import { JobWatch } from './job-watch';
import { JobsService } from './jobs.service';
import { JobLogsService } from './logs/job-logs.service';
import { LogTails } from './logs/log-tails';
import { JobOutputsService } from './outputs/job-outputs.service';
import { JobSchedulesService } from './schedules/job-schedules.service';
import { StartAuthorization } from './start-authorization';
import { LogsRepository } from './storage/logs.repository';
import { OutputsRepository } from './storage/outputs.repository';
import { ScheduleRights } from './schedules/schedule-rights';
import { SchedulesRepository } from './storage/schedules.repository';
import { WatchHub } from './watch-hub';

/** Submits and watches jobs, but does not run them. For every role with `MASTER_KEY`. */
@Module({
  imports: [KernelModule, JobsBaseModule, ports(AuthPort, ObjectUrlsPort)],
  providers: [
    JobSubmission,
    JobRequeue,
    JobWatch,
    WatchHub,
    SchedulesRepository,
    ScheduleRights,
    LogsRepository,
    LogTails,
    OutputsRepository,
    { provide: StartAuthorizationPort, useExisting: StartAuthorization },
    { provide: JobsPort, useClass: JobsService },
    { provide: JobLogsPort, useClass: JobLogsService },
    { provide: JobOutputsPort, useClass: JobOutputsService },
    { provide: JobSchedulesPort, useClass: JobSchedulesService },
  ],
  exports: [JobsPort, JobLogsPort, JobOutputsPort, JobSchedulesPort, StartAuthorizationPort],
})
export class JobsModule {}
