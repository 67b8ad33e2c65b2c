import { Controller, Get, Header, Headers, Req, Res, type StreamableFile } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import type { ConditionHeaders } from '../../../kernel/http/conditions/conditions';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { AnyOrigin } from '../../../kernel/http/routes/route-decorators';
import { ApiDocument } from './api-document';
import { acceptedEncodings, send } from './representation';

/** Describes the API of a surface to programs, people and language models. The responses are the same for everyone. */
@ApiTags('docs')
@Controller()
export class DocsController {
  constructor(private readonly document: ApiDocument) {}

  @Get('openapi.json')
  @AnyOrigin()
  @PublicRoute()
  @Header('Access-Control-Allow-Origin', '*')
  @Docs({ summary: 'This document', status: 200, isCacheable: true, types: ['application/json'] })
  async getOpenApi(
    @Headers() headers: ConditionHeaders,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile | undefined> {
    return send(response, headers, await this.document.json(acceptedEncodings(request)));
  }

  @Get('llms.txt')
  @PublicRoute()
  @Docs({
    summary: 'A short map of the API for language models',
    status: 200,
    isCacheable: true,
    types: ['text/plain'],
  })
  async getLlmsText(
    @Headers() headers: ConditionHeaders,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile | undefined> {
    return send(response, headers, await this.document.llms(acceptedEncodings(request)));
  }
}
