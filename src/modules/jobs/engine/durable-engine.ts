import { AsyncLocalStorage } from 'node:async_hooks';
import { DBOS, DBOSClient, type DLogger, Error as engineErrors } from '@dbos-inc/dbos-sdk';
import { Pool, type PoolClient } from 'pg';
import { boundedConnections } from '../../../kernel/database/bounded-connection';
import type { Logger } from '../../../kernel/telemetry/logger';
import { settledWithin } from '../../../kernel/time/settled-within';

/** Runs a job that was given to this process, to its end. */
export type RunJob = (jobId: string) => Promise<void>;

/** Begins and records the durable steps of one run. */
export type TakeStep = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export interface DurableEngineOptions {
  /** URL of the application's role. */
  readonly databaseUrl: string;
  /** Number of the protocol by which jobs are run: another one where replay would differ. */
  readonly protocol: number;
  readonly logger: Logger;
}

const APPLICATION = 'coresdk';
const WORKFLOW = 'job';
const CONNECTIONS = 8;
/** Longest that a statement of the engine may take. */
const STATEMENT_MS = 10_000;
/** What each part of the end may take; then its connections are closed. */
const END_WITHIN_MS = 2_000;
/** What a queue is looked at for: jobs that are run on, a rarity. */
const QUEUE_EVERY_MS = 100;
/** The engine's own schedules are not used. */
const NEVER_MS = 24 * 3_600_000;
/** How often a job is run on is counted by this product, not by the engine. */
const UNCOUNTED = 1_000_000;

/** The engine is one in a process: so is what it calls. */
let current: RunJob | null = null;
let workflow: ((jobId: string) => Promise<void>) | null = null;

/** What the engine gives up a run with: it was cancelled, or is another's by now. */
export function isGivenUp(thrown: unknown): boolean {
  return (
    thrown instanceof engineErrors.DBOSWorkflowConflictError ||
    thrown instanceof engineErrors.DBOSWorkflowCancelledError
  );
}

/**
 * DBOS, which makes the running of a job durable: each run is a workflow with the job's id, of which it keeps what each
 * finished step gave. Which jobs run, where and when, is not its business. One in a process.
 */
export class DurableEngine {
  private store: { readonly pool: Pool; readonly connections: ReadonlySet<PoolClient> } | null = null;
  /** Outside any run: what is begun within one would be its child. */
  private readonly outside = AsyncLocalStorage.snapshot();

  constructor(private readonly options: DurableEngineOptions) {}

  /** Begins to take runs as a worker. Throws while the engine's schema is older than this build, or the store is away. */
  async launch(executorId: string, run: RunJob): Promise<void> {
    if (current !== null) throw new Error('The engine of jobs runs in this process already.');
    current = run;
    workflow ??= DBOS.registerWorkflow((jobId: string) => runCurrent(jobId), {
      name: WORKFLOW,
      maxRecoveryAttempts: UNCOUNTED,
    });
    const { databaseUrl, protocol, logger } = this.options;
    const queue = queueOf(executorId);
    const connections = new Set<PoolClient>();
    const pool = new Pool({
      connectionString: databaseUrl,
      max: CONNECTIONS,
      application_name: 'coresdk-jobs',
      statement_timeout: STATEMENT_MS,
      ...boundedConnections(STATEMENT_MS),
    });
    // The next query tells.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => connections.add(client));
    pool.on('remove', (client) => connections.delete(client));
    this.store = { pool, connections };
    const { store: own } = this;
    const store = { systemDatabaseUrl: databaseUrl, systemDatabasePool: pool };
    DBOS.setConfig({
      name: APPLICATION,
      ...store,
      executorID: executorId,
      applicationVersion: String(protocol),
      runMigrations: false,
      useListenNotify: false,
      enableOTLP: false,
      tracingEnabled: false,
      schedulerPollingIntervalMs: NEVER_MS,
      maxConcurrentQueueDispatches: 1,
      listenQueues: [queue],
      logger: engineLogger(logger),
    });
    try {
      await registerQueue({ ...store, applicationName: APPLICATION, logger: engineLogger(logger) }, queue);
      await this.outside(() => DBOS.launch());
    } catch (error) {
      // Unless it was stopped meanwhile.
      if (this.store === own) await this.stop(0);
      throw error;
    }
  }

  /** Begins the run of a job that the engine does not know yet. Resolves when it is recorded; the run goes on. */
  async start(jobId: string): Promise<void> {
    const job = workflow;
    if (job === null) throw new Error('The engine of jobs was not launched.');
    await this.outside(() => DBOS.startWorkflow(job, { workflowID: jobId })(jobId));
  }

  /** Within a run: how it takes its steps, from wherever it is called. */
  steps(): TakeStep {
    // The engine knows the run by its asynchronous context, which what an event calls back does not have.
    const inRun = AsyncLocalStorage.snapshot();
    return (name, work) => inRun(() => DBOS.runStep(work, { name }));
  }

  /** Takes no runs any more; resolves soon after `waitMs`, whatever the store does. @param waitMs for those that go on. */
  async stop(waitMs: number): Promise<void> {
    const { store } = this;
    this.store = null;
    const shutdown = DBOS.shutdown({ workflowCompletionTimeoutMS: waitMs });
    try {
      await settledWithin(shutdown, waitMs + END_WITHIN_MS);
      if (store === null) return;
      await settledWithin(store.pool.end(), END_WITHIN_MS);
      // What is left waits for a server that does not answer, and so does the engine.
      for (const client of store.connections) void client.end().catch(() => undefined);
      if (!(await settledWithin(shutdown, END_WITHIN_MS))) throw new Error('The engine of jobs did not end in time.');
    } finally {
      current = null;
    }
  }
}

async function runCurrent(jobId: string): Promise<void> {
  await current?.(jobId);
}

/** Where runs come in that are run on. The store's function `jobs.resume_run` knows the name too. */
function queueOf(executorId: string): string {
  return `jobs-${executorId}`;
}

/** Before the launch: the engine looks only now and then for queues that have come since. */
async function registerQueue(client: Parameters<typeof DBOSClient.create>[0], queue: string): Promise<void> {
  const made = await DBOSClient.create(client);
  try {
    await made.registerQueue(queue, { minPollingIntervalMs: QUEUE_EVERY_MS });
  } finally {
    await made.destroy();
  }
}

/** What the engine says is of interest to who looks into it only: what a job comes to is told by this product. */
function engineLogger(logger: Logger): DLogger {
  const say = (entry: string): void => {
    logger.debug({ part: 'dbos' }, entry);
  };
  return { debug: say, info: say, warn: say, error: say };
}
