import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx, PreparedStatement } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { StagedEvent } from '../../../kernel/database/staged-event';
import type { Job, JobEventType } from '../contract/job.types';
import type { RunEnd } from './dispatch.repository';
import { FIRST_FENCE, JOB, type JobRow, type StoredRequest, toJob } from './job.row';
import type { JobInsert } from './jobs.repository';
import type { LogPiece } from './logs.repository';

/** An event that occurred in a run before the run was written. */
export interface PastEvent {
  readonly type: JobEventType;
  readonly data: object;
  /** The time of the event, in milliseconds since the run began. */
  readonly atMs: number;
}

/** A run of this process that is not in the database yet. */
export interface InlineInsert {
  readonly job: JobInsert;
  readonly executorId: string;
  /** The age of the run in milliseconds. */
  readonly ageMs: number;
  /** The events in order, without the terminal event. */
  readonly events: readonly PastEvent[];
  readonly percent: number;
  readonly stage: string;
  readonly progressEvents: number;
  readonly pieces: readonly LogPiece[];
  /** The end of the run; `null` when it continues in this process, under fence 1. */
  readonly end: RunEnd | null;
  readonly staged: StagedEvent;
}

/**
 * One statement per run writes the row, the events, the log, and the audit record of the submission. All times come from the database's
 * clock.
 */
const INSERT: PreparedStatement = {
  name: 'jobs.inline.insert',
  text: `WITH asked AS (
      SELECT r.*, clock_timestamp() - make_interval(secs => r.age) AS begun, r.state = 'running' AS is_running
      FROM jsonb_to_record($2::jsonb) AS r (id text, type text, kind text, image text, state text, request jsonb,
        priority smallint, timeout int, "maxAttempts" int, executor text, "exitCode" int, "errorCode" text, error text,
        percent smallint, stage text, events int, "progressEvents" int, lines bigint, bytes bigint, "userId" text,
        submitter jsonb, principal jsonb, age double precision)
    ), made AS (
      INSERT INTO jobs.jobs (tenant_id, id, type, kind, image, state, place, request, input, result, priority, run_at,
        timeout_seconds, attempt, max_attempts, fence, executor_id, deadline_at, exit_code, error_code, error, progress,
        stage, last_event, progress_events, log_lines, log_bytes, user_id, submitted_by, principal, created_at, started_at,
        finished_at)
      SELECT $1, a.id, a.type, a.kind, a.image, a.state, CASE WHEN a.is_running THEN 'held' END, a.request, $3::jsonb,
        $4::jsonb, a.priority, a.begun, a.timeout, 1, a."maxAttempts", 1, a.executor,
        CASE WHEN a.is_running THEN a.begun + make_interval(secs => a.timeout) END, a."exitCode", a."errorCode", a.error,
        a.percent, a.stage, a.events, a."progressEvents", a.lines, a.bytes, a."userId", a.submitter, a.principal, a.begun, a.begun,
        CASE WHEN NOT a.is_running THEN clock_timestamp() END
      FROM asked AS a RETURNING ${JOB}
    ), told AS (
      INSERT INTO jobs.events (tenant_id, job_id, seq, type, data, at)
      SELECT $1, m.id, e.n, e.value->>'type', e.value->'data',
        m.created_at + make_interval(secs => (e.value->>'at')::double precision)
      FROM made AS m, jsonb_array_elements($5::jsonb) WITH ORDINALITY AS e (value, n)
    ), logged AS (
      INSERT INTO jobs.log_chunks (tenant_id, job_id, first_line, lines, content)
      SELECT $1, m.id, p.first_line, p.lines, p.content
      FROM made AS m, unnest($6::bigint[], $7::int[], $8::bytea[]) AS p (first_line, lines, content)
    ), staged AS (
      INSERT INTO kernel.outbox (id, topic, tenant_id, payload, resource)
      SELECT $9::text, $10::text, $1, $11::jsonb, $12::jsonb FROM made
    ) SELECT * FROM made`,
};

/** Stores jobs whose runs began before they were written. */
@Injectable()
export class InlineJobsRepository {
  constructor(private readonly database: Database) {}

  /** Inserts a run in its own transaction. */
  async insert(run: InlineInsert): Promise<Job> {
    const { tenantId } = run.job;
    return toJob(await this.database.tenant(tenantId).one<JobRow>(INSERT, valuesOf(run)));
  }

  /** Inserts a run within the transaction of an idempotency key. */
  async insertWithin(tx: Tx, run: InlineInsert): Promise<Job> {
    return toJob(await tx.one<JobRow>(INSERT.text, valuesOf(run)));
  }
}

/** Returns the row of a run that has not been written yet. @param nowMs the start of the run, in Unix milliseconds. */
export function unwrittenRow(
  { tenantId, id, request, submitter, timeoutSeconds, principal }: JobInsert,
  nowMs: number,
): JobRow {
  const { type, kind, image, input, userId, priority } = request;
  const now = new Date(nowMs);
  return {
    tenant_id: tenantId,
    id,
    type,
    kind,
    image,
    state: 'running',
    request: storedRequest(request),
    input,
    result: null,
    priority,
    run_at: now,
    timeout_seconds: timeoutSeconds,
    attempt: 1,
    fence: FIRST_FENCE,
    losses: 0,
    max_attempts: request.retry.maxAttempts,
    node: null,
    exit_code: null,
    error_code: null,
    error: null,
    progress: 0,
    stage: '',
    last_event: 0,
    user_id: userId,
    submitted_by: submitter,
    principal,
    secret_names: [],
    cancel_reason: '',
    parent_id: null,
    depth: 0,
    schedule_id: null,
    requeued_from: null,
    requeued_as: null,
    created_at: now,
    started_at: now,
    finished_at: null,
  };
}

function storedRequest(request: JobInsert['request']): StoredRequest {
  const { type: _type, kind: _kind, image: _image, input: _input, files: _files, ...more } = request;
  const { userId: _userId, priority: _priority, delaySeconds: _delaySeconds, ...rest } = more;
  return rest;
}

function valuesOf({ job, executorId, ageMs, pieces, end, staged, ...run }: InlineInsert): unknown[] {
  const { type, kind, image, input, userId, priority, retry } = job.request;
  const last: readonly PastEvent[] = end === null ? [] : [{ type: end.state, data: end.data, atMs: ageMs }];
  const events = [...run.events, ...last];
  const isDone = end?.state === 'succeeded';
  const row = {
    id: job.id,
    type,
    kind,
    image,
    state: end?.state ?? 'running',
    request: storedRequest(job.request),
    priority,
    timeout: job.timeoutSeconds,
    maxAttempts: retry.maxAttempts,
    executor: executorId,
    userId,
    exitCode: end?.exitCode ?? null,
    errorCode: end?.errorCode ?? null,
    error: end?.error ?? null,
    percent: isDone ? 100 : run.percent,
    stage: run.stage,
    events: events.length,
    progressEvents: run.progressEvents,
    submitter: job.submitter,
    principal: job.principal,
    age: ageMs / 1_000,
    lines: pieces.reduce((sum, { lines }) => sum + lines, 0),
    bytes: pieces.reduce((sum, { content }) => sum + content.length, 0),
  };
  return [
    job.tenantId,
    toJsonb(row),
    toJsonb(input),
    isDone ? toJsonb(end.result) : null,
    toJsonb(events.map((event) => ({ type: event.type, data: event.data, at: event.atMs / 1_000 }))),
    pieces.map(({ firstLine }) => firstLine),
    pieces.map(({ lines }) => lines),
    pieces.map(({ content }) => content),
    staged.id,
    staged.topic,
    toJsonb(staged.payload),
    staged.resource === undefined ? null : toJsonb(staged.resource),
  ];
}
