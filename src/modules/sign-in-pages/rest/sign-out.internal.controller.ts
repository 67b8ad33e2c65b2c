import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { oauthErrors } from '../../../kernel/http/errors/error-shape';
import { EntryLimit, Errors, ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { queryOf, valueOf, writeParameters } from '../../../kernel/pages/parameters';
import { PageSurface } from './page-surface';
import { FORM, formOf, ownFormOf } from '../../../kernel/pages/sent-form';
import { SignOutFlow } from './sign-out-flow';

/** Signs the user out, at the request of an app or of the user. */
@ApiTags('pages')
@Controller('oauth')
@Errors(oauthErrors)
export class SignOutInternalController {
  constructor(
    private readonly surface: PageSurface,
    private readonly flow: SignOutFlow,
  ) {}

  @Get('logout')
  @ProxiedToControlPlane('v1/oauth')
  @EntryLimit('requests')
  @PublicRoute()
  @Docs({ summary: 'End the session of this browser (OpenID Connect RP-Initiated Logout 1.0)', status: 200 })
  async signOut(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.surface.answer(request, response, async (visit) => this.flow.ask(visit, queryOf(request.url)));
  }

  /**
   * Our page's form contains a token. An app's form does not contain a token; like an app's authorization request, it is forwarded as a
   * GET.
   */
  @Post('logout')
  @ProxiedToControlPlane('v1/oauth')
  @EntryLimit('requests')
  @PublicRoute()
  @AcceptsBody(FORM)
  @Docs({ summary: 'The same endpoint for an app’s form, or for the user’s confirmation', status: 303 })
  async signOutByForm(
    @Req() request: Request,
    @Res() response: Response,
    @Sent() body: SentBody | null,
  ): Promise<void> {
    await this.surface.answer(request, response, async (visit) => {
      const form = ownFormOf(body);
      if (form.has('csrf')) return this.flow.confirm(visit, form);
      return { location: `logout?${writeParameters(formOf(body))}` };
    });
  }

  @Get('signed-out')
  @ProxiedToControlPlane()
  @PublicRoute()
  @Docs({ summary: 'Show that the session has ended', status: 200 })
  async showSignedOutPage(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.surface.answer(request, response, async (visit) =>
      this.flow.signedOut(visit, valueOf(queryOf(request.url), 'ui_locales').split(' ')),
    );
  }
}
