import { Controller, Get, Header, Headers, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, unlessKnown } from '../../../kernel/http/conditions/conditions';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { AnyOrigin } from '../../../kernel/http/routes/route-decorators';
import { ApiDocument } from './api-document';

/** Describes the API of a surface to programs, people and language models. The responses are the same for everyone. */
@ApiTags('docs')
@Controller()
export class DocsController {
  constructor(private readonly document: ApiDocument) {}

  @Get('openapi.json')
  @AnyOrigin()
  @PublicRoute()
  @Header('Content-Type', 'application/json; charset=utf-8')
  @Header('Access-Control-Allow-Origin', '*')
  @Docs({ summary: 'This document', status: 200, isCacheable: true, types: ['application/json'] })
  getOpenApi(@Headers() headers: ConditionHeaders, @Res({ passthrough: true }) response: Response): string | undefined {
    const { text, tag } = this.document.json();
    return unlessKnown(response, headers, tag, text);
  }

  @Get('llms.txt')
  @PublicRoute()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @Docs({
    summary: 'A short map of the API for language models',
    status: 200,
    isCacheable: true,
    types: ['text/plain'],
  })
  getLlmsText(
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): string | undefined {
    const { text, tag } = this.document.llms();
    return unlessKnown(response, headers, tag, text);
  }
}
