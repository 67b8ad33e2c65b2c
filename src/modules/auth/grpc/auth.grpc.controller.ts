import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { AppError } from '../../../kernel/errors/app-error';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type {
  GetJwksRequest,
  GetJwksResponse,
  IsRevokedRequest,
  IsRevokedResponse,
  RevokeTokenRequest,
  RevokeTokenResponse,
  ValidateTokenRequest,
  ValidateTokenResponse,
} from '../../../kernel/grpc/generated/coresdk/v1/auth';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { problemOf } from '../../../kernel/grpc/problem';
import { AuthPort } from '../contract/auth.port';
import { invalidAnswer, toValidateTokenResponse } from './verdict-message';

function deny(error: AppError): ValidateTokenResponse {
  return invalidAnswer(problemOf(error));
}

/** `coresdk.v1.AuthService`, as far as tokens go. The other RPCs of the service are answered UNIMPLEMENTED. */
@Controller()
export class AuthGrpcController {
  constructor(private readonly auth: AuthPort) {}

  @DecisionRpc('AuthService', 'ValidateToken', deny)
  async validateToken(request: ValidateTokenRequest): Promise<ValidateTokenResponse> {
    const verdict = await this.auth.validateToken(null, {
      token: request.token,
      tenant: orNull(request.tenant?.tenantId),
      expectedAudience: orNull(request.expectedAudience),
    });
    return toValidateTokenResponse(verdict);
  }

  @DecisionRpc('AuthService', 'RevokeToken', () => ({ success: false }))
  async revokeToken(request: RevokeTokenRequest, metadata: Metadata): Promise<RevokeTokenResponse> {
    const context = grpcContext(metadata, { name: 'bearer', onlyTenant: null }, null);
    const success = await this.auth.revokeToken(context, request.token, orNull(request.tenantId), request.reason);
    return { success };
  }

  @DecisionRpc('AuthService', 'IsRevoked', () => ({ revoked: true }))
  async isRevoked(request: IsRevokedRequest): Promise<IsRevokedResponse> {
    return { revoked: await this.auth.isRevoked(null, request.token) };
  }

  @GrpcMethod('AuthService', 'GetJwks')
  async getJwks(_request: GetJwksRequest): Promise<GetJwksResponse> {
    return { jwksJson: await this.auth.jwks(null) };
  }
}

function orNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
