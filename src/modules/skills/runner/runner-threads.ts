import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import type { CallNode } from '../../../kernel/threads/call-slots';
import { SlowWork } from '../../../kernel/threads/slow-work';
import { WorkerPool } from '../../../kernel/threads/worker-pool';
import { JobFailure } from '../../jobs/contract/job-runner';
import { SKILL_LIMITS } from '../contract/skill-limits';
import { runSkillJob, type SkillJobOrder, skillJobHandler } from '../sandbox/run-skill-job';
import type { SkillFault, SkillThreadSettings, ThreadOutcome } from '../sandbox/thread-job';
import { skillsConfig, type SkillsConfig } from '../skills.config';

/** The number of idle threads that are kept for later runs. */
const KEPT = 2;
const MAX_WAITING = 10_000;
/** The heap size of a thread, for compiling schemas and checking values. The memory of sandboxes is separate. */
const HEAP_MB = 192;

/** The threads on which this worker runs tenants' code. */
@Injectable()
export class RunnerThreads implements OnModuleInit, OnApplicationShutdown {
  private readonly pool: WorkerPool;

  constructor(
    @InjectConfig(skillsConfig) { SKILLS_THREADS: maxThreads, SKILLS_MEMORY_MB: megabytes }: SkillsConfig,
    slowWork: SlowWork,
  ) {
    const half = Math.ceil(maxThreads / 2);
    this.pool = new WorkerPool({
      name: 'skill',
      maxThreads,
      maxThreadsPerTenant: half,
      // A tenant can use one thread for each level of nested calls, as long as one thread remains for other tenants.
      maxNestedThreadsPerTenant: Math.max(half, Math.min(SKILL_LIMITS.maxNesting + 1, maxThreads - 1)),
      keptThreads: KEPT,
      maxWaiting: MAX_WAITING,
      heapMb: HEAP_MB,
      preload: skillJobHandler(),
      settings: { memoryBytes: megabytes * 1_048_576 } satisfies SkillThreadSettings,
      slowWork,
    });
  }

  /** Not awaited, because preparing a thread must not delay startup. If a job arrives earlier, it starts its own thread. */
  onModuleInit(): void {
    void this.pool.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }

  run(order: SkillJobOrder): Promise<ThreadOutcome> {
    return runSkillJob(this.pool, order);
  }

  /**
   * Checks a value that was not created by code in a thread. @param parent the call that is waiting for the check. @returns the faults in
   * the value.
   */
  async misfits(
    {
      tenantId,
      parent,
      signal,
    }: { readonly tenantId: string; readonly parent: CallNode | null; readonly signal: AbortSignal },
    schema: unknown,
    value: string,
    pointer: string,
  ): Promise<readonly SkillFault[]> {
    if (schema === true) return [];
    const outcome = await this.run({
      tenantId,
      job: { kind: 'fit', schema: JSON.stringify(schema), value, pointer },
      signal,
      call: { parent, mayNest: false },
    });
    if (outcome.kind === 'fit') return outcome.faults;
    if (signal.aborted) throw signal.reason;
    const message =
      outcome.kind === 'limit' ? outcome.message : 'Checking the value against the schema takes too many resources.';
    throw new JobFailure('limit', message, { mayRetry: false });
  }
}
