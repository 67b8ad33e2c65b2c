import { Controller, Get, Headers, Redirect, Req, Res, StreamableFile } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '../../../kernel/errors/app-error';
import { type ConditionHeaders, unlessKnown } from '../../../kernel/http/conditions/conditions';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { DocsSite, type Encoding, type SiteFile } from './docs-site';

const PREFIX = '/docs/';
const IMMUTABLE = 'public, max-age=31536000, immutable';
const NO_HOME =
  'There is no endpoint at `/`. The documentation is at `/docs/`, and the OpenAPI document at `/openapi.json`.';

/** Serves the documentation site. It is the same for everyone. */
@ApiTags('docs')
@Controller()
export class DocsSiteController {
  constructor(private readonly site: DocsSite) {}

  /** Sends browsers to the documentation. Other clients, such as curl, get the same error as for any path without an endpoint. */
  @Get()
  @PublicRoute()
  // The address is relative, so that it works for surfaces behind a path prefix.
  @Redirect('docs/', 302)
  @Docs({ summary: 'Redirects browsers to the documentation', status: 302, errors: [404] })
  redirectHome(@Req() request: Request, @Res({ passthrough: true }) response: Response): void {
    response.vary('Accept');
    // The first type wins for clients that accept everything.
    if (request.accepts(['json', 'html']) !== 'html') throw new AppError('not_found', NO_HOME);
  }

  @Get('docs')
  @PublicRoute()
  @Redirect('docs/', 302)
  @Docs({ summary: 'Redirects to the documentation', status: 302 })
  redirectToDocs(): undefined {
    return undefined;
  }

  @Get('docs/{*path}')
  @PublicRoute()
  @Docs({
    summary: 'The documentation site',
    status: 200,
    errors: [404],
    isCacheable: true,
    types: ['text/html', 'text/plain'],
    params: { path: 'A page or a file of the site.' },
  })
  async getDocsPage(
    @Headers() headers: ConditionHeaders,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile | undefined> {
    const accepts = (encoding: Encoding): boolean => request.acceptsEncodings(encoding) === encoding;
    const found = await this.site.find(request.path.slice(PREFIX.length), accepts);
    if (found !== null) return send(response, headers, found);
    const notFound = await this.site.notFoundPage();
    if (notFound === null) {
      throw new AppError('not_found', 'The documentation is not built. Run `npm run build`, then reload this page.');
    }
    response.status(404);
    return send(response, {}, notFound);
  }
}

function send(response: Response, headers: ConditionHeaders, file: SiteFile): StreamableFile | undefined {
  const { content, contentType, encoding, tag, isImmutable, policy } = file;
  const body = unlessKnown(response, headers, tag, content);
  response.vary('Accept-Encoding');
  if (encoding !== null) response.setHeader('Content-Encoding', encoding);
  if (isImmutable) response.setHeader('Cache-Control', IMMUTABLE);
  if (policy !== null) response.setHeader('Content-Security-Policy', policy);
  return body === undefined ? undefined : new StreamableFile(body, { type: contentType, length: body.length });
}
