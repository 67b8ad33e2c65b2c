import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError } from '../../../kernel/errors/app-error';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type {
  AuthorizeRequest,
  GetJwksRequest,
  GetJwksResponse,
  IsRevokedResponse,
  RevokeTokenRequest,
  RevokeTokenResponse,
  ValidateTokenRequest,
  ValidateTokenResponse,
} from '../../../kernel/grpc/generated/coresdk/v1/auth';
import type { AuthorizeResponse, IsRevokedRequest } from '../../../kernel/grpc/generated/cpod/clients/v1/auth';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { isOfPublishedClient } from '../../../kernel/grpc/legacy/legacy-call';
import { namedTenant } from '../../../kernel/grpc/named-tenant';
import { PlainRpc } from '../../../kernel/grpc/plain-rpc';
import { problemOf } from '../../../kernel/grpc/problem';
import { sendReason } from '../../../kernel/grpc/refusal-metadata';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { isToken } from '../../../kernel/grpc/token-text';
import { type TokenVerdict, undecided } from '../../oauth/contract/access-token.types';
import { AuthPort, type Requester } from '../contract/auth.port';
import {
  contextOf,
  expectedAudienceOf,
  isOfTheInstallation,
  metadataOf,
  recordsDenials,
  refusedAuthorization,
  toAuthorizeResponse,
} from './authorize-message';
import { invalidAnswer, toValidateTokenResponse } from './verdict-message';

type UnaryCall = ServerUnaryCall<unknown, unknown>;

function deny(error: AppError): ValidateTokenResponse {
  return invalidAnswer(problemOf(error));
}

/** Access rule for callers that present a token. They do not need any other credential. */
const BEARER = { name: 'bearer', onlyTenant: null };

/**
 * The RPCs of `coresdk.v1.AuthService` for access tokens and authorization. The other RPCs are in their own modules: oauth (refresh
 * tokens), saml, platform-context and agents.
 */
@Controller()
export class AuthGrpcController {
  constructor(
    private readonly auth: AuthPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  @DecisionRpc('AuthService', 'ValidateToken', deny)
  async validateToken(request: ValidateTokenRequest, metadata: Metadata): Promise<ValidateTokenResponse> {
    const verdict = await this.auth.validateToken(null, {
      token: request.token,
      tenant: orNull(request.tenant?.tenantId),
      expectedAudience: orNull(request.expectedAudience),
      ignoresUnknownAudience: isOfPublishedClient(request, metadata),
    });
    return toValidateTokenResponse(verdict);
  }

  @DecisionRpc('AuthService', 'Authorize', refusedAuthorization)
  async authorize(
    request: AuthorizeRequest,
    metadata: Metadata,
    call: ServerUnaryCall<AuthorizeRequest, AuthorizeResponse>,
  ): Promise<AuthorizeResponse> {
    const principal = await this.principalOf(request, metadata);
    const caller = this.callers.isService(metadata) ? this.callers.require(metadata) : BEARER;
    const tenantId = 'subject' in principal ? principal.tenantId : null;
    const { action, resource, requiredScope } = request;
    const verdict = await this.auth.authorize(
      grpcContext(metadata, caller, tenantId, call),
      { principal, action, resource, requiredScope, context: contextOf(request, metadata) },
      { callerRecordsDenials: caller !== BEARER && recordsDenials(metadata) },
    );
    const isOurClient = isOfTheInstallation(metadata);
    const answered = isOurClient ? metadataOf(verdict) : null;
    if (answered !== null) call.sendMetadata(answered);
    return toAuthorizeResponse(verdict, !isOurClient);
  }

  @DecisionRpc('AuthService', 'RevokeToken', () => ({ success: false }))
  async revokeToken(request: RevokeTokenRequest, metadata: Metadata, call?: UnaryCall): Promise<RevokeTokenResponse> {
    const context = grpcContext(metadata, BEARER, null);
    const success = await this.auth.revokeToken(context, request.token, orNull(request.tenantId), request.reason);
    if (!success) await this.judge(request.token, orNull(request.tenantId), call);
    return { success };
  }

  @DecisionRpc('AuthService', 'IsRevoked', () => ({ revoked: true }))
  async isRevoked(
    { token, tenantId }: IsRevokedRequest,
    _metadata: Metadata,
    call?: UnaryCall,
  ): Promise<IsRevokedResponse> {
    // An invalid token counts as revoked, so that no caller continues to use it. If the request names a tenant, a token of a different
    // tenant also counts as revoked.
    const verdict = await this.judge(token, orNull(tenantId), call);
    return { revoked: !verdict.valid };
  }

  @PlainRpc('AuthService', 'GetJwks')
  async getJwks(_request: GetJwksRequest): Promise<GetJwksResponse> {
    return { jwksJson: await this.auth.jwks(null) };
  }

  /** Validates a token for a response that has no field for the reason. Errors: `unavailable`. */
  private async judge(token: string, tenant: string | null, call: UnaryCall | undefined): Promise<TokenVerdict> {
    const verdict = await this.auth.validateToken(null, { token, tenant, expectedAudience: null });
    if (verdict.valid) return verdict;
    if (verdict.refusal === 'unavailable') throw undecided(verdict);
    sendReason(call, verdict.refusal);
    return verdict;
  }

  /** Returns the principal. A token is sufficient. Only a service can name a principal (rest.md §4b). */
  private async principalOf(request: AuthorizeRequest, metadata: Metadata): Promise<Requester> {
    const { token, subject, tenant } = request;
    if (token !== '') {
      return { token, tenant: orNull(tenant?.tenantId), expectedAudience: expectedAudienceOf(metadata) };
    }
    const caller = this.callers.require(metadata);
    if (subject === '') throw new AppError('invalid_request', 'token and subject are missing; send one of them.');
    // Otherwise, the token would be recorded as the name of a principal.
    if (isToken(subject)) throw new AppError('invalid_request', 'subject contains a token; send it as token.');
    const tenantId = await namedTenant(this.tenants, caller, tenant?.tenantId ?? '');
    return { subject, tenantId, roles: tenant?.roles ?? [] };
  }
}

function orNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
