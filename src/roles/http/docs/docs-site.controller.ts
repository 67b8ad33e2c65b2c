import { Controller, Get, Headers, Redirect, Req, Res, type StreamableFile } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '../../../kernel/errors/app-error';
import type { ConditionHeaders } from '../../../kernel/http/conditions/conditions';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { DocsSite, type SiteFile } from './docs-site';
import { acceptedEncodings, send } from './representation';

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
    const found = await this.site.find(request.path.slice(PREFIX.length), acceptedEncodings(request));
    if (found !== null) return sendFile(response, headers, found);
    const notFound = await this.site.notFoundPage();
    if (notFound === null) {
      throw new AppError('not_found', 'The documentation is not built. Run `npm run build`, then reload this page.');
    }
    response.status(404);
    return sendFile(response, {}, notFound);
  }
}

function sendFile(response: Response, headers: ConditionHeaders, file: SiteFile): StreamableFile | undefined {
  const sent = send(response, headers, file);
  if (file.isImmutable) response.setHeader('Cache-Control', IMMUTABLE);
  if (file.policy !== null) response.setHeader('Content-Security-Policy', file.policy);
  return sent;
}
