import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { oauthErrors } from '../../../kernel/http/errors/error-shape';
import { EntryLimit, Errors, ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { queryOf, valueOf } from '../../../kernel/pages/parameters';
import { FORM, ownFormOf } from '../../../kernel/pages/sent-form';
import { ConsoleSignInFlow } from './console-sign-in-flow';
import { PageSurface } from './page-surface';

/** Handles sign-in to the product's own pages. */
@ApiTags('pages')
@Controller('oauth/console')
@ProxiedToControlPlane()
@EntryLimit('requests')
@Errors(oauthErrors)
export class ConsoleSignInInternalController {
  constructor(
    private readonly surface: PageSurface,
    private readonly signIn: ConsoleSignInFlow,
  ) {}

  @Get()
  @PublicRoute()
  @Docs({ summary: 'The sign-in page before a page of the console (to=/console/…)', status: 200 })
  async showConsoleSignInPage(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.surface.answer(request, response, (visit) =>
      this.signIn.page(visit, valueOf(queryOf(request.url), 'to')),
    );
  }

  @Post()
  @PublicRoute()
  @AcceptsBody(FORM)
  @Docs({ summary: 'The form of that page', status: 303, errors: [422] })
  async submitConsoleSignIn(
    @Req() request: Request,
    @Res() response: Response,
    @Sent() body: SentBody | null,
  ): Promise<void> {
    await this.surface.answer(request, response, async (visit) => this.signIn.submit(visit, response, ownFormOf(body)));
  }
}
