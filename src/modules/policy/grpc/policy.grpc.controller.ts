import type { Metadata, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Observable } from 'rxjs';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError } from '../../../kernel/errors/app-error';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type {
  PolicyBundleUpdate,
  PolicyEvaluateRequest,
  PolicyEvaluateResponse,
  WatchPolicyUpdatesRequest,
} from '../../../kernel/grpc/generated/coresdk/v1/policy';
import { grpcContext, grpcDeadline } from '../../../kernel/grpc/grpc-context';
import { namedTenant } from '../../../kernel/grpc/named-tenant';
import { isMalformed, type Malformed, malformedError } from '../../../kernel/grpc/malformed';
import { ServerStreams } from '../../../kernel/grpc/server-streams';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { PolicyPort } from '../contract/policy.port';
import type { PolicyQuery } from '../contract/policy.types';
import { refusedAnswer, toBundleUpdate, toDryRunResponse, toEvaluateResponse } from './policy-message';

type UnaryCall = ServerUnaryCall<PolicyEvaluateRequest, PolicyEvaluateResponse>;
type WatchCall = ServerWritableStream<WatchPolicyUpdatesRequest, PolicyBundleUpdate>;

const VERSION = /^\d{1,9}$/;
const MAX_RULE_CHARS = 1_024;

/** `coresdk.v1.PolicyService`: decisions for services, which specify the tenant whose policy decides. */
@Controller()
export class PolicyGrpcController {
  constructor(
    private readonly policy: PolicyPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
    private readonly streams: ServerStreams,
  ) {}

  @DecisionRpc('PolicyService', 'Evaluate', (error) => refusedAnswer(error, false))
  async evaluate(request: PolicyEvaluateRequest, metadata: Metadata, call: UnaryCall): Promise<PolicyEvaluateResponse> {
    const caller = this.callers.require(metadata);
    checkRule(request);
    const tenantId = await namedTenant(this.tenants, caller, request.tenant?.tenantId ?? '');
    const context = grpcContext(metadata, caller, tenantId, call);
    return toEvaluateResponse(await this.policy.evaluate(context, queryOf(request, tenantId, call)));
  }

  @DecisionRpc('PolicyService', 'DryRun', (error) => refusedAnswer(error, true))
  async dryRun(request: PolicyEvaluateRequest, metadata: Metadata, call: UnaryCall): Promise<PolicyEvaluateResponse> {
    const caller = this.callers.require(metadata);
    checkRule(request);
    const tenantId = await namedTenant(this.tenants, caller, request.tenant?.tenantId ?? '');
    const context = grpcContext(metadata, caller, tenantId, call);
    return toDryRunResponse(await this.policy.dryRun(context, queryOf(request, tenantId, call)));
  }

  /**
   * Streams activated bundles. Errors: UNAUTHENTICATED for a caller that is not a service, NOT_FOUND, INVALID_ARGUMENT, RESOURCE_EXHAUSTED,
   * UNAVAILABLE; PERMISSION_DENIED if the tenant is suspended, including during the stream.
   */
  @GrpcMethod('PolicyService', 'WatchPolicyUpdates')
  async watchPolicyUpdates(
    request: WatchPolicyUpdatesRequest | Malformed,
    metadata: Metadata,
    call: WatchCall,
  ): Promise<Observable<never>> {
    if (isMalformed(request)) throw malformedError(request, 'WatchPolicyUpdates');
    const caller = this.callers.require(metadata);
    const tenantId = await namedTenant(this.tenants, caller, request.tenant?.tenantId ?? '');
    const context = grpcContext(metadata, caller, tenantId);
    const { lastBundleVersion } = request;
    if (lastBundleVersion !== '' && !VERSION.test(lastBundleVersion)) {
      throw new AppError('invalid_request', 'last_bundle_version is not a version that this stream has sent.');
    }
    const last = lastBundleVersion === '' ? null : Number(lastBundleVersion);
    return this.streams.write(
      call,
      { caller, tenantId },
      (signal) => this.policy.watch(context, tenantId, last, signal),
      toBundleUpdate,
    );
  }
}

function checkRule({ rule }: PolicyEvaluateRequest): void {
  if (rule === '') throw new AppError('invalid_request', 'rule is missing.');
  if (rule.length > MAX_RULE_CHARS) throw new AppError('invalid_request', 'rule is too long to be the name of a rule.');
}

function queryOf({ rule, inputJson }: PolicyEvaluateRequest, tenantId: string, call: UnaryCall): PolicyQuery {
  return { tenantId, rule, input: { json: inputJson }, deadlineMs: grpcDeadline(call) };
}
