import { KeysetList } from '../../../kernel/lists/keyset-list';
import type { Principal } from '../../auth/contract/principal.types';
import type { Submitter } from '../../auth/contract/submitter';
import type { JobQuery } from '../contract/job-query.types';
import type { JobRequest } from '../contract/job-request.types';
import type { Job, JobErrorCode, JobEvent, JobState, JobType, JsonValue } from '../contract/job.types';

/** The parts of a request that have no separate column. */
export type StoredRequest = Omit<
  JobRequest,
  'type' | 'kind' | 'image' | 'input' | 'files' | 'userId' | 'priority' | 'delaySeconds'
>;

/** The fence of a job's first assignment. */
export const FIRST_FENCE = 1;

/** A job row as returned by the driver. */
export interface JobRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly type: JobType;
  readonly kind: string;
  readonly image: string;
  readonly state: JobState;
  readonly request: StoredRequest;
  readonly input: JsonValue;
  readonly result: JsonValue;
  readonly priority: number;
  readonly run_at: Date;
  readonly timeout_seconds: number;
  readonly attempt: number;
  /** The number of times that the job was assigned to a worker. A run can write only under the number with which it was assigned. */
  readonly fence: number;
  /** The number of workers that died while they ran this attempt. */
  readonly losses: number;
  readonly max_attempts: number;
  readonly node: string | null;
  readonly exit_code: number | null;
  readonly error_code: JobErrorCode | null;
  readonly error: string | null;
  readonly progress: number;
  readonly stage: string;
  readonly last_event: number;
  readonly user_id: string;
  readonly submitted_by: Submitter;
  /** The authority; `null` in rows that are older than the column. */
  readonly principal: Principal | null;
  readonly secret_names: readonly string[];
  readonly cancel_reason: string;
  readonly parent_id: string | null;
  readonly depth: number;
  readonly schedule_id: string | null;
  readonly requeued_from: string | null;
  readonly requeued_as: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

/** The columns of a {@link JobRow}. */
export const JOB = `tenant_id, id, type, kind, image, state, request, input, result, priority, run_at, timeout_seconds,
  attempt, fence, losses, max_attempts, executor_id AS node, exit_code, error_code, error, progress, stage, last_event, user_id,
  submitted_by, principal, secret_names, cancel_reason, parent_id, depth, schedule_id, requeued_from, requeued_as, created_at,
  started_at, finished_at`;

export const JOB_LIST = new KeysetList<JobQuery, JobRow>({
  list: 'jobs',
  select: JOB,
  from: 'jobs.jobs',
  tenant: 'tenant_id',
  id: 'id',
  sorts: { createdAt: { column: 'created_at', type: 'timestamptz' } },
  filters: {
    states: (value, bind) => `state = ANY (${bind(value)}::text[])`,
    type: (value, bind) => `type = ${bind(value)}`,
    kind: (value, bind) => `kind = ${bind(value)}`,
    userId: (value, bind) => `user_id = ${bind(value)}`,
    parentId: (value, bind) => `parent_id = ${bind(value)}`,
    scheduleId: (value, bind) => `schedule_id = ${bind(value)}`,
  },
});

export function toJob(row: JobRow): Job {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    type: row.type,
    kind: row.kind,
    image: row.image,
    state: row.state,
    progress: row.progress,
    stage: row.stage,
    input: row.input,
    result: row.result,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error ?? '' },
    exitCode: row.exit_code,
    inputUri: row.request.inputUri,
    outputUri: row.request.captureOutput ? outputUri(row.tenant_id, row.id, row.request.outputPrefix) : '',
    logsUri: row.request.captureLogs ? logsUri(row.tenant_id, row.id) : '',
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    priority: row.priority,
    timeoutSeconds: row.timeout_seconds,
    runAt: row.run_at.toISOString(),
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    userId: row.user_id,
    node: row.node ?? '',
    secretNames: row.secret_names,
    cancelReason: row.cancel_reason,
    parentId: row.parent_id,
    depth: row.depth,
    scheduleId: row.schedule_id,
    requeuedFrom: row.requeued_from,
    requeuedAs: row.requeued_as,
    lastEvent: row.last_event,
  };
}

/** Returns the original request of a job, without its inline files and delay. */
export function toRequest(row: JobRow): JobRequest {
  return {
    ...row.request,
    type: row.type,
    kind: row.kind,
    image: row.image,
    input: row.input,
    files: {},
    userId: row.user_id,
    priority: row.priority,
    delaySeconds: 0,
  };
}

export interface EventRow {
  readonly seq: number;
  readonly type: JobEvent['type'];
  readonly data: object;
  readonly at: Date;
}

export function toEvent(jobId: string, { seq, type, data, at }: EventRow): JobEvent {
  // The data was stored by the code that writes events of this type.
  return { ...data, jobId, seq, at: at.toISOString(), type } as JobEvent;
}

/**
 * Returns the public location of a job's output files: always inside the tenant's area.
 * @param prefix empty for the job's default prefix.
 */
function outputUri(tenantId: string, jobId: string, prefix: string): string {
  return `jobs://${tenantId}/${prefix === '' ? '' : `${prefix}/`}${jobId}/output/`;
}

/** Returns the public location of a job's log. */
function logsUri(tenantId: string, jobId: string): string {
  return `jobs://${tenantId}/${jobId}/logs/`;
}
