import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type ThreadRun, SkillThreads } from './skill-threads';
import type { ThreadOutcome } from './thread-job';

/** What checks need of a sandbox, which compiles and runs nothing. */
const MEMORY_BYTES = 64 * 1_048_576;

/** Threads in which definitions and values are checked. No code of a tenant runs in them. */
@Injectable()
export class CheckThreads implements OnModuleDestroy {
  private readonly threads = new SkillThreads({
    maxThreads: 2,
    maxPerOwner: 1,
    kept: 1,
    maxWaiting: 1_024,
    memoryBytes: MEMORY_BYTES,
  });

  /** Errors: `unavailable` when too much waits. */
  run(run: Omit<ThreadRun, 'host' | 'isNested'>): Promise<ThreadOutcome> {
    return this.threads.run(run);
  }

  onModuleDestroy(): Promise<void> {
    return this.threads.close();
  }
}
