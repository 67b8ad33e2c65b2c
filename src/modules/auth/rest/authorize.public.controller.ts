import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { outage } from '../../../kernel/errors/app-error';
import { JsonLimit } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { BearerToken, Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { undecided } from '../../oauth/contract/access-token.types';
import { AuthPort, outageOfVerdict } from '../contract/auth.port';
import { CONTEXT_LIMITS, isModest } from './context-limits';

/** The maximum size of a body: enough for a token of 16 KiB and for the largest context that a policy can be expected to read. */
const LIMIT_BYTES = 64 * 1024;

const { maxMembers, maxValues, maxLevels } = CONTEXT_LIMITS;
const CONTEXT_WORDS = `must have at most ${maxMembers} members, ${maxValues} values in total and ${maxLevels} levels`;

const query = z
  .strictObject({
    token: z.string().min(1).max(16_384).optional().meta({ description: "The caller's own token if absent." }),
    action: z.string().min(1).max(256),
    resource: z.string().min(1).max(1024),
    context: z
      .record(z.string().max(128), z.unknown())
      .refine(isModest, CONTEXT_WORDS)
      .optional()
      .meta({ description: `It ${CONTEXT_WORDS}.` }),
  })
  .meta({ id: 'AuthorizeQuery' });

const decision = z
  .object({ allowed: z.boolean(), claims: z.record(z.string(), z.unknown()), reason: z.string() })
  .meta({ id: 'Decision' });

/** `POST /v1/authorize`, which the SDK's `authorize` calls. */
@ApiTags('authorize')
@Controller('v1/authorize')
export class AuthorizePublicController {
  constructor(private readonly auth: AuthPort) {}

  @Post()
  @HttpCode(200)
  @JsonLimit(LIMIT_BYTES)
  @Guarded({ scope: '', action: 'authorize', resourceType: 'token' })
  @Docs({ summary: 'Decide whether the bearer of a token is allowed to act', status: 200, answer: decision })
  async authorizeAction(
    @Caller() context: CallContext,
    @BearerToken() own: string,
    @Body({ schema: query }) { token = own, action, resource, context: known = {} }: z.infer<typeof query>,
  ): Promise<z.infer<typeof decision>> {
    // A caller can ask only about its own tenant's tokens.
    const { tenantId: tenant } = context;
    const bearer = await this.auth.validateToken(context, { token, tenant, expectedAudience: null });
    if (!bearer.valid) {
      if (bearer.refusal === 'unavailable') throw undecided(bearer);
      return { allowed: false, claims: {}, reason: bearer.refusal };
    }
    const principal = { token, tenant };
    const verdict = await this.auth.authorize(context, {
      principal,
      action,
      resource,
      context: known,
      requiredScope: '',
    });
    if (verdict.allowed) return { allowed: true, claims: bearer.claims, reason: '' };
    const reason = outageOfVerdict(verdict);
    if (reason !== null) throw outage(reason, { message: verdict.reason });
    return { allowed: false, claims: {}, reason: verdict.reason };
  }
}
