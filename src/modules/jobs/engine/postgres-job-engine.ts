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

/** A slot of this process, reserved for a job while the job is being written. */
export interface SlotReservation {
  readonly executorId: string;
  /** True when a run starts as soon as it is assigned. */
  readonly begins: boolean;
  /** Runs the job for which the slot was reserved. */
  readonly begin: (row: JobRow) => void;
  readonly giveBack: () => void;
}

/** Reserves a slot of this process for a job; `null` when no slot is free. */
export type ReserveSlot = (job: JobInsert) => SlotReservation | null;

interface Entry {
  readonly job: NewEngineJob;
  readonly place: SlotReservation | null;
  row: JobRow | null;
}

/**
 * A job queue in PostgreSQL, in which each job's row is its queue entry. Jobs submitted at the same time share a transaction. If this
 * process runs jobs and has a free slot, a new job is assigned to this process when the job is written.
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
      // Processes one batch at a time. Tenants with few jobs come before tenants with many jobs.
      lanes: { of: ({ job }) => job.job.tenantId, atOnce: 1 },
    });
  }

  /** Allows submitted jobs to start immediately in this process's slots. */
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
    if (row === null) throw new Error('A job was written but does not exist.');
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
    // The worker of this process might have received a new id in the meantime.
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

/** Returns the job as submitted, before its assignment to a worker. */
function acceptedJob(row: JobRow): Job {
  return toJob({ ...row, state: 'pending', attempt: 0, node: null, started_at: null, last_event: 1 });
}
