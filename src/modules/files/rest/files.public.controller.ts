import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
  type StreamableFile,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { StreamsBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type Page, pageOf } from '../../../kernel/lists/page';
import { BearerToken, Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { AuthPort } from '../../auth/contract/auth.port';
import { pathInUrl, pathToUrl } from '../contract/file-path';
import { FileProjectsPort } from '../contract/file-projects.port';
import { FilesPort } from '../contract/files.port';
import {
  contentQuery,
  type ContentQuery,
  copyOrder,
  type CopyOrder,
  deleteQuery,
  type DeleteQuery,
  file,
  filePage,
  type FilePage,
  type FilePlace,
  fileQuery,
  type FileQuery,
  fileVersion,
  type FileVersion,
  type FileView,
  moveOrder,
  type MoveOrder,
  putQuery,
  type PutQuery,
  TIERS,
  versionQuery,
  type VersionQuery,
} from '../contract/files.types';
import { answerContent, answerWritten, uploadOf } from './file-answers';
import { conditionsOf, wantedRange } from './file-headers';
import { assertMay, isOrder, reauthorization } from './file-permissions';

const MOUNT = '/v1/files';
const READ = { scope: 'files.read', resourceType: 'file' };
const WRITE = { scope: 'files.write', resourceType: 'file' };
/** Files in these two tiers belong to the caller. */
const isOwn = ({ tier }: Readonly<Record<string, unknown>>): boolean => tier === 'private' || tier === 'user';
const PATH = {
  tier: { description: '`private`, `user` or `shared`.', enum: TIERS },
  path: 'Path of the file; each name is percent-encoded separately.',
};

@ApiTags('files')
@Controller('v1/files')
export class FilesPublicController {
  constructor(
    private readonly files: FilesPort,
    readonly auth: AuthPort,
    readonly projects: FileProjectsPort,
  ) {}

  @Get()
  @Guarded({ ...READ, action: 'file.list' })
  @Docs({ summary: 'List files by path prefix', status: 200, answer: filePage, query: fileQuery })
  listFiles(@Caller() context: CallContext, @Query({ schema: fileQuery }) query: FileQuery): Promise<FilePage> {
    return this.files.list(context, query);
  }

  @Get('versions')
  @Guarded({ ...READ, action: 'file.version.list' })
  @Docs({
    summary: 'List the versions of a file, newest first',
    status: 200,
    answer: pageOf(fileVersion),
    query: versionQuery,
  })
  async listFileVersions(
    @Caller() context: CallContext,
    @BearerToken() token: string,
    @Query({ schema: versionQuery }) query: VersionQuery,
  ): Promise<Page<FileVersion>> {
    await assertMay(this, context, token, [{ action: 'file.get', place: query }]);
    return this.files.versions(context, query);
  }

  @Post('copy')
  @Guarded({ ...WRITE, action: 'file.copy.create', asks: 'file.copy.put', isOwn: isOrder })
  @Docs({
    summary: 'Copy a file, or an earlier version of a file',
    status: 201,
    errors: [412],
    answer: file,
    isKeyed: true,
  })
  async copyFile(
    @Caller() context: CallContext,
    @BearerToken() token: string,
    @Body({ schema: copyOrder }) order: CopyOrder,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FileView> {
    const { source, target } = order;
    await assertMay(this, context, token, [
      { action: 'file.get', place: source },
      { action: 'file.put', place: target, projectId: order.projectId },
    ]);
    return tagged(response, await this.files.copy(context, order, reauthorization(this.auth, context, token)));
  }

  @Post('move')
  @HttpCode(200)
  @Guarded({ ...WRITE, action: 'file.move.create', asks: 'file.move.put', isOwn: isOrder })
  @Docs({
    summary: 'Move a file; its earlier versions stay where they were',
    status: 200,
    errors: [412],
    answer: file,
    isKeyed: true,
  })
  async moveFile(
    @Caller() context: CallContext,
    @BearerToken() token: string,
    @Body({ schema: moveOrder }) order: MoveOrder,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FileView> {
    const { source, target } = order;
    // The file keeps its project.
    const projectId = await this.projects.projectAt(context, source, null);
    await assertMay(this, context, token, [
      { action: 'file.get', place: source },
      { action: 'file.delete', place: source },
      { action: 'file.put', place: target, projectId },
    ]);
    return tagged(response, await this.files.move(context, order, reauthorization(this.auth, context, token)));
  }

  @Get(':tier/*path')
  @Guarded({ ...READ, action: 'file.get', isOwn, mayBeOfProject: true, isAlwaysRecorded: true })
  @Docs({
    summary: 'Get a file, or a byte range of it',
    status: 200,
    also: [206],
    errors: [412, 416],
    types: ['*/*'],
    isCacheable: true,
    params: PATH,
    query: contentQuery,
  })
  async getFile(
    @Caller() context: CallContext,
    @Param('tier') tier: string,
    @Query({ schema: contentQuery }) { version, download }: ContentQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile | undefined> {
    const content = await this.files.open(context, placeOf(tier, request), {
      version: version ?? null,
      range: wantedRange(request),
      conditions: conditionsOf(request),
      wantsBytes: request.method === 'GET',
    });
    return answerContent(request, response, content, download ?? null);
  }

  @Put(':tier/*path')
  @StreamsBody('*/*')
  @Guarded({ ...WRITE, action: 'file.put', isOwn, mayBeOfProject: true })
  @Docs({
    summary: 'Write a file; returns 201 if it is new',
    status: 200,
    also: [201],
    isConditional: true,
    answer: file,
    params: PATH,
    query: putQuery,
  })
  async putFile(
    @Caller() context: CallContext,
    @BearerToken() token: string,
    @Param('tier') tier: string,
    @Query({ schema: putQuery }) { projectId }: PutQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FileView> {
    const place = placeOf(tier, request);
    const reauthorize = reauthorization(this.auth, context, token);
    const sent = uploadOf(request, response);
    const upload = { ...sent, action: 'file.put', maxBytes: null, projectId, reauthorize } as const;
    const written = await this.files.put(context, place, upload);
    return answerWritten(response, written, `${MOUNT}/${place.tier}/${pathToUrl(place.path)}`);
  }

  @Delete(':tier/*path')
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'file.delete', isOwn, mayBeOfProject: true })
  @Docs({
    summary: 'Delete a file; its versions can be copied back for a while',
    status: 204,
    isConditional: true,
    params: PATH,
    query: deleteQuery,
  })
  deleteFile(
    @Caller() context: CallContext,
    @BearerToken() token: string,
    @Param('tier') tier: string,
    @Query({ schema: deleteQuery }) { versions }: DeleteQuery,
    @Req() request: Request,
  ): Promise<void> {
    return this.files.remove(context, placeOf(tier, request), {
      dropsVersions: versions === 'drop',
      conditions: conditionsOf(request),
      reauthorize: reauthorization(this.auth, context, token),
    });
  }
}

/** Returns the tier and path in the request target as sent. Errors: `not_found` for an unknown tier. */
function placeOf(named: string, { originalUrl }: Request): FilePlace {
  const tier = TIERS.find((known) => known === named);
  if (tier === undefined) throw new AppError('not_found', 'Unknown tier. Use private, user or shared.');
  return { tier, path: pathInUrl(originalUrl, `${MOUNT}/${tier}/`) };
}

function tagged(response: Response, written: FileView): FileView {
  response.setHeader('ETag', written.etag);
  return written;
}
