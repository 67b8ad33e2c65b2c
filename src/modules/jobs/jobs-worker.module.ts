import { type DynamicModule, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { AuthoritySweeper } from './authority-sweeper';
import { InlineJobsPort } from './contract/inline-jobs.port';
import type { JobRunner } from './contract/job-runner';
import type { SyncTask } from './contract/sync-task';
import { Dispatcher } from './engine/dispatcher';
import { DurableEngine } from './engine/durable-engine';
import { HeldRuns } from './engine/held-runs';
import { InlineJobs } from './engine/inline-jobs';
import { InlineRuns } from './engine/inline-runs';
import { InlineWrites } from './engine/inline-writes';
import { IS_EAGER, JobExecutor } from './engine/job-executor';
import { Membership, PROTOCOL } from './engine/membership';
import { RunAuthority } from './engine/run-authority';
import { RunFactory } from './engine/run-factory';
import { RunReports } from './engine/run-reports';
import { RunnerRegistry, RUNNERS } from './engine/runner-registry';
import { SYNC_TASKS, SyncRunner } from './engine/sync.runner';
import { JOBS_DATABASE_URL } from './job-bell-listener';
import { JobChildren } from './job-children';
import { JobSweeper } from './job-sweeper';
import { JobsWithoutRunner } from './jobs-without-runner';
import { LogCommits } from './logs/log-commits';
import { StoredRunLogs } from './logs/stored-run-logs';
import { StoredRunOutputs } from './outputs/stored-run-outputs';
import { InputsOfRuns } from './run/inputs-of-runs';
import { RunInputs, RunLogs, RunOutputs, RunSecrets } from './run/run-ports';
import { SecretsOfRuns } from './run/secrets-of-runs';
import { ScheduleAuthority } from './schedules/schedule-authority';
import { ScheduleClock } from './schedules/schedule-clock';
import { DispatchRepository } from './storage/dispatch.repository';
import { ExecutorsRepository } from './storage/executors.repository';
import { InlineJobsRepository } from './storage/inline-jobs.repository';
import { LogsRepository } from './storage/logs.repository';
import { OutputsRepository } from './storage/outputs.repository';
import { StandingRepository } from './storage/standing.repository';
import { ScheduleTicksRepository } from './storage/schedule-ticks.repository';

/** What a process runs jobs with. */
export interface JobsWorkerOptions {
  /** The `JobsBaseModule` of the process. */
  readonly base: DynamicModule;
  /** Modules that provide and export the runners and tasks. */
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  /** Beside that of the tasks. */
  readonly runners: readonly Type<JobRunner>[];
  readonly tasks: readonly Type<SyncTask>[];
  /** Whether running jobs is what the process is for: then it is ready for them before there are any. */
  readonly isEager?: boolean;
}

/**
 * Jobs at once, for those who wait for them in this process: none do in one that is there to run jobs, which holds no
 * `MASTER_KEY` either to keep their answers by.
 */
const INLINE = [InlineJobsRepository, InlineWrites, InlineRuns, { provide: InlineJobsPort, useClass: InlineJobs }];

/** Runs jobs, with whatever runners the role has. */
@Module({})
export class JobsWorkerModule {
  static host({ base, imports, runners, tasks, isEager = false }: JobsWorkerOptions): DynamicModule {
    return {
      module: JobsWorkerModule,
      imports: [base, ...imports],
      providers: [
        DispatchRepository,
        ExecutorsRepository,
        LogsRepository,
        LogCommits,
        OutputsRepository,
        ScheduleTicksRepository,
        JobChildren,
        HeldRuns,
        ...(isEager ? [] : INLINE),
        Membership,
        Dispatcher,
        RunReports,
        RunAuthority,
        RunFactory,
        RunnerRegistry,
        SyncRunner,
        JobExecutor,
        ScheduleAuthority,
        ScheduleClock,
        StandingRepository,
        AuthoritySweeper,
        JobSweeper,
        JobsWithoutRunner,
        { provide: IS_EAGER, useValue: isEager },
        { provide: SYNC_TASKS, inject: [...tasks], useFactory: (...made: SyncTask[]) => made },
        {
          provide: RUNNERS,
          inject: [SyncRunner, ...runners],
          useFactory: (sync: SyncRunner, ...made: JobRunner[]) => (sync.kinds.length === 0 ? made : [sync, ...made]),
        },
        {
          provide: DurableEngine,
          inject: [JOBS_DATABASE_URL, LOGGER],
          useFactory: (databaseUrl: string, logger: Logger) =>
            new DurableEngine({ databaseUrl, protocol: PROTOCOL, logger }),
        },
        { provide: RunLogs, useClass: StoredRunLogs },
        { provide: RunOutputs, useClass: StoredRunOutputs },
        { provide: RunSecrets, useClass: SecretsOfRuns },
        { provide: RunInputs, useClass: InputsOfRuns },
      ],
      exports: isEager ? [] : [InlineJobsPort],
    };
  }
}
