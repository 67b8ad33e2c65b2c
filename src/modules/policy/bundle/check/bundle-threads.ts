import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { SlowWork } from '../../../../kernel/threads/slow-work';
import { TaskStopped } from '../../../../kernel/threads/task-stopped';
import { workerFile } from '../../../../kernel/threads/worker-file';
import { WorkerPool } from '../../../../kernel/threads/worker-pool';
import type { TriedDocuments } from '../../contract/policy-bundles.port';
import type { BundleFault } from '../../contract/policy-bundles.types';
import type {
  CheckBundleJob,
  CheckedBundle,
  CheckJob,
  CheckOutcome,
  DocumentsJob,
  DryRunAnswer,
  DryRunJob,
} from './check-job';

/** The total CPU time of one job, including up to 10 s for its tests. */
export const JOB_CPU_MS = 20_000;

/**
 * The threads that unpack, compile and test bundles, and run dry runs. Two threads leave the other cores to requests, and a tenant can
 * occupy only one of them. They are separate from the document threads, because a bundle's tests can take ten seconds.
 */
@Injectable()
export class BundleThreads implements OnModuleDestroy {
  private readonly pool: WorkerPool;

  constructor(slowWork: SlowWork) {
    this.pool = new WorkerPool({
      name: 'policy-bundle',
      maxThreads: 2,
      maxThreadsPerTenant: 1,
      keptThreads: 0,
      maxWaiting: 32,
      heapMb: 512,
      slowWork,
    });
  }

  /** Checks a bundle. Errors: `unavailable` when too many jobs are waiting. */
  check(tenantId: string, job: CheckBundleJob): Promise<CheckOutcome<CheckedBundle>> {
    return this.run(tenantId, job);
  }

  /** Runs a dry run. Errors: `unavailable` when too many jobs are waiting. */
  dryRun(tenantId: string, job: DryRunJob): Promise<CheckOutcome<DryRunAnswer>> {
    return this.run(tenantId, job);
  }

  /** Evaluates documents. Errors: `unavailable` when too many jobs are waiting. */
  documents(tenantId: string, job: DocumentsJob): Promise<CheckOutcome<TriedDocuments>> {
    return this.run(tenantId, job);
  }

  async onModuleDestroy(): Promise<void> {
    await this.pool.close();
  }

  private async run<Value>(tenantId: string, payload: CheckJob): Promise<CheckOutcome<Value>> {
    const handler = workerFile(__dirname, 'check.handler.js');
    try {
      return await this.pool.run({ kind: 'policy.bundle', tenantId, handler, payload, cpuMs: JOB_CPU_MS });
    } catch (error) {
      if (!(error instanceof TaskStopped)) throw error;
      if (error.reason === 'cpu') return tooMuch(`more than ${JOB_CPU_MS / 1_000} s of CPU time`);
      if (error.reason === 'memory') return tooMuch('too much memory');
      throw error;
    }
  }
}

function tooMuch(what: string): { readonly ok: false; readonly faults: readonly BundleFault[] } {
  const message = `Checking the bundle took ${what}. Make its data or tests smaller.`;
  return { ok: false, faults: [{ file: '', row: null, col: null, code: 'limit_exceeded', message }] };
}
