import type { WorkerPoolOptions } from '../../src/kernel/threads/pool-task';
import { WorkerPool } from '../../src/kernel/threads/worker-pool';
import { runSkillJob, type SkillJobOrder, skillJobHandler } from '../../src/modules/skills/sandbox/run-skill-job';
import type { RunJob, SkillThreadSettings, ThreadOutcome } from '../../src/modules/skills/sandbox/thread-job';

/** Threads for skills, for tests. */
export class SkillThreads {
  readonly pool: WorkerPool;

  constructor({ memoryBytes, ...options }: Partial<WorkerPoolOptions> & SkillThreadSettings) {
    this.pool = new WorkerPool({
      name: 'skill',
      maxThreads: 2,
      maxThreadsPerTenant: 2,
      keptThreads: 1,
      maxWaiting: 200,
      heapMb: 192,
      preload: skillJobHandler(),
      settings: { memoryBytes } satisfies SkillThreadSettings,
      ...options,
    });
  }

  run(order: SkillJobOrder): Promise<ThreadOutcome> {
    return runSkillJob(this.pool, order);
  }
}

/** Runs one module, for tests. */
export function runJob(
  code: string,
  { input = {}, ...members }: Partial<Omit<RunJob, 'input'>> & { readonly input?: unknown } = {},
): RunJob {
  return {
    kind: 'run',
    modules: { 'main.js': code },
    main: 'main.js',
    input: JSON.stringify(input),
    inputSchema: 'true',
    outputSchema: 'true',
    capabilities: [],
    about: { skill: 'test' },
    cpuMs: 300,
    wallMs: 5_000,
    ...members,
  };
}
