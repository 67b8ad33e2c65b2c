/**
 * A worker process of the built product with the tests' own tasks and workflows, for tests that kill it. It reports the actions of
 * its tasks on standard output, each as a line of JSON: {"task", "job", "did", "at"}.
 *
 * Variables: WORKER_DATABASE_URL (the application's role) and any setting of the product.
 */
'use strict';
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');

const dist = (file) => require(path.resolve(__dirname, '../../dist/src', file));
const { BlobsModule } = dist('modules/files/blobs.module.js');
const { compose } = dist('kernel/composition/compose.js');
const { AuthPort } = dist('modules/auth/contract/auth.port.js');
const { EgressPort } = dist('modules/gates/contract/egress.port.js');
const { JobsBaseModule } = dist('modules/jobs/jobs-base.module.js');
const { JobsWorkerModule } = dist('modules/jobs/jobs-worker.module.js');
const { SyncTask } = dist('modules/jobs/contract/sync-task.js');
const { JobWorker } = dist('modules/jobs/engine/worker.js');
const { kernelOf } = dist('roles/kernel-of.js');
const { WorkflowsWorkerModule } = dist('modules/workflows/workflows-worker.module.js');
const { readSettings } = dist('roles/settings.js');
const { telemetryConfig } = dist('kernel/telemetry/telemetry.config.js');
const { createLogger } = dist('kernel/telemetry/logger.js');
const { NestLogger } = dist('kernel/telemetry/nest-logger.js');

const tell = (job, did) => process.stdout.write(`${JSON.stringify({ job, did, pid: process.pid, at: Date.now() })}\n`);

/** A configurable number of steps of a configurable length, each with a log line and progress. */
class Steps extends SyncTask {
  kind = 'test/steps';
  async run({ job, request }, run) {
    const { steps, ms } = request.input;
    for (let n = 1; n <= steps; n += 1) {
      await run.step(`step ${n}`, async () => {
        tell(job.id, `began ${n}`);
        await sleep(ms, undefined, { signal: run.signal }).catch((error) => {
          tell(job.id, `stopped ${n}`);
          throw error;
        });
        tell(job.id, `finished ${n}`);
        return n;
      });
      // From here on, this step never runs again.
      tell(job.id, `kept ${n}`);
      await run.log('stdout', `step ${n}\n`);
      run.progress({ percent: (100 * n) / steps });
    }
    return { steps };
  }
}

/** Three log lines and some progress. Returns its start time in Unix milliseconds. */
class Lines extends SyncTask {
  kind = 'test/lines';
  async run(_job, run) {
    const at = Date.now();
    run.progress({ stage: 'lines', percent: 50 });
    await run.log('stdout', 'one\ntwo\nthree\n');
    return { at };
  }
}

/** Sleeps for a configurable number of milliseconds. */
class Nap extends SyncTask {
  kind = 'test/nap';
  async run({ request }, run) {
    await sleep(request.input.ms, undefined, { signal: run.signal });
    return null;
  }
}

/** A worker needs a sidecar's address, but these tasks never call it. */
const SIDECAR = { CORESDK_SIDECAR_ADDR: '127.0.0.1:9', CORESDK_SERVICE_TOKEN: 'service-token-of-the-tests' };
const TASKS = [Steps, Lines, Nap];

class Core {}
/** Allows everything that runs here. Other tests cover the sidecar's decisions. */
class Authority {}
Module({
  providers: [
    { provide: EgressPort, useValue: { authorize: () => Promise.resolve({ allowed: true }) } },
    { provide: AuthPort, useValue: { authorizePrincipal: () => Promise.resolve({ allowed: true }) } },
  ],
  exports: [EgressPort, AuthPort],
})(Authority);
class Tasks {}
Module({ providers: TASKS })(Tasks);
const HOSTED = [Authority, Tasks, BlobsModule, JobsBaseModule, JobsWorkerModule, WorkflowsWorkerModule];

async function main() {
  const { WORKER_DATABASE_URL: databaseUrl, ...environment } = process.env;
  const settings = readSettings({ NODE_ENV: 'test', LOG_LEVEL: 'warn', ...SIDECAR, ...environment, ROLE: 'worker' });
  const logger = createLogger(settings.of(telemetryConfig).LOG_LEVEL, 'worker');
  const kernel = kernelOf({ settings, logger, store: { appUrl: databaseUrl }, certificates: null });
  const context = await NestFactory.createApplicationContext(
    { module: Core, imports: [...compose(HOSTED, kernel)] },
    { logger: new NestLogger(logger), abortOnError: false },
  );
  process.on('SIGTERM', () => {
    tell('', 'sigterm');
    void context.close().then(() => process.exit(0));
  });
  const worker = context.get(JobWorker, { strict: false });
  // Before this report, callers cannot submit jobs that only this worker accepts.
  while (worker.missing() !== null) await sleep(10);
  tell('', 'ready');
}

void main();
