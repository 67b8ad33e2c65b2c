import { Body, Controller, Put } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { TokenClaimsPort } from '../contract/token-claims.port';
import { newTokenPolicy, type NewTokenPolicy, tokenPolicy, type TokenPolicy } from '../contract/token-claims.types';

/** The port also requires a platform administrator: `?tenant=` names the tenant, as for its administrators. */
const ADMIN = { scope: 'admin', resourceType: 'token_claims' };

/** The switch of a tenant's token policy, for the operator of the installation. */
@ApiTags('token claims')
@Controller('api/v1/token-claims/policy')
export class TokenPolicyInternalController {
  constructor(private readonly claims: TokenClaimsPort) {}

  @Put()
  @Guarded({ ...ADMIN, action: 'token_claims.policy.put' })
  @Docs({
    summary: 'Turn the decision of a tenant’s policy about tokens on or off; for platform administrators',
    status: 200,
    answer: tokenPolicy,
    query: tenantQuery,
  })
  putTokenPolicy(
    @Caller() context: CallContext,
    @Body({ schema: newTokenPolicy }) { enabled }: NewTokenPolicy,
  ): Promise<TokenPolicy> {
    return this.claims.setPolicy(context, enabled);
  }
}
