import { Body, Controller, Delete, Get, HttpCode, Param, Patch } from '@nestjs/common';
import { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { type ExpectedVersions, IfMatch, Versioned } from '../../../kernel/http/conditions/versions';
import { type Account, ownPatch, type OwnPatch, user } from '../contract/accounts.types';
import { OwnAccountPort } from '../contract/own-account.port';
import { ownSession, type OwnSession } from '../contract/own-sessions.types';

const SESSION = { resourceType: 'session' };
const sessionList = z.object({ items: z.array(ownSession), nextCursor: z.null() });

@ApiTags('users')
@Controller('v1/users/me')
export class OwnAccountPublicController {
  constructor(private readonly own: OwnAccountPort) {}

  @Get()
  @Versioned('If-None-Match')
  @Guarded({ scope: 'users.read', action: 'user.me.get', resourceType: 'user' })
  @Docs({ summary: 'Get the signed-in user', status: 200, answer: user })
  getOwnAccount(@Caller() context: CallContext): Promise<Account> {
    return this.own.get(context);
  }

  @Patch()
  @Versioned('If-Match')
  @Guarded({ scope: 'users.write', action: 'user.me.update', resourceType: 'user' })
  @Docs({ summary: 'Change name, avatar or preferences of the signed-in user', status: 200, answer: user })
  updateOwnAccount(
    @Caller() context: CallContext,
    @Body({ schema: ownPatch }) patch: OwnPatch,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<Account> {
    return this.own.update(context, patch, expected);
  }
}

@ApiTags('sessions')
@Controller('v1/sessions')
export class SessionsPublicController {
  constructor(private readonly own: OwnAccountPort) {}

  @Get()
  @Guarded({ ...SESSION, scope: 'sessions.read', action: 'session.own.list' })
  @Docs({ summary: 'List the active sessions of the signed-in user, newest first', status: 200, answer: sessionList })
  async listSessions(@Caller() context: CallContext): Promise<{ items: readonly OwnSession[]; nextCursor: null }> {
    return { items: await this.own.sessions(context), nextCursor: null };
  }

  @Delete()
  @HttpCode(204)
  @Guarded({ ...SESSION, scope: 'sessions.write', action: 'session.own.end_all' })
  @Docs({ summary: 'End every session of the signed-in user', status: 204 })
  endAllSessions(@Caller() context: CallContext): Promise<void> {
    return this.own.endSessions(context);
  }

  @Delete(':id')
  @HttpCode(204)
  @Guarded({ ...SESSION, scope: 'sessions.write', action: 'session.own.end' })
  @Docs({ summary: 'End a session of the signed-in user', status: 204, params: { id: 'Id of the session.' } })
  endSession(@Caller() context: CallContext, @Param('id') id: string): Promise<void> {
    return this.own.endSession(context, id);
  }
}
