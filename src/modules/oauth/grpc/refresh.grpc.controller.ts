import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import type { CancellableCall } from '../../../kernel/grpc/grpc-caller-signal';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type { RefreshTokenRequest, RefreshTokenResponse } from '../../../kernel/grpc/generated/coresdk/v1/auth';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { problemOf } from '../../../kernel/grpc/problem';
import { ServiceCallers, tenantsOf } from '../../../kernel/grpc/service-caller';
import { RefreshPort } from '../contract/refresh.port';

/**
 * `AuthService/RefreshToken`, for services of the installation. The token's app is confidential and would have to authenticate at the token
 * endpoint.
 */
@Controller()
export class RefreshGrpcController {
  constructor(
    private readonly tokens: RefreshPort,
    private readonly callers: ServiceCallers,
  ) {}

  @DecisionRpc('AuthService', 'RefreshToken', (error) => ({ token: '', expiresAt: 0, error: problemOf(error) }))
  async refreshToken(
    { refreshToken }: RefreshTokenRequest,
    metadata: Metadata,
    call: CancellableCall,
  ): Promise<RefreshTokenResponse> {
    const caller = this.callers.require(metadata);
    const { token, expiresAt } = await this.tokens.refresh(
      grpcContext(metadata, caller, null, call),
      refreshToken,
      tenantsOf(caller),
    );
    return { token, expiresAt, error: null };
  }
}
