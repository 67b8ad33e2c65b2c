import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx, PreparedStatement } from '../../../kernel/database/sql';
import type { WorkflowDefinition } from '../contract/workflow-definition.types';
import type { RunStep } from '../contract/workflows.types';
import type { StepState } from '../domain/plan';
import type { RunOrder } from '../domain/run-job';

/** A run that has begun, with its definition. */
export interface BegunRun {
  /** True when it has just begun and has no steps yet. */
  readonly isNew: boolean;
  readonly workflowId: string;
  readonly version: number;
  readonly undoes: string | null;
  readonly isClosed: boolean;
  readonly definition: WorkflowDefinition;
  /** The images of the referenced skill versions, keyed by reference. */
  readonly pins: Readonly<Record<string, string>>;
}

/** The stored state of a step in a run. */
export interface StoredStep extends Omit<RunStep, 'type' | 'status'> {
  readonly state: StepState;
}

interface StepRow {
  readonly step_id: string;
  readonly state: StepState;
  readonly attempt: number;
  readonly output: unknown;
  readonly error: StoredStep['error'];
  readonly due_at: Date | null;
  readonly started_at: Date;
  readonly ended_at: Date | null;
}

interface RunRow {
  readonly is_new: boolean;
  readonly workflow_id: string;
  readonly version: number;
  readonly undoes: string | null;
  readonly is_closed: boolean;
  readonly definition: WorkflowDefinition;
  readonly pins: Readonly<Record<string, string>>;
}

/** A change to a step that has not ended. */
export interface StepChange {
  readonly state: StepState;
  readonly attempt?: number;
  readonly output?: unknown;
  readonly error?: StoredStep['error'];
  /** The time when the step is due, in seconds from now according to the database's clock; `null` if the step has no due time. */
  readonly dueInSeconds?: number | null;
}

const STEP = 'step_id, state, attempt, output, error, due_at, started_at, ended_at';
const FIND = `SELECT false AS is_new, r.workflow_id, r.version, r.undoes, r.closed_at IS NOT NULL AS is_closed, v.definition, v.pins
  FROM workflows.runs AS r JOIN workflows.versions AS v
    ON v.tenant_id = r.tenant_id AND v.id = r.workflow_id AND v.version = r.version
  WHERE r.tenant_id = $1 AND r.id = $2`;
const BEGIN: PreparedStatement = {
  name: 'workflows.begin',
  text: `WITH made AS (
      INSERT INTO workflows.runs (tenant_id, id, workflow_id, version, undoes)
      SELECT $1, $2, v.id, v.version, $5 FROM workflows.versions AS v
      JOIN workflows.workflows AS w ON w.tenant_id = v.tenant_id AND w.id = v.id
      WHERE v.tenant_id = $1 AND v.id = $3 AND v.version = coalesce($4::int, w.version)
      ON CONFLICT DO NOTHING RETURNING tenant_id, workflow_id, version, undoes, closed_at
    ), run AS (
      SELECT true AS is_new, made.* FROM made
      UNION ALL
      SELECT false, tenant_id, workflow_id, version, undoes, closed_at FROM workflows.runs WHERE tenant_id = $1 AND id = $2
    )
    SELECT r.is_new, r.workflow_id, r.version, r.undoes, r.closed_at IS NOT NULL AS is_closed, v.definition, v.pins
    FROM run AS r JOIN workflows.versions AS v ON v.tenant_id = r.tenant_id AND v.id = r.workflow_id AND v.version = r.version`,
};
/** Changes an unfinished step of an open run. Its outcome is stored once, even if several workers run it. */
const CHANGE = `INSERT INTO workflows.steps AS s
    (tenant_id, run_id, step_id, state, attempt, output, error, due_at, ended_at)
  SELECT $1, $2, $3, $4, coalesce($5::int, 1), $6::json, $7::json, clock_timestamp() + make_interval(secs => $8::float8),
    CASE WHEN $4 IN ('succeeded', 'failed', 'skipped') THEN clock_timestamp() END
  WHERE EXISTS (SELECT FROM workflows.runs WHERE tenant_id = $1 AND id = $2 AND closed_at IS NULL FOR SHARE)
  ON CONFLICT (tenant_id, run_id, step_id) DO UPDATE SET state = excluded.state, attempt = coalesce($5::int, s.attempt),
    output = excluded.output, error = excluded.error, due_at = excluded.due_at, ended_at = excluded.ended_at
    WHERE s.ended_at IS NULL
  RETURNING ${STEP}`;

const PREPARED_CHANGE: PreparedStatement = { name: 'workflows.change', text: CHANGE };

/** The state of runs and their steps. */
@Injectable()
export class RunsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Begins a run with the ordered version, or with the newest version if the order does not name one. Returns an existing run unchanged.
   * Returns `null` when there is no such version.
   */
  async begin(tenantId: string, id: string, { workflowId, version, undoes }: RunOrder): Promise<BegunRun | null> {
    const parameters = [tenantId, id, workflowId, version, undoes];
    const row = await this.database.tenant(tenantId).maybeOne<RunRow>(BEGIN, parameters);
    // The statement might not see a run that another worker began at the same moment.
    return row === undefined ? this.find(tenantId, id) : toRun(row);
  }

  /** Returns a run; `null` before it has begun. */
  async find(tenantId: string, id: string): Promise<BegunRun | null> {
    const row = await this.database.tenant(tenantId).maybeOne<RunRow>(FIND, [tenantId, id]);
    return row === undefined ? null : toRun(row);
  }

  /** Returns the newest version of an active workflow by name; `null` when there is no such workflow. */
  async named(
    tenantId: string,
    name: string,
  ): Promise<{ readonly id: string; readonly version: number; readonly definition: WorkflowDefinition } | null> {
    const sql = `SELECT v.id, v.version, v.definition FROM workflows.workflows AS w
      JOIN workflows.versions AS v ON v.tenant_id = w.tenant_id AND v.id = w.id AND v.version = w.version
      WHERE w.tenant_id = $1 AND w.name = $2 AND w.deleted_at IS NULL AND w.status = 'active'`;
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<{ id: string; version: number; definition: WorkflowDefinition }>(sql, [tenantId, name]);
    return row ?? null;
  }

  /** Returns the steps that have begun. Ended steps come first, in the order in which they ended. */
  async steps(tenantId: string, runId: string): Promise<readonly StoredStep[]> {
    const sql = `SELECT ${STEP} FROM workflows.steps WHERE tenant_id = $1 AND run_id = $2 ORDER BY ended_at, started_at, step_id`;
    return (await this.database.tenant(tenantId).rows<StepRow>(sql, [tenantId, runId])).map(toStep);
  }

  /** Returns those of the given steps that have ended. */
  async ended(tenantId: string, runId: string, ids: readonly string[]): Promise<readonly StoredStep[]> {
    const sql = `SELECT ${STEP} FROM workflows.steps
      WHERE tenant_id = $1 AND run_id = $2 AND step_id = ANY ($3) AND ended_at IS NOT NULL`;
    return (await this.database.tenant(tenantId).rows<StepRow>(sql, [tenantId, runId, [...ids]])).map(toStep);
  }

  /**
   * Changes a step.
   * @returns `null`, without a change, when the step has ended or the run is closed.
   */
  async change(tenantId: string, runId: string, stepId: string, change: StepChange): Promise<StoredStep | null> {
    const parameters = changeOf(tenantId, runId, stepId, change);
    const row = await this.database.tenant(tenantId).maybeOne<StepRow>(PREPARED_CHANGE, parameters);
    return row === undefined ? null : toStep(row);
  }

  /** Within a transaction, changes a step that is waiting for its due time. */
  async decide(
    tx: Tx,
    tenantId: string,
    runId: string,
    stepId: string,
    change: StepChange,
  ): Promise<StoredStep | null> {
    const count = await tx.count(
      `SELECT FROM workflows.steps WHERE tenant_id = $1 AND run_id = $2 AND step_id = $3 AND state = 'waiting'
         AND due_at > clock_timestamp() FOR UPDATE`,
      [tenantId, runId, stepId],
    );
    if (count === 0) return null;
    const row = await tx.maybeOne<StepRow>(CHANGE, [...changeOf(tenantId, runId, stepId, change)]);
    return row === undefined ? null : toStep(row);
  }

  /** Closes a run. Changes to its steps are no longer stored. */
  async close(tenantId: string, id: string): Promise<void> {
    const sql = `UPDATE workflows.runs SET closed_at = coalesce(closed_at, now()) WHERE tenant_id = $1 AND id = $2`;
    await this.database.tenant(tenantId).run(sql, [tenantId, id]);
  }
}

function changeOf(
  tenantId: string,
  runId: string,
  stepId: string,
  { state, attempt, output, error, dueInSeconds }: StepChange,
): readonly unknown[] {
  const json = (value: unknown): string | null =>
    value === undefined || value === null ? null : JSON.stringify(value);
  return [tenantId, runId, stepId, state, attempt ?? null, json(output), json(error), dueInSeconds ?? null];
}

function toRun(row: RunRow): BegunRun {
  const { is_new: isNew, workflow_id: workflowId, version, undoes, is_closed: isClosed, definition, pins } = row;
  return { isNew, workflowId, version, undoes, isClosed, definition, pins };
}

function toStep(row: StepRow): StoredStep {
  return {
    id: row.step_id,
    state: row.state,
    attempt: row.attempt,
    output: row.output,
    error: row.error,
    dueAt: row.due_at?.toISOString() ?? null,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
