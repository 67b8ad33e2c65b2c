import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { oauthErrors } from '../../../kernel/http/errors/error-shape';
import { EntryLimit, Errors, ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { AuthorizeFlow } from './authorize-flow';
import { queryOf, writeParameters } from '../../../kernel/pages/parameters';
import { PageSurface } from './page-surface';
import { FORM, formOf } from '../../../kernel/pages/sent-form';

/** The authorization endpoint (RFC 6749 §3.1) as seen by browsers. */
@ApiTags('pages')
@Controller('oauth')
@ProxiedToControlPlane()
@EntryLimit('requests')
@Errors(oauthErrors)
export class AuthorizationInternalController {
  constructor(
    private readonly surface: PageSurface,
    private readonly flow: AuthorizeFlow,
  ) {}

  @Get('authorize')
  @PublicRoute()
  @Docs({ summary: 'Sign in, give consent, and return to the app with a code (RFC 6749 §4.1)', status: 200 })
  async requestAuthorization(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.surface.answer(request, response, async (visit) => this.flow.next(visit, queryOf(request.url)));
  }

  /**
   * The same endpoint for POST requests (OpenID Connect Core 1.0 §3.1.2.1). An app's form comes from a different site, so the browser sends
   * no cookies (SameSite=Lax). When the request is forwarded as a GET, the browser sends them.
   */
  @Post('authorize')
  @PublicRoute()
  @AcceptsBody(FORM)
  @Docs({ summary: 'The same endpoint with the parameters in a form', status: 303 })
  async requestAuthorizationByForm(
    @Req() request: Request,
    @Res() response: Response,
    @Sent() body: SentBody | null,
  ): Promise<void> {
    await this.surface.answer(request, response, async () => ({
      location: `/oauth/authorize?${writeParameters(formOf(body))}`,
    }));
  }
}
