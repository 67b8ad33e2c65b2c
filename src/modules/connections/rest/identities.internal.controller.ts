import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { type CountedPage, countedPageOf } from '../../../kernel/lists/list-query';
import { IdentitiesPort } from '../contract/identities.port';
import { identity, type Identity, identityQuery } from '../contract/identities.types';

const ADMIN = { scope: 'admin', resourceType: 'connection' };
const ID = { id: 'Id of the connection.' };
const listQuery = identityQuery.extend(tenantQuery.shape);
const ownIdentities = z.object({ items: z.array(identity), nextCursor: z.null() });

/** The identities that a connection has linked to users. */
@ApiTags('connections')
@Controller('api/v1/connections')
@ProxiedToControlPlane('v1/connections')
export class IdentitiesInternalController {
  constructor(private readonly identities: IdentitiesPort) {}

  @Get(':id/identities')
  @Guarded({ ...ADMIN, action: 'connection.identity.list' })
  @Docs({
    summary: 'List the identities that are linked to users',
    status: 200,
    answer: countedPageOf(identity),
    params: ID,
    query: listQuery,
  })
  listLinkedIdentities(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: listQuery }) { tenant: _tenant, ...query }: z.infer<typeof listQuery>,
  ): Promise<CountedPage<Identity>> {
    return this.identities.list(context, id, query);
  }

  @Delete(':id/identities/:identityId')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'connection.identity.unlink' })
  @Docs({
    summary: 'Unlink an identity, unless it is the last way for its user to sign in',
    status: 204,
    params: { ...ID, identityId: 'Id of the identity.' },
    query: tenantQuery,
    errors: [409],
  })
  unlinkIdentity(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Param('identityId') identityId: string,
  ): Promise<void> {
    return this.identities.remove(context, id, identityId);
  }
}

/** The identities of the signed-in user. */
@ApiTags('connections')
@Controller('api/v1/identities')
@ProxiedToControlPlane('v1/identities')
export class OwnIdentitiesInternalController {
  constructor(private readonly identities: IdentitiesPort) {}

  @Get()
  @Guarded({ scope: 'users.read', action: 'connection.own_identity.list', resourceType: 'user' })
  @Docs({
    summary: 'List the identities of the signed-in user at identity providers',
    status: 200,
    answer: ownIdentities,
  })
  async listOwnIdentities(
    @Caller() context: CallContext,
  ): Promise<{ readonly items: readonly Identity[]; readonly nextCursor: null }> {
    return { items: await this.identities.own(context), nextCursor: null };
  }

  @Delete(':id')
  @HttpCode(204)
  @Guarded({ scope: 'users.write', action: 'connection.own_identity.unlink', resourceType: 'user' })
  @Docs({
    summary: 'Unlink an identity of the signed-in user, unless it is the last way to sign in',
    status: 204,
    params: { id: 'Id of the identity.' },
    errors: [409],
  })
  unlinkOwnIdentity(@Caller() context: CallContext, @Param('id') id: string): Promise<void> {
    return this.identities.removeOwn(context, id);
  }
}
