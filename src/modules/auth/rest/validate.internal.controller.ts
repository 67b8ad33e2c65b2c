import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { type CallContext, systemContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { JsonLimit } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { requestState } from '../../../kernel/http/request-state';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { EntryLimit } from '../../../kernel/http/routes/route-decorators';
import { type AccessTokenClaims, REFUSAL_MESSAGES } from '../../oauth/contract/access-token.types';
import { AuthPort } from '../contract/auth.port';

/** The maximum size of a body: enough for a token of 16 KiB and an action with its resource. */
const LIMIT_BYTES = 32 * 1024;

const question = z
  .object({
    token: z.string().max(16_384).meta({ description: 'The token, with or without a "Bearer " prefix.' }),
    action: z.string().max(256).default(''),
    resource: z.string().max(1024).default(''),
    tenant_id: z
      .string()
      .max(128)
      .default('')
      .meta({ description: 'Id or slug of the tenant that the token must belong to.' }),
  })
  .meta({ id: 'ValidateQuestion' });

const validation = z
  .object({
    allowed: z.boolean(),
    result: z.boolean().meta({ description: 'The same.' }),
    reason: z.string(),
    sub: z.string(),
    tenant_id: z.string(),
    roles: z.array(z.string()),
    claims: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Validation' });

type Validation = z.infer<typeof validation>;

/**
 * `POST /api/v1/auth/validate`, which existing clients call if no sidecar responds (wire contract §4.1). The token in the request is the
 * only credential that is needed. As in the sidecar, the response to a refused token is successful and contains a denial, because clients
 * treat any other response as a missing decision.
 */
@ApiTags('auth')
@Controller('api/v1/auth')
export class ValidateInternalController {
  constructor(private readonly auth: AuthPort) {}

  @Post('validate')
  @EntryLimit('requests')
  @HttpCode(200)
  @JsonLimit(LIMIT_BYTES)
  @PublicRoute()
  @Docs({
    summary: 'Validate a token and, with an action and a resource, whether its bearer is allowed to act',
    status: 200,
    answer: validation,
  })
  async validateToken(
    @Req() request: Request,
    @Body({ schema: question }) { token, action, resource, tenant_id: named }: z.infer<typeof question>,
  ): Promise<Validation> {
    const { ip, requestId } = requestState(request);
    const context: CallContext = { ...systemContext(requestId), ip };
    const tenant = named === '' ? null : named;
    const bearer = await this.auth.validateToken(context, { token, tenant, expectedAudience: null });
    if (!bearer.valid) {
      if (bearer.refusal === 'unavailable') throw new AppError('unavailable', REFUSAL_MESSAGES.unavailable);
      return refused(bearer.refusal);
    }
    if (action === '' || resource === '') return accepted(bearer.claims);
    const principal = { token, tenant };
    const verdict = await this.auth.authorize(context, { principal, action, resource, context: {}, requiredScope: '' });
    if (verdict.allowed) return accepted(bearer.claims);
    if (verdict.code === 'unavailable' || verdict.code === 'deadline')
      throw new AppError('unavailable', verdict.reason);
    return refused(verdict.reason);
  }
}

function accepted(claims: AccessTokenClaims): Validation {
  const { sub, tenant_id, roles } = claims;
  return { allowed: true, result: true, reason: '', sub, tenant_id, roles, claims };
}

/** Returns a refusal without claims, for a token that is invalid or insufficient. */
function refused(reason: string): Validation {
  return { allowed: false, result: false, reason, sub: '', tenant_id: '', roles: [], claims: {} };
}
