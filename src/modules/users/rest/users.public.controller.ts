import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { type ExpectedVersions, IfMatch, Versioned } from '../../../kernel/http/conditions/versions';
import { type CountedPage, countedPageOf } from '../../../kernel/lists/list-query';
import { AccountsPort } from '../contract/accounts.port';
import {
  type Account,
  user,
  userPatch,
  type UserPatch,
  userQuery,
  type UserQuery,
  userRemoval,
  type UserRemoval,
  userRemovalQuery,
} from '../contract/accounts.types';

const READ = { scope: 'users.read', resourceType: 'user' };
// The base policy does not grant members and editors the verbs of these actions: only administrators manage users.
const WRITE = { scope: 'users.write', resourceType: 'user' };
const ID = { id: 'Id of the user.' };

@ApiTags('users')
@Controller('v1/users')
export class UsersPublicController {
  constructor(private readonly accounts: AccountsPort) {}

  @Get()
  @Guarded({ ...READ, action: 'user.list' })
  @Docs({ summary: 'List users', status: 200, answer: countedPageOf(user), query: userQuery })
  listUsers(
    @Caller() context: CallContext,
    @Query({ schema: userQuery }) query: UserQuery,
  ): Promise<CountedPage<Account>> {
    return this.accounts.list(context, query);
  }

  @Get(':id')
  @Versioned('If-None-Match')
  @Guarded({ ...READ, action: 'user.get' })
  @Docs({ summary: 'Get a user', status: 200, answer: user, params: ID })
  getUser(@Caller() context: CallContext, @Param('id') id: string): Promise<Account> {
    return this.accounts.get(context, id);
  }

  @Patch(':id')
  @Versioned('If-Match')
  @Guarded({ ...WRITE, action: 'user.change' })
  @Docs({ summary: 'Change the name, role or status of a user', status: 200, answer: user, params: ID })
  updateUser(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: userPatch }) patch: UserPatch,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<Account> {
    return this.accounts.update(context, id, patch, expected);
  }

  @Delete(':id')
  @Guarded({ ...WRITE, action: 'user.delete' })
  @Docs({
    summary: 'Delete a user; the response reports the effects on dependent data',
    status: 200,
    answer: userRemoval,
    query: userRemovalQuery,
    params: ID,
    isConditional: true,
  })
  deleteUser(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: userRemovalQuery }) query: { readonly dryRun: 'true' | 'false' },
    @IfMatch() expected: ExpectedVersions,
  ): Promise<UserRemoval> {
    return this.accounts.remove(context, id, query.dryRun === 'true', expected);
  }

  @Post(':id/suspend')
  @HttpCode(200)
  @Versioned()
  @Guarded({ ...WRITE, action: 'user.suspend' })
  @Docs({
    summary: 'Suspend a user: all access ends immediately',
    status: 200,
    answer: user,
    params: ID,
    isKeyed: true,
  })
  suspendUser(@Caller() context: CallContext, @Param('id') id: string): Promise<Account> {
    return this.accounts.setStatus(context, id, 'suspended');
  }

  @Post(':id/activate')
  @HttpCode(200)
  @Versioned()
  @Guarded({ ...WRITE, action: 'user.activate' })
  @Docs({ summary: 'Reactivate a user', status: 200, answer: user, params: ID, isKeyed: true })
  activateUser(@Caller() context: CallContext, @Param('id') id: string): Promise<Account> {
    return this.accounts.setStatus(context, id, 'active');
  }

  @Post(':id/deactivate')
  @HttpCode(200)
  @Versioned()
  @Guarded({ ...WRITE, action: 'user.deactivate' })
  @Docs({
    summary: 'Deactivate a user permanently, but keep the account',
    status: 200,
    answer: user,
    params: ID,
    isKeyed: true,
  })
  deactivateUser(@Caller() context: CallContext, @Param('id') id: string): Promise<Account> {
    return this.accounts.setStatus(context, id, 'deactivated');
  }
}
