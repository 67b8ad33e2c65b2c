import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { oauthErrors } from '../../../kernel/http/errors/error-shape';
import { EntryLimit, Errors, ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { queryOf, readParameters, valueOf } from '../../../kernel/pages/parameters';
import { PageSurface } from './page-surface';
import { PasswordFlow } from './password-flow';
import { FORM, ownFormOf } from '../../../kernel/pages/sent-form';

/** `/oauth/password?token=…` is the target of links in emails. Without a token, it is the page for users who forgot their password. */
@ApiTags('pages')
@Controller('oauth/password')
@ProxiedToControlPlane()
@EntryLimit('requests')
@Errors(oauthErrors)
export class PasswordInternalController {
  constructor(
    private readonly surface: PageSurface,
    private readonly passwords: PasswordFlow,
  ) {}

  @Get()
  @PublicRoute()
  @Docs({ summary: 'Request a link, or set a password with one', status: 200, errors: [410] })
  async showPasswordPage(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.surface.answer(request, response, async (visit) => {
      const query = queryOf(request.url);
      const token = valueOf(query, 'token');
      if (token !== '') return this.passwords.link(visit, token);
      return this.passwords.forgotten(visit, readParameters(valueOf(query, 'request')));
    });
  }

  @Post()
  @PublicRoute()
  @AcceptsBody(FORM)
  @Docs({ summary: 'The forms of the password pages', status: 200, errors: [410, 422] })
  async submitPassword(
    @Req() request: Request,
    @Res() response: Response,
    @Sent() body: SentBody | null,
  ): Promise<void> {
    await this.surface.answer(request, response, async (visit) => {
      const form = ownFormOf(body);
      return form.has('token') ? this.passwords.redeem(visit, form) : this.passwords.request(visit, form);
    });
  }
}
