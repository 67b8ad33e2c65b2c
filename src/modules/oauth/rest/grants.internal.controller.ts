import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { oauthErrors } from '../../../kernel/http/errors/error-shape';
import { Errors, ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { type Grant, grant, GrantsPort } from '../contract/grants.port';

const grantList = z.object({ items: z.array(grant) }).meta({ id: 'GrantList' });

/**
 * Lists and revokes the consents of the token's user. Any user token is accepted: revoking a consent does not require the right to grant
 * it. An app sees and revokes only its own grant. The tenant's own apps (`first_party`) see and revoke all grants.
 */
@ApiTags('oauth')
@Controller('oauth/me/grants')
@ProxiedToControlPlane('v1/oauth/me/grants')
@Errors(oauthErrors)
export class GrantsInternalController {
  constructor(private readonly grants: GrantsPort) {}

  @Get()
  @Guarded({ scope: '', action: 'oauth.grant.list', resourceType: 'grant' })
  @Docs({ summary: "List the user's grants to apps", status: 200, answer: grantList })
  async listAuthorizationGrants(@Caller() context: CallContext): Promise<{ readonly items: readonly Grant[] }> {
    return { items: await this.grants.list(context) };
  }

  @Delete(':id')
  @HttpCode(204)
  @Guarded({ scope: '', action: 'oauth.grant.revoke', resourceType: 'grant' })
  @Docs({ summary: 'Revoke a grant and all its tokens', status: 204, params: { id: 'Id of the grant.' } })
  revokeAuthorizationGrant(@Caller() context: CallContext, @Param('id') id: string): Promise<void> {
    return this.grants.revoke(context, id);
  }
}
