import type { Metadata, ServerWritableStream } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { EMPTY, type Observable } from 'rxjs';
import type { CallContext } from '../../../kernel/context/call-context';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError } from '../../../kernel/errors/app-error';
import type {
  CancelJobRequest,
  GetJobRequest,
  Job,
  JobEvent,
  JobList,
  JobOutput,
  ListJobsRequest,
  LogLine,
  LogsRequest,
  OutputRequest,
  SubmitJobRequest,
  WatchJobRequest,
} from '../../../kernel/grpc/generated/coresdk/v1/jobs';
import type { TenantContext } from '../../../kernel/grpc/generated/coresdk/v1/common';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { isMalformed, type Malformed, malformedError } from '../../../kernel/grpc/malformed';
import { namedTenant } from '../../../kernel/grpc/named-tenant';
import { PlainRpc } from '../../../kernel/grpc/plain-rpc';
import { ServerStreams, type StreamOwner } from '../../../kernel/grpc/server-streams';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { JobLogsPort } from '../contract/job-logs.port';
import { JobOutputsPort } from '../contract/job-outputs.port';
import { jobQuery, type JobQuery } from '../contract/job-query.types';
import { STATE_NAMES, statesOf } from '../contract/job-status';
import { JobsPort } from '../contract/jobs.port';
import { hasAllEvents, lastEventId } from '../contract/stream-place';
import { toEventMessage, toJobMessage, toLogMessage, toOutputMessage } from './job-message';
import { newJobOf } from './submission-message';

type EventCall = ServerWritableStream<WatchJobRequest, JobEvent>;
type LogCall = ServerWritableStream<LogsRequest, LogLine>;

/** The default page size of `ListJobs`, which published clients rely on, and the maximum page size. */
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

/** An authenticated service, with the tenant and user on whose behalf it acts. */
interface Asker extends StreamOwner {
  readonly context: CallContext;
}

/**
 * Serves `coresdk.v1.JobService` to the installation's services, which specify the tenant of the jobs. The messages have no field for a
 * refusal, so refusals are gRPC errors (rest.md §4b). UNAUTHENTICATED: the caller is not a service. NOT_FOUND: the job does not exist or
 * belongs to a different tenant. FAILED_PRECONDITION: no worker accepts the job. PERMISSION_DENIED: the tenant is suspended. Other codes:
 * INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNAVAILABLE. To resume an interrupted stream, send the `last-event-id` metadata: the number of the
 * last event (from 1) or line (from 0) that the client has received.
 */
@Controller()
export class JobsGrpcController {
  constructor(
    private readonly jobs: JobsPort,
    private readonly logs: JobLogsPort,
    private readonly outputs: JobOutputsPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
    private readonly streams: ServerStreams,
  ) {}

  /** Idempotent with the `idempotency-key` metadata. */
  @PlainRpc('JobService', 'SubmitJob')
  async submitJob(request: SubmitJobRequest | Malformed, metadata: Metadata): Promise<Job> {
    const sent = wellFormed(request, 'SubmitJob');
    const { context } = await this.asker(sent.tenant, metadata);
    return toJobMessage(await this.jobs.submit(keyed(context, metadata), newJobOf(sent)));
  }

  @PlainRpc('JobService', 'GetJob')
  async getJob(request: GetJobRequest | Malformed, metadata: Metadata): Promise<Job> {
    const sent = wellFormed(request, 'GetJob');
    const { context } = await this.asker(sent.tenant, metadata);
    return toJobMessage(await this.jobs.get(context, sent.jobId));
  }

  @PlainRpc('JobService', 'ListJobs')
  async listJobs(request: ListJobsRequest | Malformed, metadata: Metadata): Promise<JobList> {
    const sent = wellFormed(request, 'ListJobs');
    const { context } = await this.asker(sent.tenant, metadata);
    const { items, nextCursor } = await this.jobs.list(context, queryOf(sent));
    return { jobs: items.map(toJobMessage), nextCursor: nextCursor ?? '' };
  }

  @PlainRpc('JobService', 'CancelJob')
  async cancelJob(request: CancelJobRequest | Malformed, metadata: Metadata): Promise<Job> {
    const sent = wellFormed(request, 'CancelJob');
    const { context } = await this.asker(sent.tenant, metadata);
    return toJobMessage(await this.jobs.cancel(keyed(context, metadata), sent.jobId, sent.reason));
  }

  @PlainRpc('JobService', 'GetJobOutput')
  async getJobOutput(request: OutputRequest | Malformed, metadata: Metadata): Promise<JobOutput> {
    const sent = wellFormed(request, 'GetJobOutput');
    const { context } = await this.asker(sent.tenant, metadata);
    const { outputUri } = await this.jobs.get(context, sent.jobId);
    const files = await this.outputs.list(context, sent.jobId, sent.presignTtlSeconds);
    return { files: files.map((file) => toOutputMessage(file, outputUri)) };
  }

  @GrpcMethod('JobService', 'WatchJob')
  async watchJob(
    request: WatchJobRequest | Malformed,
    metadata: Metadata,
    call: EventCall,
  ): Promise<Observable<never>> {
    const { jobId, fromBeginning, tenant } = wellFormed(request, 'WatchJob');
    const { context, ...owner } = await this.asker(tenant, metadata);
    const last = lastEventId(text(metadata, 'last-event-id'));
    const job = await this.jobs.get(context, jobId);
    if (last !== null && hasAllEvents(job, last)) return EMPTY;
    const afterSeq = last ?? (fromBeginning ? 0 : null);
    return this.streams.write(
      call,
      owner,
      (signal) => this.jobs.watch(context, jobId, { afterSeq, signal }),
      toEventMessage,
    );
  }

  @GrpcMethod('JobService', 'GetJobLogs')
  async getJobLogs(request: LogsRequest | Malformed, metadata: Metadata, call: LogCall): Promise<Observable<never>> {
    const { jobId, follow, tailLines, tenant } = wellFormed(request, 'GetJobLogs');
    const { context, ...owner } = await this.asker(tenant, metadata);
    const last = lastEventId(text(metadata, 'last-event-id'));
    // Checked before the stream begins, so that an unknown job is reported immediately.
    await this.jobs.get(context, jobId);
    const place = last === null ? { tailLines, fromLine: 0 } : { tailLines: 0, fromLine: last + 1 };
    return this.streams.write(
      call,
      owner,
      (signal) => this.logs.read(context, jobId, { follow, ...place, signal }),
      toLogMessage,
    );
  }

  private async asker(tenant: TenantContext | null | undefined, metadata: Metadata): Promise<Asker> {
    const caller = this.callers.require(metadata);
    const tenantId = await namedTenant(this.tenants, caller, tenant?.tenantId ?? '');
    return { caller, tenantId, context: grpcContext(metadata, caller, tenantId) };
  }
}

function wellFormed<Request extends object>(request: Request | Malformed, method: string): Request {
  if (isMalformed(request)) throw malformedError(request, method);
  return request;
}

function keyed(context: CallContext, metadata: Metadata): CallContext {
  return { ...context, idempotencyKey: text(metadata, 'idempotency-key') ?? null };
}

function text(metadata: Metadata, key: string): string | undefined {
  const [value] = metadata.get(key);
  return typeof value === 'string' ? value : undefined;
}

function queryOf({ stateFilter, limit, cursor }: ListJobsRequest): JobQuery {
  const states = stateFilter === '' ? undefined : statesOf(stateFilter);
  if (states === null) {
    throw new AppError('invalid_request', `state_filter must be one of ${STATE_NAMES.join(', ')}, or empty.`);
  }
  const read = jobQuery.safeParse({
    states,
    limit: limit === 0 ? DEFAULT_LIMIT : Math.min(limit, MAX_LIMIT),
    ...(cursor === '' ? {} : { cursor }),
  });
  if (read.success) return read.data;
  throw new AppError('invalid_request', 'cursor must be a value that ListJobs has returned.');
}
