import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { oauthErrors } from '../../../kernel/http/errors/error-shape';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { EntryLimit, Errors, ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { queryOf, valueOf } from '../../../kernel/pages/parameters';
import { FORM, ownFormOf } from '../../../kernel/pages/sent-form';
import { EmailChangeFlow } from './email-change-flow';
import { PageSurface } from './page-surface';

/** `/oauth/email?token=…` is the target of the links that confirm a change of address. */
@ApiTags('pages')
@Controller('oauth/email')
@ProxiedToControlPlane()
@EntryLimit('requests')
@Errors(oauthErrors)
export class EmailChangeInternalController {
  constructor(
    private readonly surface: PageSurface,
    private readonly changes: EmailChangeFlow,
  ) {}

  @Get()
  @PublicRoute()
  @Docs({ summary: 'The page that a link for a change of address opens', status: 200, errors: [410] })
  async showEmailChangePage(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.surface.answer(request, response, (visit) =>
      this.changes.link(visit, valueOf(queryOf(request.url), 'token')),
    );
  }

  @Post()
  @PublicRoute()
  @AcceptsBody(FORM)
  @Docs({ summary: 'The form of that page', status: 200, errors: [410] })
  async submitEmailChange(
    @Req() request: Request,
    @Res() response: Response,
    @Sent() body: SentBody | null,
  ): Promise<void> {
    await this.surface.answer(request, response, (visit) => this.changes.confirm(visit, ownFormOf(body)));
  }
}
