import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AcceptsBody, Sent, type SentBody } from '../../../../kernel/http/body/accepted-body';
import { oauthErrors } from '../../../../kernel/http/errors/error-shape';
import { Docs } from '../../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../../kernel/http/openapi/open-api';
import { PublicRoute } from '../../../../kernel/http/routes/route-access';
import { EntryLimit, Errors, ProxiedToControlPlane } from '../../../../kernel/http/routes/route-decorators';
import { queryOf, valueOf } from '../../../../kernel/pages/parameters';
import { FORM, ownFormOf } from '../../../../kernel/pages/sent-form';
import { PageSurface } from '../page-surface';
import { AccountData } from './account-data';
import { AccountFlow } from './account-flow';

/** The page on which users manage their own accounts. The session of the browser identifies the user. */
@ApiTags('pages')
@Controller('account')
@ProxiedToControlPlane()
@EntryLimit('requests')
@Errors(oauthErrors)
export class AccountInternalController {
  constructor(
    private readonly surface: PageSurface,
    private readonly flow: AccountFlow,
    private readonly data: AccountData,
  ) {}

  @Get()
  @PublicRoute()
  @Docs({ summary: 'The account page of the signed-in user', status: 200 })
  async showAccountPage(@Req() request: Request, @Res() response: Response): Promise<void> {
    const isSaved = valueOf(queryOf(request.url), 'saved') !== '';
    await this.surface.answer(request, response, (visit) => this.flow.page(visit, isSaved));
  }

  @Post()
  @PublicRoute()
  @AcceptsBody(FORM)
  @Docs({ summary: 'The forms of the account page', status: 303, errors: [404, 409] })
  async submitAccountChange(
    @Req() request: Request,
    @Res() response: Response,
    @Sent() body: SentBody | null,
  ): Promise<void> {
    await this.surface.answer(request, response, async (visit) => this.flow.change(visit, ownFormOf(body)));
  }

  @Get('factors')
  @PublicRoute()
  @Docs({ summary: 'The page that adds a passkey or an authenticator app', status: 200 })
  async showFactorPage(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.surface.answer(request, response, (visit) => this.flow.addFactor(visit));
  }

  @Post('factors')
  @PublicRoute()
  @AcceptsBody(FORM)
  @Docs({ summary: 'The forms of that page', status: 303, errors: [422] })
  async submitFactor(@Req() request: Request, @Res() response: Response, @Sent() body: SentBody | null): Promise<void> {
    await this.surface.answer(request, response, async (visit) => this.flow.submitFactor(visit, ownFormOf(body)));
  }

  @Get('data.json')
  @PublicRoute()
  @Docs({ summary: 'Download the data of the signed-in user', status: 200 })
  async downloadAccountData(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.surface.answer(request, response, (visit) => this.data.send(visit, response));
  }
}
