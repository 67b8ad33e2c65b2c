import type { Metadata } from '@grpc/grpc-js';
import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { AppError, outageOf } from '../../../kernel/errors/app-error';
import type { OutageReason } from '../../../kernel/errors/reason';
import type {
  AuthorizeResponse,
  GetJwksResponse,
  IsRevokedResponse,
  RevokeTokenResponse,
  ValidateTokenRequest,
  ValidateTokenResponse,
} from '../../../kernel/grpc/generated/coresdk/v1/auth';
import type { AuthorizePrincipalAnswer } from '../../../kernel/grpc/generated/cpod/internal/v1/auth';
import { GrpcChannel } from '../../../kernel/grpc/grpc-channel';
import type { TokenVerdict } from '../../oauth/contract/access-token.types';
import type {
  AuthorizeQuery,
  AuthorizeVerdict,
  AuthPort,
  PrincipalAct,
  PrincipalVerdict,
  ValidateToken,
} from '../contract/auth.port';
import type { Principal } from '../contract/principal.types';
import { authorizeHeaders, fromAuthorizeResponse, toAuthorizeRequest } from '../grpc/authorize-message';
import { principalVerdictOf, toAuthorizePrincipalRequest } from '../grpc/principal-message';
import { fromValidateTokenResponse } from '../grpc/verdict-message';

const SERVICE = 'coresdk.v1.AuthService';
const INTERNAL_SERVICE = 'cpod.internal.v1.AuthInternalService';

/** Token validation by the sidecar. An outage is a refusal (`unavailable`), never a pass. */
@Injectable()
export class AuthGrpcClient implements AuthPort {
  constructor(private readonly channel: GrpcChannel) {}

  async validateToken(context: CallContext | null, query: ValidateToken): Promise<TokenVerdict> {
    const request: ValidateTokenRequest = {
      token: query.token,
      tenant: query.tenant === null ? null : { tenantId: query.tenant, tenantName: '', roles: [], attributes: {} },
      metadata: null,
      expectedAudience: query.expectedAudience ?? '',
    };
    try {
      const answer = await this.channel.unary<ValidateTokenRequest, ValidateTokenResponse>(
        SERVICE,
        'ValidateToken',
        request,
        context,
      );
      return fromValidateTokenResponse(answer);
    } catch (error) {
      if (error instanceof AppError) return { valid: false, refusal: 'unavailable', ...causeOf(error) };
      throw error;
    }
  }

  async authorize(
    context: CallContext,
    query: AuthorizeQuery,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<AuthorizeVerdict> {
    let told: Metadata | null = null;
    try {
      const answer = await this.channel.unary<object, AuthorizeResponse>(
        SERVICE,
        'Authorize',
        toAuthorizeRequest(query),
        context,
        authorizeHeaders(query.principal, options?.callerRecordsDenials === true),
        (metadata) => (told = metadata),
      );
      return fromAuthorizeResponse(answer, told);
    } catch (error) {
      if (error instanceof AppError) {
        return { allowed: false, code: 'unavailable', reason: error.message, ...causeOf(error) };
      }
      throw error;
    }
  }

  async authorizePrincipal(
    context: CallContext,
    principal: Principal,
    act: PrincipalAct,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<PrincipalVerdict> {
    const recordsDenials = options?.callerRecordsDenials === true;
    const request = toAuthorizePrincipalRequest(requireTenant(context), principal, act, recordsDenials);
    try {
      const answer = await this.channel.unary<object, AuthorizePrincipalAnswer>(
        INTERNAL_SERVICE,
        'AuthorizePrincipal',
        request,
        context,
      );
      return principalVerdictOf(answer);
    } catch (error) {
      if (error instanceof AppError) {
        return { allowed: false, code: 'unavailable', reason: error.message, ...causeOf(error) };
      }
      throw error;
    }
  }

  async revokeToken(
    context: CallContext | null,
    token: string,
    tenant: string | null,
    reason: string,
  ): Promise<boolean> {
    const request = { token, tenantId: tenant ?? '', reason };
    const answer = await this.channel.unary<object, RevokeTokenResponse>(SERVICE, 'RevokeToken', request, context);
    return answer.success;
  }

  async isRevoked(context: CallContext | null, token: string): Promise<boolean> {
    try {
      const answer = await this.channel.unary<object, IsRevokedResponse>(SERVICE, 'IsRevoked', { token }, context);
      return answer.revoked;
    } catch (error) {
      if (error instanceof AppError) return true;
      throw error;
    }
  }

  async jwks(context: CallContext | null): Promise<string> {
    const answer = await this.channel.unary<object, GetJwksResponse>(SERVICE, 'GetJwks', {}, context);
    return answer.jwksJson;
  }
}

function causeOf(error: AppError): { readonly outage?: OutageReason } {
  const outage = outageOf(error);
  return outage === null ? {} : { outage };
}
