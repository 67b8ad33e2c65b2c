import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { type CallContext } from '../../../kernel/context/call-context';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError } from '../../../kernel/errors/app-error';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type { ProblemDetail } from '../../../kernel/grpc/generated/coresdk/v1/common';
import type {
  MaskRequest,
  MaskResponse,
  MaskStringRequest,
  MaskStringResponse,
} from '../../../kernel/grpc/generated/coresdk/v1/masking';
import { GrpcCallerSignal } from '../../../kernel/grpc/grpc-caller-signal';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { namedTenant } from '../../../kernel/grpc/named-tenant';
import { problem, problemOf } from '../../../kernel/grpc/problem';
import { type ServiceCaller, ServiceCallers } from '../../../kernel/grpc/service-caller';
import { MaskingPort } from '../contract/masking.port';
import { MASKING_LIMITS, type MaskingOptions, REDACTED, type RefusedPattern } from '../contract/masking.types';

/** The metadata that names the tenant whose rules apply, because the messages have no field for it. */
const TENANT_METADATA = 'x-tenant-id';
/** An unauthenticated caller, which cannot name a tenant and gets the installation's rules. */
const NOBODY: ServiceCaller = { name: 'unknown', onlyTenant: null };
/** The maximum number of refused patterns in a response. */
const MAX_LISTED = 20;

const WITHOUT_WISH: Omit<MaskingOptions, 'extraPatterns' | 'extraBlockedFields'> = {
  strategy: null,
  entityStrategies: {},
  fieldStrategies: {},
};

/**
 * `coresdk.v1.MaskingService`. After a failure, the response is neither an error, nor empty, nor the original text: after an error or an
 * empty response, clients continue with the unmasked text (wire contract §2.3, §2.6).
 */
@Controller()
export class MaskingGrpcController {
  constructor(
    private readonly masking: MaskingPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  /** `error` names a refused pattern, and the rest is masked without it. */
  @DecisionRpc('MaskingService', 'Mask', (error) => ({
    maskedJson: JSON.stringify(REDACTED),
    error: problemOf(error),
  }))
  async mask(request: MaskRequest, metadata: Metadata, call: ServerUnaryCall<unknown, unknown>): Promise<MaskResponse> {
    const context = await this.contextOf(metadata);
    const { extraBlockedFields, extraPatterns } = request;
    checkFields(extraBlockedFields);
    checkPatterns(extraPatterns);
    const wish = { ...WITHOUT_WISH, extraBlockedFields, extraPatterns };
    const { text, refusedPatterns } = await this.masking.mask(
      context,
      request.jsonValue,
      wish,
      new GrpcCallerSignal(call).signal,
    );
    return { maskedJson: text, error: refusalOf(refusedPatterns) };
  }

  /**
   * The response has no field for an error. Therefore, a refused pattern hides the whole text: its matches are unknown, and the caller
   * could not see that the text still contains them.
   */
  @DecisionRpc('MaskingService', 'MaskString', () => ({ maskedValue: REDACTED }))
  async maskString(
    request: MaskStringRequest,
    metadata: Metadata,
    call: ServerUnaryCall<unknown, unknown>,
  ): Promise<MaskStringResponse> {
    const context = await this.contextOf(metadata);
    checkPatterns(request.extraPatterns);
    const wish = { ...WITHOUT_WISH, extraBlockedFields: [], extraPatterns: request.extraPatterns };
    const { text, refusedPatterns } = await this.masking.maskString(
      context,
      request.value,
      wish,
      new GrpcCallerSignal(call).signal,
    );
    return { maskedValue: refusedPatterns.length > 0 ? REDACTED : text };
  }

  /** Returns the context of a call. Errors: `not_found` for a tenant that does not exist or that the caller is not allowed to name. */
  private async contextOf(metadata: Metadata): Promise<CallContext> {
    const [named = ''] = metadata.get(TENANT_METADATA);
    const isService = this.callers.isService(metadata);
    if (!isService && named === '') return grpcContext(metadata, NOBODY, null);
    const caller = this.callers.require(metadata);
    if (named === '' && caller.onlyTenant === null) return grpcContext(metadata, caller, null);
    return grpcContext(metadata, caller, await namedTenant(this.tenants, caller, named.toString()));
  }
}

function checkFields(fields: readonly string[]): void {
  const { maxExtraFields, maxFieldLength } = MASKING_LIMITS;
  if (fields.length > maxExtraFields || fields.some(({ length }) => length > maxFieldLength)) {
    const limit = `at most ${maxExtraFields} names of ${maxFieldLength} characters each`;
    throw new AppError('invalid_request', `extra_blocked_fields exceeds its limit: ${limit}.`);
  }
}

function checkPatterns({ length }: readonly string[]): void {
  const { maxSentPatterns } = MASKING_LIMITS;
  if (length <= maxSentPatterns) return;
  throw new AppError('invalid_request', `extra_patterns has more than ${maxSentPatterns} patterns.`);
}

function refusalOf(refused: readonly RefusedPattern[]): ProblemDetail | null {
  if (refused.length === 0) return null;
  const details = refused.slice(0, MAX_LISTED).map(({ index, reason }) => `extra_patterns[${index}]: ${reason}`);
  const more = refused.length > MAX_LISTED ? [`and ${refused.length - MAX_LISTED} more`] : [];
  const message = [...details, ...more].join(' ').replaceAll(/[^\x20-\x7e]/g, '?');
  return problem('invalid_request', `Masked without the refused patterns. ${message}`, 'pattern_refused');
}
