import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { oauthErrors } from '../../../kernel/http/errors/error-shape';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { EntryLimit, Errors, ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { sendPage } from '../../../kernel/pages/page-answer';
import { queryOf } from '../../../kernel/pages/parameters';
import { FORM, formOf, ownFormOf } from '../../../kernel/pages/sent-form';
import { PageSurface } from './page-surface';
import { UpstreamFlow } from './upstream-flow';

/** Handles sign-in at the identity providers of a tenant. */
@ApiTags('pages')
@Controller('oauth/connections')
@ProxiedToControlPlane()
@EntryLimit('requests')
@Errors(oauthErrors)
export class UpstreamInternalController {
  constructor(
    private readonly surface: PageSurface,
    private readonly flow: UpstreamFlow,
  ) {}

  @Get('callback')
  @PublicRoute()
  @Docs({ summary: 'The response of an identity provider', status: 303 })
  async receiveProviderResponse(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.surface.answer(request, response, (visit) => this.flow.callback(visit, queryOf(request.url)));
  }

  @Post('callback')
  @PublicRoute()
  @AcceptsBody(FORM)
  @Docs({ summary: 'The same endpoint with the parameters in a form (response_mode=form_post)', status: 200 })
  async receiveProviderForm(
    @Req() request: Request,
    @Res() response: Response,
    @Sent() body: SentBody | null,
  ): Promise<void> {
    await this.surface.answer(request, response, async (visit) => {
      const parameters = formOf(body);
      const repetition = this.flow.repeat(visit, parameters);
      if (repetition === null) return this.flow.callback(visit, parameters);
      sendPage(response, repetition);
      return null;
    });
  }

  @Post('link')
  @PublicRoute()
  @AcceptsBody(FORM)
  @Docs({ summary: 'The form that links an identity to an account', status: 303, errors: [422] })
  async submitAccountLink(
    @Req() request: Request,
    @Res() response: Response,
    @Sent() body: SentBody | null,
  ): Promise<void> {
    await this.surface.answer(request, response, (visit) => this.flow.link(visit, ownFormOf(body)));
  }

  @Get(':id/start')
  @PublicRoute()
  @Docs({ summary: 'Go to an identity provider to sign in', status: 303, params: { id: 'Id of the connection.' } })
  async startProviderSignIn(
    @Req() request: Request,
    @Res() response: Response,
    @Param('id') id: string,
  ): Promise<void> {
    await this.surface.answer(request, response, (visit) => this.flow.start(visit, id, queryOf(request.url)));
  }
}
