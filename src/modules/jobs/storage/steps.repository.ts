import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { PreparedStatement } from '../../../kernel/database/sql';
import type { JsonValue } from '../contract/job.types';
import type { RunKey } from './dispatch.repository';

/** A finished step of a job. It never runs again. */
export interface DoneStep {
  /** The position among the job's steps, starting at 1. */
  readonly number: number;
  readonly name: string;
  /** The result; `undefined` for a step without a result. */
  readonly result: JsonValue | undefined;
}

const KEEP: PreparedStatement = {
  name: 'jobs.keep_steps',
  text: 'SELECT id, number FROM jobs.keep_steps($1::jsonb)',
};

/** Steps that job runs have completed. */
@Injectable()
export class StepsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Stores steps of runs, which can belong to different tenants.
   * @returns the steps whose run still owns its job, in the form `id number`.
   */
  async keep(steps: readonly (RunKey & DoneStep)[]): Promise<ReadonlySet<string>> {
    const texts = steps.map(({ result, ...step }) => ({
      ...step,
      result: result === undefined ? null : toJsonb(result),
    }));
    const rows = await this.database.platform().rows<{ id: string; number: number }>(KEEP, [toJsonb(texts)]);
    return new Set(rows.map(({ id, number }) => `${id} ${number}`));
  }

  /** Returns the steps of a job, in order. */
  async of({ tenantId, id }: RunKey): Promise<readonly DoneStep[]> {
    // Selected as text, because the driver returns `null` both for a JSON null and for no value.
    const rows = await this.database
      .tenant(tenantId)
      .rows<{ number: number; name: string; result: string | null }>(
        'SELECT number, name, result::text AS result FROM jobs.steps WHERE tenant_id = $1 AND job_id = $2 ORDER BY number',
        [tenantId, id],
      );
    return rows.map(({ result, ...step }) => {
      return { ...step, result: result === null ? undefined : (JSON.parse(result) as JsonValue) };
    });
  }
}
