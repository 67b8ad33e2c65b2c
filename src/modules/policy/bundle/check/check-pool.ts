import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AppError, outage } from '../../../../kernel/errors/app-error';
import type { CheckBundleJob, CheckedBundle, CheckJob, CheckOutcome, DryRunAnswer, DryRunJob } from './check-job';
import { CheckThread } from './check-thread';

/** Threads at once. Bundles are uploaded by people and pipelines; two leave the other cores to requests. */
const MAX_THREADS = 2;
/** Jobs that wait for a thread; beyond it the answer is "not now" rather than a wait of minutes. */
const MAX_WAITING = 32;
/** Of one tenant, who has one thread at most: nobody's bundles keep another's from being checked. */
const MAX_WAITING_PER_TENANT = 8;

interface Waiting {
  readonly tenantId: string;
  readonly job: CheckJob;
  readonly resolve: (outcome: CheckOutcome<CheckedBundle | DryRunAnswer>) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Runs what tenants send (unpacking, compiling, testing, dry runs) in threads of its own with limits on memory and time,
 * so that no bundle can hold up a request of anybody else.
 */
@Injectable()
export class CheckPool implements OnModuleDestroy {
  private readonly idle: CheckThread[] = [];
  private readonly waiting: Waiting[] = [];
  /** Threads at work, and whose. */
  private readonly busy = new Map<CheckThread, string>();
  private closed = false;

  /** Errors: `unavailable` when too many wait. */
  check(tenantId: string, job: CheckBundleJob): Promise<CheckOutcome<CheckedBundle>> {
    return this.run(tenantId, job) as Promise<CheckOutcome<CheckedBundle>>;
  }

  /** Errors: `unavailable` when too many wait. */
  dryRun(tenantId: string, job: DryRunJob): Promise<CheckOutcome<DryRunAnswer>> {
    return this.run(tenantId, job) as Promise<CheckOutcome<DryRunAnswer>>;
  }

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    for (const { reject } of this.waiting.splice(0)) reject(stopping());
    await Promise.all([...this.idle, ...this.busy.keys()].map((thread) => thread.end()));
  }

  private run(tenantId: string, job: CheckJob): Promise<CheckOutcome<CheckedBundle | DryRunAnswer>> {
    if (this.closed) return Promise.reject(stopping());
    const own = this.waiting.filter((waiting) => waiting.tenantId === tenantId).length;
    if (own >= MAX_WAITING_PER_TENANT || this.waiting.length >= MAX_WAITING) {
      return Promise.reject(outage('overloaded', { words: 'Too many policy bundles are being checked; try again.' }));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ tenantId, job, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    if (this.busy.size >= MAX_THREADS) return;
    const served = new Set(this.busy.values());
    const index = this.waiting.findIndex(({ tenantId }) => !served.has(tenantId));
    const [waiting] = index === -1 ? [] : this.waiting.splice(index, 1);
    if (!waiting) return;
    const thread = this.idle.pop() ?? new CheckThread();
    this.busy.set(thread, waiting.tenantId);
    thread
      .run(waiting.job)
      .then(waiting.resolve, waiting.reject)
      .finally(() => {
        this.busy.delete(thread);
        if (thread.usable && !this.closed) this.keep(thread);
        this.next();
      });
  }

  /** A thread that has its code loaded is worth keeping for a while. */
  private keep(thread: CheckThread): void {
    this.idle.push(thread);
    thread.endWhenIdle(() => {
      const index = this.idle.indexOf(thread);
      if (index !== -1) this.idle.splice(index, 1);
      return index !== -1;
    });
  }
}

function stopping(): AppError {
  return new AppError('unavailable', 'The server is stopping; try again.');
}
