import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { InjectConfig } from '../../kernel/config/config.module';
import { AppError } from '../../kernel/errors/app-error';
import { JOB_LIMITS } from './contract/job-limits';
import type { JobRequest } from './contract/job-request.types';
import { jobsConfig, type JobsConfig } from './jobs.config';
import { JobsRepository } from './storage/jobs.repository';

/** A worker that was heard of so lately counts as one that takes jobs: one that is being restarted refuses none. */
const HEARD_WITHIN_SECONDS = 900;
const TAKEN_FOR_MS = 1_000;
const COUNTED_FOR_MS = 1_000;
const COUNTED_TENANTS = 10_000;

/** How many jobs of a tenant wait: counted now and then, and what this process hands in added meanwhile. */
interface Count {
  waiting: number;
  readonly at: number;
}

/** Who may hand in what: whether any worker takes it, and whether there is room. */
@Injectable()
export class JobAdmission {
  private readonly counts = new LRUCache<string, Count>({ max: COUNTED_TENANTS });
  private taken: { readonly kinds: ReadonlySet<string>; readonly at: number } | null = null;

  constructor(
    private readonly repository: JobsRepository,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
  ) {}

  /**
   * @param depth how many jobs are above this one.
   * Errors: `unprocessable` when no worker takes the job; `rate_limited` when there is no room for it.
   */
  async assertRoom(tenantId: string, request: JobRequest, depth: number): Promise<void> {
    if (depth > JOB_LIMITS.maxDepth) {
      const words = `A job that was handed in by a job may have ${JOB_LIMITS.maxDepth} above it, and no more.`;
      throw new AppError('rate_limited', words);
    }
    await this.assertTaken(request);
    const count = await this.count(tenantId);
    if (count.waiting >= this.config.JOBS_MAX_QUEUED) {
      const words = `As many jobs wait as may (${this.config.JOBS_MAX_QUEUED}); hand in more when some have run.`;
      throw new AppError('rate_limited', words, { headers: { 'Retry-After': '60' } });
    }
    count.waiting += 1;
  }

  /** Errors: `unprocessable` when no worker takes the job. */
  async assertTaken({ type, kind }: JobRequest): Promise<void> {
    const isTaken = (kinds: ReadonlySet<string>): boolean => kinds.has(type) || kinds.has(`${type} ${kind}`);
    if (isTaken(await this.kinds())) return;
    // A worker may have come up just now.
    if (isTaken(await this.kinds(true))) return;
    const words = `No worker of this installation takes jobs of the type ${type} and the kind ${kind}.`;
    throw new AppError('unprocessable', words, {
      fields: [{ pointer: '/kind', code: 'no_runner', message: 'no worker takes it' }],
    });
  }

  private async kinds(isAsked = false): Promise<ReadonlySet<string>> {
    const now = performance.now();
    if (this.taken !== null && !isAsked && now - this.taken.at < TAKEN_FOR_MS) return this.taken.kinds;
    const rows = await this.repository.taken(HEARD_WITHIN_SECONDS);
    const kinds = new Set(rows.map(({ type, kind }) => (kind === null ? type : `${type} ${kind}`)));
    this.taken = { kinds, at: now };
    return kinds;
  }

  private async count(tenantId: string): Promise<Count> {
    const known = this.counts.get(tenantId);
    const now = performance.now();
    if (known && now - known.at < COUNTED_FOR_MS) return known;
    const count = { waiting: await this.repository.waiting(tenantId, this.config.JOBS_MAX_QUEUED), at: now };
    this.counts.set(tenantId, count);
    return count;
  }
}
