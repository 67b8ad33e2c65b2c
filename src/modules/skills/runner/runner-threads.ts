import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/config.module';
import type { SkillFault, ThreadOutcome } from '../sandbox/thread-job';
import { SkillThreads, type ThreadRun } from '../sandbox/skill-threads';
import { skillsConfig, type SkillsConfig } from '../skills.config';
import { JobFailure } from '../../jobs/contract/job-runner';

/** Threads that are kept for the next run. */
const KEPT = 2;
const MAX_WAITING = 10_000;

/** The threads in which this worker runs tenants' code. */
@Injectable()
export class RunnerThreads implements OnModuleInit, OnApplicationShutdown {
  private readonly threads: SkillThreads;

  constructor(@InjectConfig(skillsConfig) { SKILLS_THREADS: maxThreads, SKILLS_MEMORY_MB: megabytes }: SkillsConfig) {
    this.threads = new SkillThreads({
      maxThreads,
      maxPerOwner: Math.ceil(maxThreads / 2),
      kept: KEPT,
      maxWaiting: MAX_WAITING,
      memoryBytes: megabytes * 1_048_576,
    });
  }

  /** Not waited for: nobody is to come up later for it, and a job that comes sooner starts a thread by itself. */
  onModuleInit(): void {
    void this.threads.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.threads.close();
  }

  run(run: ThreadRun): Promise<ThreadOutcome> {
    return this.threads.run(run);
  }

  /** How a value that no code of the thread's makes does not fit its schema. */
  async misfits(owner: string, schema: unknown, value: string, pointer: string): Promise<readonly SkillFault[]> {
    if (schema === true) return [];
    const outcome = await this.threads.run({
      owner,
      job: { kind: 'fit', schema: JSON.stringify(schema), value, pointer },
      isNested: true,
    });
    if (outcome.kind === 'fit') return outcome.faults;
    throw new JobFailure('limit', 'The schema takes too much to check the value by.', { mayRetry: false });
  }
}
