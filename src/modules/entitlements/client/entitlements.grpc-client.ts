import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import type { CheckEntitlementResponse } from '../../../kernel/grpc/generated/coresdk/v1/license';
import { GrpcChannel } from '../../../kernel/grpc/grpc-channel';
import type { EntitlementsPort } from '../contract/entitlements.port';
import type { Entitlement } from '../contract/entitlements.types';
import { fromEntitlementResponse } from '../grpc/entitlement-message';

/** Checks entitlements through the sidecar. An outage causes an error (`unavailable`), never a grant. */
@Injectable()
export class EntitlementsGrpcClient implements EntitlementsPort {
  constructor(private readonly channel: GrpcChannel) {}

  async check(context: CallContext, tenantId: string, key: string): Promise<Entitlement> {
    const request = { entitlementKey: key, tenantId };
    const answer = await this.channel.unary<object, CheckEntitlementResponse>(
      'coresdk.v1.LicenseService',
      'CheckEntitlement',
      request,
      context,
    );
    return fromEntitlementResponse(key, answer);
  }
}
