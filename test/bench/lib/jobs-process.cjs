/**
 * Runs only our job engine, from the built product: `node jobs-process.cjs PORT DATABASE_URL`. It submits jobs to `JobsPort` in the same
 * way as a call. A run counts as ended when the job's code has returned.
 */
'use strict';
const path = require('node:path');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');

const dist = (file) => require(path.resolve(__dirname, '../../../dist/src', file));
const { BlobsModule } = dist('modules/files/blobs.module.js');
const { ObjectUrlsModule } = dist('modules/files/object-urls.module.js');
const { compose } = dist('kernel/composition/compose.js');
const { systemContext } = dist('kernel/context/call-context.js');
const { AuthPort } = dist('modules/auth/contract/auth.port.js');
const { InlineJobsModule } = dist('modules/jobs/inline-jobs.module.js');
const { InlineJobsPort } = dist('modules/jobs/contract/inline-jobs.port.js');
const { JobsBaseModule } = dist('modules/jobs/jobs-base.module.js');
const { JobsModule } = dist('modules/jobs/jobs.module.js');
const { JobsPort } = dist('modules/jobs/contract/jobs.port.js');
const { JobsWorkerModule } = dist('modules/jobs/jobs-worker.module.js');
const { SyncTask } = dist('modules/jobs/contract/sync-task.js');
const { kernelOf } = dist('roles/kernel-of.js');
const { readSettings } = dist('roles/settings.js');
const { createLogger } = dist('kernel/telemetry/logger.js');
const { NestLogger } = dist('kernel/telemetry/nest-logger.js');

const TENANTS = Array.from({ length: 20 }, (_, n) => `tnt-${String(n).padStart(26, '0')}`);
const [port, appUrl] = process.argv.slice(2);

/** The callbacks that wait for a job's code, by job id, and the ids of jobs whose code ended before their submitter received a response. */
const waiting = new Map();
const early = new Set();
function isOver(id) {
  const resolve = waiting.get(id);
  if (resolve === undefined) early.add(id);
  else resolve();
  waiting.delete(id);
}

class Nothing extends SyncTask {
  kind = 'bench/no-op';
  async run({ job }) {
    isOver(job.id);
    return null;
  }
}

/** A job for a caller that waits for its end. */
class Plain extends SyncTask {
  kind = 'bench/plain';
  async run() {
    return null;
  }
}

class Steps extends SyncTask {
  kind = 'bench/steps';
  async run({ job }, run) {
    for (const name of ['a', 'b', 'c']) await run.step(name, async () => name);
    isOver(job.id);
    return null;
  }
}

/** Allows everything that runs here. */
class Authority {}
Module({
  providers: [{ provide: AuthPort, useValue: { authorizePrincipal: () => Promise.resolve({ allowed: true }) } }],
  exports: [AuthPort],
})(Authority);
class Tasks {}
Module({ providers: [Nothing, Plain, Steps] })(Tasks);
class Core {}
const HOSTED = [
  Authority,
  Tasks,
  BlobsModule,
  ObjectUrlsModule,
  JobsBaseModule,
  JobsModule,
  JobsWorkerModule,
  InlineJobsModule,
];

async function main() {
  const settings = readSettings({ ...process.env, NODE_ENV: 'test', DATABASE_POOL_SIZE: '10' });
  const logger = createLogger('warn', 'jobs');
  const kernel = kernelOf({ settings, logger, store: { appUrl }, certificates: null });
  const context = await NestFactory.createApplicationContext(
    { module: Core, imports: [...compose(HOSTED, kernel)] },
    { logger: new NestLogger(logger), abortOnError: false },
  );
  const [jobs, inline] = [context.get(JobsPort), context.get(InlineJobsPort)];
  const callOf = (n) => systemContext('req-bench', TENANTS[n % TENANTS.length]);
  const queued = async (n, kind) => {
    const { id } = await jobs.submit(callOf(n), { type: 'sync', kind });
    if (!early.delete(id)) await new Promise((resolve) => waiting.set(id, resolve));
  };
  const works = {
    'no-op': (n) => queued(n, 'bench/no-op'),
    steps: (n) => queued(n, 'bench/steps'),
    inline: async (n) => {
      const job = await inline.run(callOf(n), { type: 'sync', kind: 'bench/plain' }, { withinMs: 30_000 });
      if (job?.state !== 'succeeded') throw new Error(`An inline run ended as ${job?.state}.`);
    },
  };
  const { serveRuns } = await import('./serve-runs.mjs');
  serveRuns(port, works);
}

void main();
