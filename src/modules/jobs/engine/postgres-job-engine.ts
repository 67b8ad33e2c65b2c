import { Injectable } from '@nestjs/common';
import { GroupCommit } from '../../../kernel/batching/group-commit';
import { InjectConfig } from '../../../kernel/config/inject-config';
import type { Tx } from '../../../kernel/database/sql';
import type { Job } from '../contract/job.types';
import { JobNotifier } from '../job-notifier';
import { jobsConfig, type JobsConfig } from '../jobs.config';
import { type JobRow, toJob } from '../storage/job.row';
import { type JobInsert, JobsRepository, type NewJobRow } from '../storage/jobs.repository';
import { JobEngine, type NewEngineJob } from './job-engine';

const MAX_BATCH = 100;
const MAX_PENDING = 10_000;

/** A place of this process that is kept for a job while that is written. */
export interface SlotReservation {
  readonly executorId: string;
  /** True when a run begins as it is given. */
  readonly begins: boolean;
  /** Runs the job that the place was kept for. */
  readonly begin: (row: JobRow) => void;
  readonly giveBack: () => void;
}

/** Keeps a place for a job where this process has one; `null` where it has none. */
export type ReserveSlot = (job: JobInsert) => SlotReservation | null;

interface Entry {
  readonly job: NewEngineJob;
  readonly place: SlotReservation | null;
  row: JobRow | null;
}

/**
 * Jobs in PostgreSQL: the row of a job is its place in the queue. Those that are submitted in one moment are one transaction.
 * Where this process runs jobs and has a place, a job is given to it as it is written.
 */
@Injectable()
export class PostgresJobEngine extends JobEngine {
  private readonly commits: GroupCommit<Entry>;
  private keepPlace: ReserveSlot = () => null;

  constructor(
    private readonly repository: JobsRepository,
    private readonly bells: JobNotifier,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
  ) {
    super();
    this.commits = new GroupCommit<Entry>({
      write: (entries) => this.write(entries),
      maxBatch: MAX_BATCH,
      maxPending: MAX_PENDING,
      // One batch at a time; a tenant with many jobs waits behind those with few.
      lanes: { of: ({ job }) => job.job.tenantId, atOnce: 1 },
    });
  }

  /** Has jobs begin at once in the places of this process. */
  runHere(keepPlace: ReserveSlot): void {
    this.keepPlace = keepPlace;
  }

  override async submit(job: NewEngineJob): Promise<Job> {
    const place = job.job.request.delaySeconds > 0 ? null : this.keepPlace(job.job);
    const entry: Entry = { job, place, row: null };
    try {
      await this.commits.add(entry);
    } catch (error) {
      place?.giveBack();
      throw error;
    }
    const { row } = entry;
    if (row !== null && place !== null && row.node === place.executorId) {
      place.begin(row);
    } else {
      place?.giveBack();
      this.announce('submitted');
    }
    if (row === null) throw new Error('A job was written, and is not there.');
    return acceptedJob(row);
  }

  override async submitWithin(tx: Tx, { job, staged }: NewEngineJob): Promise<Job> {
    const written = await this.repository.insertWithin(tx, { job, staged, hasPlace: false, begins: true });
    return toJob(written);
  }

  override cancelWithin(tx: Tx, tenantId: string, id: string, reason: string): Promise<boolean> {
    return this.repository.cancel(tx, tenantId, id, reason);
  }

  override async wake(tenantId: string, id: string): Promise<boolean> {
    const isThere = await this.repository.wake(tenantId, id);
    this.announce('submitted');
    return isThere;
  }

  override announce(change: 'submitted' | 'cancelled'): void {
    if (change === 'submitted') {
      this.bells.notify('ready');
      return;
    }
    this.bells.notify('stop');
    this.bells.notify('events');
  }

  private async write(entries: readonly Entry[]): Promise<void> {
    // The worker of this process may have a new id by now.
    const executorId = entries.findLast(({ place }) => place !== null)?.place?.executorId ?? null;
    const orders = entries.map(({ job: { job, staged }, place }): NewJobRow => {
      return {
        job,
        staged,
        hasPlace: place !== null && place.executorId === executorId,
        begins: place?.begins ?? true,
      };
    });
    const rows = await this.repository.insertAll(orders, executorId, this.config.JOBS_TENANT_CONCURRENCY);
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const entry of entries) entry.row = byId.get(entry.job.job.id) ?? null;
  }
}

/** The job as it was taken in, before it was given to anybody. */
function acceptedJob(row: JobRow): Job {
  return toJob({ ...row, state: 'pending', attempt: 0, node: null, started_at: null, last_event: 1 });
}
