import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { telemetryConfig } from '../../src/kernel/telemetry/telemetry.config';
import { type CallContext, systemContext } from '../../src/kernel/context/call-context';
import type { Environment } from '../../src/kernel/config/config-section';
import { compose } from '../../src/kernel/composition/compose';
import { KernelModule } from '../../src/kernel/composition/kernel.module';
import { createLogger } from '../../src/kernel/telemetry/logger';
import { NestLogger } from '../../src/kernel/telemetry/nest-logger';
import { AuthPort } from '../../src/modules/auth/contract/auth.port';
import { BlobsModule } from '../../src/modules/files/blobs.module';
import { ObjectUrlsModule } from '../../src/modules/files/object-urls.module';
import { JobSchedulesPort } from '../../src/modules/jobs/contract/job-schedules.port';
import type { JobRunner } from '../../src/modules/jobs/contract/job-runner';
import type { SyncTask } from '../../src/modules/jobs/contract/sync-task';
import { isTerminal, type Job, type JobEvent, type JobState } from '../../src/modules/jobs/contract/job.types';
import { JobsPort } from '../../src/modules/jobs/contract/jobs.port';
import { InlineJobsModule } from '../../src/modules/jobs/inline-jobs.module';
import { JobsBaseModule } from '../../src/modules/jobs/jobs-base.module';
import { JobsModule } from '../../src/modules/jobs/jobs.module';
import { JobsWorkerModule } from '../../src/modules/jobs/jobs-worker.module';
import { kernelOf } from '../../src/roles/kernel-of';
import { readSettings } from '../../src/roles/settings';
import type { TestDatabase } from './test-database';

/** A process that accepts jobs and runs them with the test's own runners and tasks. */
export interface JobsWorld {
  readonly jobs: JobsPort;
  readonly schedules: JobSchedulesPort;
  readonly get: <T>(token: Type<T> | (abstract new (...args: never[]) => T)) => T;
  /** Returns all events of a job, until its end. */
  readonly story: (context: CallContext, id: string) => Promise<readonly JobEvent[]>;
  /** Returns the job once it has ended. */
  readonly ended: (context: CallContext, id: string) => Promise<Job>;
  readonly close: () => Promise<void>;
}

export interface JobsWorldOptions {
  readonly runners?: readonly Type<JobRunner>[];
  readonly tasks?: readonly Type<SyncTask>[];
  readonly environment?: Environment;
  /** Decides about principals; by default, everything is allowed. */
  readonly auth?: Pick<AuthPort, 'authorizePrincipal'>;
}

const ALLOWS: Pick<AuthPort, 'authorizePrincipal'> = {
  authorizePrincipal: () => Promise.resolve({ allowed: true }),
};

/** Returns the context of a call that the installation makes within a tenant. */
export function inTenant(tenantId: string, more: Partial<CallContext> = {}): CallContext {
  return { ...systemContext('req-jobs', tenantId), ...more };
}

export async function openJobsWorld(database: TestDatabase, options: JobsWorldOptions): Promise<JobsWorld> {
  const { runners = [], tasks = [], environment = {} } = options;
  const settings = readSettings({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    MASTER_KEY: 'master-key-of-the-tests-0123456789abcdef',
    CONTROL_PLANE_TOKEN: 'control-plane-token-of-the-tests',
    DATABASE_POOL_SIZE: '10',
    ...environment,
  });
  const logger = createLogger(settings.of(telemetryConfig).LOG_LEVEL, 'jobs');
  const auth = { provide: AuthPort, useValue: { ...ALLOWS, ...options.auth } };
  @Module({ providers: [auth], exports: [AuthPort] })
  class GivenAuth {}
  @Module({ imports: [KernelModule], providers: [...runners, ...tasks] })
  class GivenRunners {}
  const hosted = [
    GivenAuth,
    GivenRunners,
    BlobsModule,
    ObjectUrlsModule,
    JobsBaseModule,
    JobsModule,
    JobsWorkerModule,
    InlineJobsModule,
  ];
  const kernel = kernelOf({ settings, logger, store: database, certificates: null });
  const context = await NestFactory.createApplicationContext(
    { module: JobsWorldCore, imports: [...compose(hosted, kernel)] },
    { logger: new NestLogger(logger), abortOnError: false },
  );
  const jobs = context.get(JobsPort);
  const story = async (caller: CallContext, id: string): Promise<readonly JobEvent[]> => {
    const events: JobEvent[] = [];
    const order = { afterSeq: 0, signal: AbortSignal.timeout(120_000) };
    for await (const event of jobs.watch(caller, id, order)) events.push(event);
    return events;
  };
  return {
    jobs,
    schedules: context.get(JobSchedulesPort),
    get: (token) => context.get(token as Type),
    story,
    ended: async (caller, id) => {
      const last = (await story(caller, id)).at(-1);
      if (last === undefined || !isTerminal(last.type as JobState)) throw new Error(`The job ${id} has not ended.`);
      return jobs.get(caller, id);
    },
    close: () => context.close(),
  };
}

@Module({})
class JobsWorldCore {}
