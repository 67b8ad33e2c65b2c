import { DiscoveryModule } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { optionalPorts, ports } from '../../kernel/composition/ports';
import { BlobsPort } from '../files/contract/blobs.port';
import { SecretsPort } from '../secrets/contract/secrets.port';
import { AuthorityCheckTask } from './authority-check-task';
import { Dispatcher } from './engine/dispatcher';
import { ActiveRuns } from './engine/active-runs';
import { JobsIndicator } from './engine/jobs.indicator';
import { JOB_METRICS } from './engine/jobs.metrics';
import { WorkerLease } from './engine/worker-lease';
import { RunAuthority } from './engine/run-authority';
import { Attempts } from './engine/attempts';
import { JobWorker } from './engine/worker';
import { StepStore } from './engine/step-store';
import { StepsRepository } from './storage/steps.repository';
import { RunReports } from './engine/run-reports';
import { RunnerRegistry } from './engine/runner-registry';
import { JobChildren } from './job-children';
import { JobCleanupTask } from './job-cleanup-task';
import { JobsWithoutRunner } from './jobs-without-runner';
import { LogCommits } from './logs/log-commits';
import { StoredRunLogs } from './logs/stored-run-logs';
import { StoredRunOutputs } from './outputs/stored-run-outputs';
import { InputsOfRuns } from './run/inputs-of-runs';
import { RunInputs, RunLogs, RunOutputs, RunSecrets } from './run/run-ports';
import { SecretsOfRuns } from './run/secrets-of-runs';
import { ScheduleAuthority } from './schedules/schedule-authority';
import { ScheduleTask } from './schedules/schedule-task';
import { DispatchRepository } from './storage/dispatch.repository';
import { ExecutorsRepository } from './storage/executors.repository';
import { LogsRepository } from './storage/logs.repository';
import { OutputsRepository } from './storage/outputs.repository';
import { AuthorizedWorkRepository } from './storage/authorized-work.repository';
import { ScheduleTicksRepository } from './storage/schedule-ticks.repository';
import { JobsBaseModule } from './jobs-base.module';

/** Runs jobs, with the runners and tasks that the modules of this process provide. */
@Module({
  imports: [KernelModule, DiscoveryModule, JobsBaseModule, ports(BlobsPort), optionalPorts(SecretsPort)],
  providers: [
    DispatchRepository,
    ExecutorsRepository,
    LogsRepository,
    LogCommits,
    OutputsRepository,
    ScheduleTicksRepository,
    JobChildren,
    ActiveRuns,
    WorkerLease,
    Dispatcher,
    RunReports,
    RunAuthority,
    Attempts,
    StepsRepository,
    StepStore,
    RunnerRegistry,
    JobWorker,
    JobsIndicator,
    ScheduleAuthority,
    ScheduleTask,
    AuthorizedWorkRepository,
    AuthorityCheckTask,
    JobCleanupTask,
    JobsWithoutRunner,
    ...JOB_METRICS,
    { provide: RunLogs, useClass: StoredRunLogs },
    { provide: RunOutputs, useClass: StoredRunOutputs },
    { provide: RunSecrets, useClass: SecretsOfRuns },
    { provide: RunInputs, useClass: InputsOfRuns },
  ],
  exports: [ActiveRuns, LogCommits, Attempts, RunnerRegistry, RunReports],
})
export class JobsWorkerModule {}
