import { Controller, Delete, Head, HttpCode, Options, Param, Patch, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApiHeader, ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { StreamsBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { streamInPeace } from '../../../kernel/http/body/body-deadline';
import { BearerToken, Caller, Guarded, PublicRoute } from '../../../kernel/http/routes/route-access';
import { MethodOverride } from '../../../kernel/http/routes/route-decorators';
import { AuthPort } from '../../auth/contract/auth.port';
import { FileProjectsPort } from '../contract/file-projects.port';
import { ResumableUploadsPort, type TusRequest } from '../contract/resumable-uploads.port';
import { assertMay, isOrder, reauthorization } from './file-permissions';

const WRITE = { scope: 'files.write', resourceType: 'file' };
const ID = { id: 'Id of the upload, from `Location`.' };
const PROTOCOL = {
  name: 'Tus-Resumable',
  required: true,
  description: '`1.0.0`',
  schema: { type: 'string', enum: ['1.0.0'] },
};
const OFFSET_STREAM = 'application/offset+octet-stream';
const METADATA = {
  name: 'Upload-Metadata',
  required: true,
  description: '`tier` and `path`, and optionally `filetype` and `projectId`; each value in Base64.',
  schema: { type: 'string' },
} as const;
const BYTES = { type: 'integer', minimum: 0 } as const;
const LENGTH = {
  name: 'Upload-Length',
  required: false,
  description: 'Total size of the upload, in bytes.',
  schema: BYTES,
} as const;
const DEFERRED = {
  name: 'Upload-Defer-Length',
  required: false,
  description: '`1`, instead of `Upload-Length`, if the size is not yet known.',
  schema: { type: 'string', enum: ['1'] },
};
const OFFSET = {
  name: 'Upload-Offset',
  required: true,
  description: 'Number of bytes already uploaded: the offset of these bytes.',
  schema: BYTES,
} as const;

/** 412 without `Tus-Resumable: 1.0.0`; 410 for an expired upload. */
const PROTOCOL_FAULTS = [410, 412];

/** Resumable uploads with the tus protocol, version 1.0.0. Errors have the same format as in all other APIs. */
@ApiTags('files')
@Controller('v1/files/uploads')
@MethodOverride()
export class UploadsPublicController {
  constructor(
    private readonly uploads: ResumableUploadsPort,
    readonly auth: AuthPort,
    readonly projects: FileProjectsPort,
  ) {}

  @Options()
  @ApiHeader({ ...PROTOCOL, required: false, schema: { type: 'string' } })
  @HttpCode(204)
  @PublicRoute()
  @Docs({ summary: 'Get the supported parts of the tus protocol', status: 204 })
  getUploadOptions(@Res({ passthrough: true }) response: Response): void {
    response.setHeader('Tus-Resumable', '1.0.0');
    response.setHeader('Tus-Version', '1.0.0');
    response.setHeader('Tus-Extension', EXTENSIONS.join(','));
    response.setHeader('Tus-Max-Size', String(this.uploads.maxBytes));
  }

  @Post()
  @ApiHeader(PROTOCOL)
  @StreamsBody('*/*')
  @ApiHeader(METADATA)
  @ApiHeader(LENGTH)
  @ApiHeader(DEFERRED)
  @Guarded({ ...WRITE, action: 'file.upload.create', asks: 'file.upload.put', isOwn: isOrder })
  @Docs({ summary: 'Start a resumable upload, optionally with its first bytes', status: 201, errors: PROTOCOL_FAULTS })
  async createUpload(
    @Caller() context: CallContext,
    @BearerToken() token: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    this.uploads.assertProtocol(textsOf(request));
    const metadata = request.headers['upload-metadata'];
    const { place, projectId } = this.uploads.metadataOf(typeof metadata === 'string' ? metadata : undefined);
    await assertMay(this, context, token, [{ action: 'file.put', place, projectId }]);
    await this.answer(context, token, request, response, 'POST');
  }

  @Head(':id')
  @ApiHeader(PROTOCOL)
  @Guarded({ ...WRITE, action: 'file.upload.get' })
  @Docs({ summary: 'Get the offset of an upload', status: 200, errors: PROTOCOL_FAULTS, params: ID })
  getUploadOffset(
    @Caller() context: CallContext,
    @BearerToken() token: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    return this.answer(context, token, request, response, 'HEAD');
  }

  @Patch(':id')
  @ApiHeader(PROTOCOL)
  @ApiHeader(OFFSET)
  @ApiHeader(LENGTH)
  @StreamsBody(OFFSET_STREAM)
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'file.upload.patch', isOwn: isOrder })
  @Docs({ summary: 'Send the next bytes of an upload', status: 204, errors: PROTOCOL_FAULTS, params: ID })
  async appendToUpload(
    @Caller() context: CallContext,
    @BearerToken() token: string,
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    // Days might have passed: the user who started the upload might no longer have a role in the project.
    const upload = await this.uploads.find(context, id);
    if (upload !== null) await assertMay(this, context, token, [{ action: 'file.put', ...upload }]);
    await this.answer(context, token, request, response, 'PATCH');
  }

  @Delete(':id')
  @ApiHeader(PROTOCOL)
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'file.upload.cancel', asks: 'file.upload.delete', isOwn: isOrder })
  @Docs({ summary: 'Cancel an upload', status: 204, errors: PROTOCOL_FAULTS, params: ID })
  cancelUpload(
    @Caller() context: CallContext,
    @BearerToken() token: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    return this.answer(context, token, request, response, 'DELETE');
  }

  private async answer(
    context: CallContext,
    token: string,
    request: Request,
    response: Response,
    method: TusRequest['method'],
  ): Promise<void> {
    const takes = method === 'POST' || method === 'PATCH';
    if (takes) streamInPeace(request, response);
    const answer = await this.uploads.handle(context, {
      method,
      path: request.path,
      headers: textsOf(request),
      bytes: takes ? request : null,
      reauthorize: reauthorization(this.auth, context, token),
    });
    response.status(answer.status);
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  }
}

const EXTENSIONS = ['creation', 'creation-with-upload', 'creation-defer-length', 'termination', 'expiration'];

/** Returns the headers that appear once in a request, except headers for message framing. */
function textsOf({ headers }: Request): Readonly<Record<string, string>> {
  const texts = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && name !== 'transfer-encoding' ? [[name, value]] : [],
  );
  return Object.fromEntries(texts);
}
