import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { InjectConfig } from '../../kernel/config/inject-config';
import { AppError } from '../../kernel/errors/app-error';
import { maxEntries } from '../../kernel/memory/max-entries';
import { JOB_LIMITS } from './contract/job-limits';
import type { JobRequest } from './contract/job-request.types';
import { jobsConfig, type JobsConfig } from './jobs.config';
import { JobsRepository } from './storage/jobs.repository';

/** A worker that sent a heartbeat within this time counts as accepting jobs, so that no job is refused while a worker restarts. */
const HEARTBEAT_WITHIN_SECONDS = 900;
const TAKEN_FOR_MS = 1_000;
const COUNTED_FOR_MS = 1_000;
const COUNTED_TENANTS = 10_000;

/** The number of a tenant's waiting jobs: the last periodic count, plus the jobs that this process has submitted since. */
interface Count {
  waiting: number;
}

/** A pending or recent database query; concurrent callers share its result. */
interface Asked<Answer> {
  readonly answer: Promise<Answer>;
  readonly at: number;
}

/** Decides whether a job can be submitted: a worker must accept the job, and the tenant must be below its limit. */
@Injectable()
export class JobAdmission {
  private readonly counts = new LRUCache<string, Asked<Count>>(maxEntries(COUNTED_TENANTS));
  private taken: Asked<ReadonlySet<string>> | null = null;

  constructor(
    private readonly repository: JobsRepository,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
  ) {}

  /**
   * Throws unless a job can be submitted now.
   * @param depth the number of ancestors of the job.
   * Errors: `unprocessable` when no worker accepts the job; `rate_limited` when the tenant is at its limit.
   */
  async assertRoom(tenantId: string, request: JobRequest, depth: number): Promise<void> {
    if (depth > JOB_LIMITS.maxDepth) {
      const message = `A job can have at most ${JOB_LIMITS.maxDepth} jobs above it. Reduce the nesting of jobs.`;
      throw new AppError('rate_limited', message);
    }
    await this.assertTaken(request);
    const count = await this.count(tenantId);
    if (count.waiting >= this.config.JOBS_MAX_QUEUED) {
      const message = `The limit of ${this.config.JOBS_MAX_QUEUED} waiting jobs is reached. Submit more when some have run.`;
      throw new AppError('rate_limited', message, { headers: { 'Retry-After': '60' } });
    }
    count.waiting += 1;
  }

  /** Throws unless a worker accepts the job. Errors: `unprocessable`. */
  async assertTaken({ type, kind }: JobRequest): Promise<void> {
    const isTaken = (kinds: ReadonlySet<string>): boolean => kinds.has(type) || kinds.has(`${type} ${kind}`);
    const known = this.taken;
    if (isFresh(known, TAKEN_FOR_MS) && isTaken(await known.answer)) return;
    // A worker that accepts the kind might have just started.
    if (isTaken(await this.askKinds())) return;
    const message = `No worker of this installation accepts jobs of type ${type} and kind ${kind}.`;
    throw new AppError('unprocessable', message, {
      fields: [{ pointer: '/kind', code: 'no_runner', message: 'no worker takes it' }],
    });
  }

  private askKinds(): Promise<ReadonlySet<string>> {
    const asked = { answer: this.kinds(), at: performance.now() };
    this.taken = asked;
    asked.answer.catch(() => {
      if (this.taken === asked) this.taken = null;
    });
    return asked.answer;
  }

  private async kinds(): Promise<ReadonlySet<string>> {
    const rows = await this.repository.taken(HEARTBEAT_WITHIN_SECONDS);
    return new Set(rows.map(({ type, kind }) => (kind === null ? type : `${type} ${kind}`)));
  }

  private count(tenantId: string): Promise<Count> {
    const known = this.counts.get(tenantId);
    if (isFresh(known, COUNTED_FOR_MS)) return known.answer;
    const asked = { answer: this.counted(tenantId), at: performance.now() };
    this.counts.set(tenantId, asked);
    asked.answer.catch(() => {
      if (this.counts.peek(tenantId) === asked) this.counts.delete(tenantId);
    });
    return asked.answer;
  }

  private async counted(tenantId: string): Promise<Count> {
    return { waiting: await this.repository.waiting(tenantId, this.config.JOBS_MAX_QUEUED) };
  }
}

function isFresh<Answer>(asked: Asked<Answer> | null | undefined, forMs: number): asked is Asked<Answer> {
  return asked !== null && asked !== undefined && performance.now() - asked.at < forMs;
}
