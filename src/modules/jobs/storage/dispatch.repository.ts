import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { JobType } from '../contract/job.types';
import { JOB, type JobRow } from './job.row';

/** A job as it is given to a worker. */
export interface Claimed {
  readonly tenantId: string;
  readonly id: string;
  readonly fence: number;
  /** Whether the engine has it already and runs it on by itself. */
  readonly isKnown: boolean;
  /** Workers that died with it in this attempt. */
  readonly losses: number;
}

/** Free places of a worker. */
export type FreePlaces = Partial<Record<JobType, FreePlacesOfType>>;

export interface FreePlacesOfType {
  readonly places: number;
  /** True when a run begins as it is given. */
  readonly begins: boolean;
  /** Places of this worker that one tenant may have, and how many each has already. */
  readonly most: number;
  readonly taken: Readonly<Record<string, number>>;
}

/** A run by which it is known who may write for a job. */
export interface RunKey {
  readonly tenantId: string;
  readonly id: string;
  readonly fence: number;
}

/** What a run tells. */
export type RunReport = RunKey &
  (
    | { readonly kind: 'started'; readonly node?: string | undefined }
    | {
        readonly kind: 'progress';
        readonly percent: number | null;
        readonly stage: string | null;
        readonly detail: unknown;
      }
    | { readonly kind: 'pause'; readonly waitMs: number }
    | {
        readonly kind: 'retry';
        readonly code: string;
        readonly error: string;
        readonly exitCode: number | null;
        readonly waitMs: number;
      }
  );

/** How a run ends its job. */
export interface RunEnd extends RunKey {
  readonly state: 'succeeded' | 'failed';
  readonly result?: unknown;
  readonly exitCode: number | null;
  readonly errorCode?: string;
  readonly error?: string;
  /** What the event tells. */
  readonly data: object;
}

/** What workers have of the jobs of all tenants. */
@Injectable()
export class DispatchRepository {
  constructor(private readonly database: Database) {}

  async claim(order: {
    readonly executorId: string;
    readonly protocol: number;
    readonly free: FreePlaces;
    readonly perTenant: number;
    readonly afterTenant: string;
    readonly lookAt: number;
  }): Promise<{ readonly claimed: readonly Claimed[]; readonly lookedUpTo: string }> {
    const { executorId, protocol, free, perTenant, afterTenant, lookAt } = order;
    const rows = await this.database.platform().rows<{
      tenant_id: string;
      id: string;
      fence: number;
      is_known: boolean;
      losses: number;
      looked_up_to: string | null;
    }>('SELECT * FROM jobs.claim($1, $2, $3::jsonb, $4, $5, $6)', [executorId, protocol, JSON.stringify(free), perTenant, afterTenant, lookAt]);
    return {
      claimed: rows.map(({ tenant_id: tenantId, id, fence, is_known: isKnown, losses }) => {
        return { tenantId, id, fence, isKnown, losses };
      }),
      lookedUpTo: rows.find((row) => row.looked_up_to !== null)?.looked_up_to ?? afterTenant,
    };
  }

  /** The jobs of runs that are still theirs. */
  async jobsOf(runs: readonly RunKey[]): Promise<readonly JobRow[]> {
    return this.database.platform().rows<JobRow>(`SELECT ${JOB} FROM jobs.of_runs($1::jsonb)`, [keysOf(runs)]);
  }

  /** What a worker holds. */
  async heldBy(executorId: string): Promise<readonly Claimed[]> {
    const sql = 'SELECT tenant_id AS "tenantId", id, fence, true AS "isKnown", losses FROM jobs.held_by($1)';
    return this.database.platform().rows<Claimed>(sql, [executorId]);
  }

  /** Those of these runs that are to end. */
  async stopped(
    runs: readonly RunKey[],
  ): Promise<readonly { readonly id: string; readonly fence: number; readonly is_over: boolean }[]> {
    return this.database.platform().rows('SELECT id, fence, is_over FROM jobs.stopped($1::jsonb)', [keysOf(runs)]);
  }

  async report(reports: readonly RunReport[], mostProgressEvents: number): Promise<void> {
    await this.database.platform().run('SELECT jobs.report($1::jsonb, $2)', [toJsonb(reports), mostProgressEvents]);
  }

  async conclude(ends: readonly RunEnd[]): Promise<void> {
    await this.database.platform().run('SELECT FROM jobs.conclude($1::jsonb)', [toJsonb(ends)]);
  }

  /** @returns whether the engine goes on with a run that has not begun. */
  async nudge({ tenantId, id, fence }: RunKey, executorId: string, protocol: number): Promise<boolean> {
    const values = [tenantId, id, fence, executorId, protocol];
    const sql = 'SELECT jobs.nudge($1, $2, $3, $4, $5) AS nudged';
    const row = await this.database.platform().maybeOne<{ nudged: boolean }>(sql, values);
    return row?.nudged ?? false;
  }
}

function keysOf(runs: readonly RunKey[]): string {
  return JSON.stringify(runs.map(({ tenantId, id, fence }) => ({ tenantId, id, fence })));
}
