import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { type ExpectedVersions, IfMatch, Versioned } from '../../../kernel/http/conditions/versions';
import { type CountedPage, countedPageOf } from '../../../kernel/lists/list-query';
import { CredentialsPort } from '../contract/credentials.port';
import {
  credential,
  type Credential,
  credentialQuery,
  type CredentialQuery,
  credentialRotation,
  type CredentialRotation,
  credentialWithKey,
  type CredentialWithKey,
  newCredential,
  type NewCredential,
} from '../contract/credentials.types';

const READ = { scope: 'credentials.read', resourceType: 'credential' };
const WRITE = { scope: 'credentials.write', resourceType: 'credential' };
const ID = { id: 'Id of the credential.' };

@ApiTags('credentials')
@Controller('v1/credentials')
export class CredentialsPublicController {
  constructor(private readonly credentials: CredentialsPort) {}

  @Post()
  @Versioned()
  @Guarded({ ...WRITE, action: 'credential.create' })
  @Docs({ summary: 'Create an API key; it is shown only once', status: 201, answer: credentialWithKey, isKeyed: true })
  createCredential(
    @Caller() context: CallContext,
    @Body({ schema: newCredential }) input: NewCredential,
  ): Promise<CredentialWithKey> {
    return this.credentials.create(context, input);
  }

  @Get()
  @Guarded({ ...READ, action: 'credential.list' })
  @Docs({
    summary: 'List API keys: your own, or all keys of the tenant with the scope admin',
    status: 200,
    answer: countedPageOf(credential),
    query: credentialQuery,
  })
  listCredentials(
    @Caller() context: CallContext,
    @Query({ schema: credentialQuery }) query: CredentialQuery,
  ): Promise<CountedPage<Credential>> {
    return this.credentials.list(context, query);
  }

  @Get(':id')
  @Versioned('If-None-Match')
  @Guarded({ ...READ, action: 'credential.get' })
  @Docs({ summary: 'Get an API key without its secret', status: 200, answer: credential, params: ID })
  getCredential(@Caller() context: CallContext, @Param('id') id: string): Promise<Credential> {
    return this.credentials.get(context, id);
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Versioned('If-Match')
  @Guarded({ ...WRITE, action: 'credential.rotate' })
  @Docs({
    summary: 'Rotate an API key; the previous key stays valid for an overlap period',
    status: 200,
    answer: credentialWithKey,
    params: ID,
    isKeyed: true,
  })
  rotateCredential(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: credentialRotation.prefault({}) }) rotation: CredentialRotation,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<CredentialWithKey> {
    return this.credentials.rotate(context, id, rotation, expected);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @Versioned('If-Match')
  @Guarded({ ...WRITE, action: 'credential.revoke' })
  @Docs({
    summary: 'Revoke an API key and every token created from it',
    status: 200,
    answer: credential,
    params: ID,
    isKeyed: true,
  })
  revokeCredential(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<Credential> {
    return this.credentials.revoke(context, id, expected);
  }
}
