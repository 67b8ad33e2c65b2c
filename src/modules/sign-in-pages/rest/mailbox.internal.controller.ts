import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '../../../kernel/errors/app-error';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { requestState } from '../../../kernel/http/request-state';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { LOOPBACK_HOSTS } from '../../../kernel/network/host';
import { MailboxPort } from '../../users/contract/mailbox.port';
import { PageSurface } from './page-surface';
import { mailboxPage } from './pages/mailbox.page';

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'via', 'x-real-ip'];

/** Shows mail that is not sent. The page exists only in development, and only for browsers on this machine, because links set passwords. */
@ApiTags('pages')
@Controller('dev')
export class MailboxInternalController {
  constructor(
    private readonly surface: PageSurface,
    private readonly mailbox: MailboxPort,
  ) {}

  @Get('mailbox')
  @PublicRoute()
  @Docs({
    summary: 'Read the mail of a development installation without a mail server, on its own machine',
    status: 200,
    errors: [404],
  })
  async showMailbox(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.surface.answer(request, response, async () => {
      const mails = isLocal(request) ? await this.mailbox.list() : null;
      if (mails === null) throw new AppError('not_found', 'There is no such page.');
      return { status: 200, page: mailboxPage(mails) };
    });
  }
}

/**
 * Returns whether a browser on this machine requests the page directly and by a local name. With a public name, another site could read the
 * page (DNS rebinding), and through a proxy, anyone could.
 */
function isLocal(request: Request): boolean {
  if (FORWARDED.some((name) => name in request.headers)) return false;
  const host = URL.parse(`http://${request.headers.host ?? ''}`)?.hostname ?? '';
  return LOOPBACK_HOSTS.includes(host) && /^(127\.|::1$)/.test(requestState(request).ip);
}
