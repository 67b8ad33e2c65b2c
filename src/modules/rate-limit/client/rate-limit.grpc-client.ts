import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import type { CheckLimitResponse } from '../../../kernel/grpc/generated/cpod/internal/v1/ratelimit';
import { GrpcChannel } from '../../../kernel/grpc/grpc-channel';
import type { RateLimitPort } from '../contract/rate-limit.port';
import type { RateLimitDecision, RateLimitQuery } from '../contract/rate-limit.types';
import { checkKey, checkQuery } from '../contract/rate-limit-query';
import { fromDecisionMessage } from '../contract/decision-message';
import { toInternalRequest } from '../grpc/check-message';

const SERVICE = 'cpod.internal.v1.RateLimitInternalService';

/** Counts calls through the sidecar. An outage is an error (`unavailable`), never an allowed call. */
@Injectable()
export class RateLimitGrpcClient implements RateLimitPort {
  constructor(private readonly channel: GrpcChannel) {}

  async check(context: CallContext, query: RateLimitQuery): Promise<RateLimitDecision> {
    // Checked here, because an error from the sidecar would look like an outage.
    checkQuery(query);
    const request = toInternalRequest(query);
    return fromDecisionMessage(
      await this.channel.unary<object, CheckLimitResponse>(SERVICE, 'CheckLimit', request, context),
    );
  }

  async reset(context: CallContext, tenantId: string, key: string): Promise<void> {
    checkKey(key);
    await this.channel.unary<object, object>(SERVICE, 'ResetKey', { tenantId, key }, context);
  }

  async release(context: CallContext, tenantId: string, lease: string): Promise<void> {
    await this.channel.unary<object, object>(SERVICE, 'ReleaseLease', { tenantId, lease }, context);
  }
}
