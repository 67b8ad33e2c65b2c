import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { oauthErrors } from '../../../kernel/http/errors/error-shape';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { EntryLimit, Errors, ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { queryOf, readParameters, valueOf } from '../../../kernel/pages/parameters';
import { FORM, ownFormOf } from '../../../kernel/pages/sent-form';
import { PageSurface } from './page-surface';
import { SignUpFlow } from './sign-up-flow';

/** `/oauth/sign-up?token=…` is the target of links in emails. Without a token, it is the page for people without an account. */
@ApiTags('pages')
@Controller('oauth/sign-up')
@ProxiedToControlPlane()
@EntryLimit('requests')
@Errors(oauthErrors)
export class SignUpInternalController {
  constructor(
    private readonly surface: PageSurface,
    private readonly signUp: SignUpFlow,
  ) {}

  @Get()
  @PublicRoute()
  @Docs({ summary: 'Request a link, or create an account with one', status: 200, errors: [410] })
  async showSignUpPage(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.surface.answer(request, response, async (visit) => {
      const query = queryOf(request.url);
      const token = valueOf(query, 'token');
      if (token !== '') return this.signUp.link(visit, token);
      return this.signUp.page(visit, readParameters(valueOf(query, 'request')));
    });
  }

  @Post()
  @PublicRoute()
  @AcceptsBody(FORM)
  @Docs({ summary: 'The forms of the sign-up pages', status: 200, errors: [410, 422] })
  async submitSignUp(@Req() request: Request, @Res() response: Response, @Sent() body: SentBody | null): Promise<void> {
    await this.surface.answer(request, response, async (visit) => {
      const form = ownFormOf(body);
      return form.has('token') ? this.signUp.complete(visit, form) : this.signUp.request(visit, form);
    });
  }
}
