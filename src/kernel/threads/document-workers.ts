import os from 'node:os';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { SlowWork } from './slow-work';
import { WorkerPool } from './worker-pool';

const MAX_THREADS = Math.min(4, Math.max(2, os.availableParallelism() - 1));

/**
 * The threads of this process that parse and check tenants' documents that are too large for the main thread but take only seconds.
 * Tenants' code and policies have separate pools, so that they do not wait for a long document.
 */
@Injectable()
export class DocumentWorkers extends WorkerPool implements OnModuleDestroy {
  constructor(slowWork: SlowWork) {
    super({
      name: 'document',
      maxThreads: MAX_THREADS,
      maxThreadsPerTenant: MAX_THREADS - 1,
      keptThreads: 0,
      maxWaiting: 1_024,
      maxWaitingBytes: 128 * 1024 * 1024,
      heapMb: 512,
      slowWork,
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.close();
  }
}
