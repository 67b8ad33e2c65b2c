import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { oauthErrors } from '../../../kernel/http/errors/error-shape';
import { EntryLimit, Errors, ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { AuthorizeFlow } from './authorize-flow';
import { queryOf, readParameters, valueOf } from '../../../kernel/pages/parameters';
import { PageSurface } from './page-surface';
import { FORM, ownFormOf } from '../../../kernel/pages/sent-form';
import { EmailCodeFlow } from './email-code-flow';
import { SecondFactorFlow } from './second-factor-flow';
import { SignInFlow } from './sign-in-flow';

/** Handles sign-in and consent during an authorization request. */
@ApiTags('pages')
@Controller('oauth')
@ProxiedToControlPlane()
@EntryLimit('requests')
@Errors(oauthErrors)
export class SignInInternalController {
  constructor(
    private readonly surface: PageSurface,
    private readonly flow: AuthorizeFlow,
    private readonly signIn: SignInFlow,
    private readonly secondFactor: SecondFactorFlow,
    private readonly codes: EmailCodeFlow,
  ) {}

  @Get('sign-in')
  @PublicRoute()
  @Docs({ summary: 'The sign-in page of a request, also for signed-in users', status: 200 })
  async showSignInPage(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.surface.answer(request, response, async (visit) =>
      this.signIn.page(visit, readParameters(valueOf(queryOf(request.url), 'request'))),
    );
  }

  @Post('sign-in')
  @PublicRoute()
  @AcceptsBody(FORM)
  @Docs({ summary: 'The form of the sign-in page', status: 303, errors: [422] })
  async submitSignIn(@Req() request: Request, @Res() response: Response, @Sent() body: SentBody | null): Promise<void> {
    await this.surface.answer(request, response, async (visit) => this.signIn.submit(visit, response, ownFormOf(body)));
  }

  @Get('sign-in/code')
  @PublicRoute()
  @Docs({ summary: 'The page that the link in a mail with a code opens', status: 200, errors: [410] })
  async showEmailCodePage(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.surface.answer(request, response, async (visit) =>
      this.codes.link(visit, valueOf(queryOf(request.url), 'token')),
    );
  }

  @Post('second-factor')
  @PublicRoute()
  @AcceptsBody(FORM)
  @Docs({ summary: 'The forms of the pages for the second factor', status: 303, errors: [422, 429] })
  async submitSecondFactor(
    @Req() request: Request,
    @Res() response: Response,
    @Sent() body: SentBody | null,
  ): Promise<void> {
    await this.surface.answer(request, response, async (visit) => this.secondFactor.submit(visit, ownFormOf(body)));
  }

  @Post('consent')
  @PublicRoute()
  @AcceptsBody(FORM)
  @Docs({ summary: 'The form of the consent page', status: 303 })
  async submitConsent(
    @Req() request: Request,
    @Res() response: Response,
    @Sent() body: SentBody | null,
  ): Promise<void> {
    await this.surface.answer(request, response, async (visit) => this.flow.decide(visit, ownFormOf(body)));
  }
}
