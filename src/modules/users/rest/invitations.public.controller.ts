import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { requestState } from '../../../kernel/http/request-state';
import { Caller, Guarded, PublicRoute } from '../../../kernel/http/routes/route-access';
import { EntryLimit } from '../../../kernel/http/routes/route-decorators';
import { type ExpectedVersions, IfMatch, Versioned } from '../../../kernel/http/conditions/versions';
import { type CountedPage, countedPageOf } from '../../../kernel/lists/list-query';
import { type Account, user } from '../contract/accounts.types';
import { InvitationsPort } from '../contract/invitations.port';
import {
  acceptance,
  type Acceptance,
  invitation,
  type Invitation,
  INVITATION_LIMITS,
  invitationQuery,
  type InvitationQuery,
  newInvitation,
  type NewInvitation,
  sentInvitation,
  type SentInvitation,
} from '../contract/invitations.types';

// Listing invitations is also an administrative action: the base policy does not grant members the verbs of these actions.
const ADMIN = { scope: 'users.write', resourceType: 'invitation' };
const ID = { id: 'Id of the invitation.' };

@ApiTags('users')
@Controller('v1/users')
export class InvitationsPublicController {
  constructor(private readonly invitations: InvitationsPort) {}

  @Post()
  @Versioned()
  @Guarded({ ...ADMIN, action: 'user.invite' })
  @Docs({
    summary: `Invite a person by email, for ${INVITATION_LIMITS.days} days`,
    status: 201,
    answer: sentInvitation,
    isKeyed: true,
  })
  inviteUser(
    @Caller() context: CallContext,
    @Body({ schema: newInvitation }) input: NewInvitation,
  ): Promise<SentInvitation> {
    return this.invitations.invite(context, input);
  }

  @Get('invitations')
  @Guarded({ ...ADMIN, action: 'user.invitation.inspect' })
  @Docs({ summary: 'List invitations', status: 200, answer: countedPageOf(invitation), query: invitationQuery })
  listInvitations(
    @Caller() context: CallContext,
    @Query({ schema: invitationQuery }) query: InvitationQuery,
  ): Promise<CountedPage<Invitation>> {
    return this.invitations.list(context, query);
  }

  @Get('invitations/:id')
  @Versioned('If-None-Match')
  @Guarded({ ...ADMIN, action: 'user.invitation.show' })
  @Docs({ summary: 'Get an invitation', status: 200, answer: invitation, params: ID })
  getInvitation(@Caller() context: CallContext, @Param('id') id: string): Promise<Invitation> {
    return this.invitations.get(context, id);
  }

  @Post('invitations/:id/resend')
  @HttpCode(200)
  @Versioned()
  @Guarded({ ...ADMIN, action: 'user.invitation.resend' })
  @Docs({
    summary: 'Send an invitation again; the previous link stops working',
    status: 200,
    answer: sentInvitation,
    params: ID,
    isKeyed: true,
  })
  resendInvitation(@Caller() context: CallContext, @Param('id') id: string): Promise<SentInvitation> {
    return this.invitations.resend(context, id);
  }

  @Post('invitations/:id/revoke')
  @HttpCode(200)
  @Versioned('If-Match')
  @Guarded({ ...ADMIN, action: 'user.invitation.revoke' })
  @Docs({ summary: 'Revoke an invitation', status: 200, answer: invitation, params: ID, isKeyed: true })
  revokeInvitation(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<Invitation> {
    return this.invitations.revoke(context, id, expected);
  }

  @Post('invitations/:token/accept')
  @EntryLimit('requests')
  @HttpCode(200)
  @PublicRoute()
  @Docs({
    summary: 'Accept an invitation with the token from its link: sets password and name',
    status: 200,
    answer: user,
    params: { token: 'The token from the link.' },
  })
  acceptInvitation(
    @Req() request: Request,
    @Param('token') token: string,
    @Body({ schema: acceptance }) input: Acceptance,
  ): Promise<Account> {
    const { ip, requestId } = requestState(request);
    return this.invitations.accept(token, input, { ip, requestId, userAgent: request.headers['user-agent'] ?? '' });
  }
}
