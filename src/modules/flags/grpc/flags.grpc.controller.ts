import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError } from '../../../kernel/errors/app-error';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type { EvaluateFlagRequest, EvaluateFlagResponse } from '../../../kernel/grpc/generated/coresdk/v1/flags';
import { namedTenant } from '../../../kernel/grpc/named-tenant';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { invalidContext, readContext } from '../contract/evaluation-context';
import type { EvaluationContext } from '../contract/flag-evaluation.types';
import { FlagsPort } from '../contract/flags.port';
import { refusedFlag, toEvaluateFlagResponse } from './flag-message';
import { UnreadContext } from './unread-context';

const MAX_KEY_CHARS = 1_024;

/** `coresdk.v1.FlagService`: flags for services, which name the tenant and the user. */
@Controller()
export class FlagsGrpcController {
  constructor(
    private readonly flags: FlagsPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  @DecisionRpc('FlagService', 'EvaluateFlag', refusedFlag)
  async evaluateFlag(request: EvaluateFlagRequest, metadata: Metadata): Promise<EvaluateFlagResponse> {
    const caller = this.callers.require(metadata);
    const { flagKey } = request;
    if (flagKey === '') throw new AppError('invalid_request', 'flag_key is missing.');
    if (flagKey.length > MAX_KEY_CHARS) throw new AppError('invalid_request', 'flag_key is too long.');
    const by = targetOf(request);
    const tenantId = await namedTenant(this.tenants, caller, request.tenantId);
    const { evaluation } = await this.flags.evaluate(new UnreadContext(metadata, caller, tenantId), flagKey, by);
    return toEvaluateFlagResponse(evaluation);
  }
}

/** Returns the attributes, with the user from the message as `targetingKey` and `user_id`. Errors: `invalid_request`. */
function targetOf({ attributesJson, userId }: EvaluateFlagRequest): EvaluationContext {
  const read = readContext(attributesJson);
  if ('fault' in read) throw invalidContext(read.fault);
  return userId === '' ? read.context : { ...read.context, targetingKey: userId, user_id: userId };
}
