import { Body, Controller, Get, Post, Put, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { StreamsBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { BearerToken, Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { AuthPort } from '../../auth/contract/auth.port';
import { pathToUrl } from '../contract/file-path';
import { FileProjectsPort } from '../contract/file-projects.port';
import { FilesPort } from '../contract/files.port';
import {
  file,
  type FileView,
  signatureQuery,
  type SignatureQuery,
  signedUrl,
  type SignedUrl,
  signedUrlOrder,
  type SignedUrlOrder,
} from '../contract/files.types';
import { BlobsPort } from '../contract/blobs.port';
import { SignedUrlsPort } from '../contract/signed-urls.port';
import { answerContent, answerWritten, uploadOf } from './file-answers';
import { conditionsOf, wantedRange } from './file-headers';
import { assertMay } from './file-permissions';

const SIGNED = { scope: '', resourceType: 'file', isSigned: true };

/** URLs that let their bearer get or put one file. Calls that use them pass through the same pipeline, as calls from the signer. */
@ApiTags('files')
@Controller('v1/files')
export class SignedUrlsPublicController {
  constructor(
    private readonly files: FilesPort,
    private readonly objects: BlobsPort,
    private readonly signed: SignedUrlsPort,
    readonly auth: AuthPort,
    readonly projects: FileProjectsPort,
  ) {}

  @Post('signed-urls')
  // Guarded as a read, so that callers with read-only access can sign URLs for reading. The signed action is checked below.
  @Guarded({ scope: '', resourceType: 'file', action: 'file.signed_url.get' })
  @Docs({
    summary: 'Sign a URL that lets its bearer get or put a file, valid for at most a day',
    status: 201,
    answer: signedUrl,
    isKeyed: true,
  })
  async signFileUrl(
    @Caller() context: CallContext,
    @BearerToken() token: string,
    @Body({ schema: signedUrlOrder }) order: SignedUrlOrder,
  ): Promise<SignedUrl> {
    const action = order.method === 'GET' ? 'file.get' : 'file.put';
    await assertMay(this, context, token, [{ action, place: order }]);
    return this.signed.sign(context, order, await this.projects.stateAt(context, order, null));
  }

  @Get('signed')
  @Guarded({ ...SIGNED, action: 'file.signed.get', isAlwaysRecorded: true })
  @Docs({
    summary: 'Get a file with a signed URL',
    status: 200,
    also: [206],
    errors: [403, 404, 412, 416],
    types: ['*/*'],
    isCacheable: true,
    query: signatureQuery,
  })
  async getSignedFile(
    @Caller() context: CallContext,
    @Query({ schema: signatureQuery }) { signature }: SignatureQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile | undefined> {
    const wanted = {
      range: wantedRange(request),
      conditions: conditionsOf(request),
      wantsBytes: request.method === 'GET',
    };
    const object = this.signed.objectOf(signature);
    if (object !== null) {
      const kept = await this.objects.open(requireTenant(context), object.id, object.name, wanted);
      return answerContent(request, response, kept, null);
    }
    const { place, version, download } = this.signed.callOf(signature);
    const content = await this.files.open(context, place, { ...wanted, version });
    return answerContent(request, response, content, download);
  }

  @Put('signed')
  @StreamsBody('*/*')
  @Guarded({ ...SIGNED, action: 'file.signed.put' })
  @Docs({
    summary: 'Write a file with a signed URL',
    status: 200,
    also: [201],
    errors: [403, 404, 412],
    answer: file,
    query: signatureQuery,
  })
  async putSignedFile(
    @Caller() context: CallContext,
    @Query({ schema: signatureQuery }) { signature }: SignatureQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FileView> {
    const { place, maxBytes, ifMatch, ifNoneMatch, reauthorize } = this.signed.callOf(signature);
    const sent = uploadOf(request, response);
    const written = await this.files.put(context, place, {
      ...sent,
      action: 'file.signed.put',
      maxBytes,
      projectId: undefined,
      reauthorize,
      // The signer's conditions apply, whatever the bearer sends.
      conditions: {
        ...sent.conditions,
        ...(ifMatch === null ? {} : { ifMatch }),
        ...(ifNoneMatch === null ? {} : { ifNoneMatch }),
      },
    });
    return answerWritten(response, written, `/v1/files/${place.tier}/${pathToUrl(place.path)}`);
  }
}
