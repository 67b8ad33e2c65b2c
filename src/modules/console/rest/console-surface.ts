import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '../../../kernel/errors/app-error';
import { HTTP_STATUS } from '../../../kernel/errors/error-tables';
import { httpErrorOf } from '../../../kernel/http/errors/http-error';
import { requestState } from '../../../kernel/http/request-state';
import { type FormBinding, formToken, isFormToken } from '../../../kernel/pages/form-token';
import { isOwnForm } from '../../../kernel/pages/own-form';
import { type PageAnswer, sendPage } from '../../../kernel/pages/page-answer';
import { PageSettings } from '../../../kernel/pages/page-settings';
import { Clock } from '../../../kernel/time/clock';
import { type Asked, ConsoleAccess, type Visitor } from './console-access';
import { ConsoleLimits } from './console-limits';
import { ConsoleAuditRecorder } from './console-audit-recorder';
import { errorPage } from './pages/error.page';

/** Runs the steps that all console handlers share: authentication, authorization, the response, and an error page for exceptions. */
@Injectable()
export class ConsoleSurface {
  constructor(
    private readonly settings: PageSettings,
    private readonly access: ConsoleAccess,
    private readonly limits: ConsoleLimits,
    private readonly trail: ConsoleAuditRecorder,
    private readonly clock: Clock,
  ) {}

  /** Responds to a page request. If the visitor is not signed in, redirects to the sign-in page, and back afterward. */
  async page(
    request: Request,
    response: Response,
    asked: Asked,
    work: (visitor: Visitor) => Promise<PageAnswer>,
  ): Promise<void> {
    await this.answer(request, response, request.originalUrl, async () => {
      const visitor = await this.admit(request, response, asked);
      const answer = await work(visitor);
      await this.trail.read(visitor, asked);
      return { ...answer, cookies: [...visitor.cookies, ...(answer.cookies ?? [])] };
    });
  }

  /** Handles a submitted form. @param back the page that contained the form. */
  async form(
    request: Request,
    response: Response,
    asked: Asked & { readonly back: string; readonly csrf: string },
    work: (visitor: Visitor) => Promise<string>,
  ): Promise<void> {
    await this.answer(request, response, asked.back, async () => {
      const visitor = await this.access.visitor(request);
      this.assertOwnForm(request, visitor, asked, asked.csrf);
      await this.limits.admit(visitor, request, response);
      await this.access.assertMay(visitor, request.method, asked);
      await this.trail.assertWritable(visitor);
      const location = await work(visitor);
      await this.trail.deliver(visitor);
      return { location };
    });
  }

  /** Admits a request for a stream. Errors: `unauthorized`, `forbidden`, `rate_limited`, `unavailable`. */
  async admit(request: Request, response: Response, asked: Asked): Promise<Visitor> {
    const visitor = await this.access.visitor(request);
    await this.limits.admit(visitor, request, response);
    await this.access.assertMay(visitor, request.method, asked);
    return visitor;
  }

  /** Returns the form token for this action. */
  formToken(visitor: Visitor, asked: Asked): string {
    return formToken(this.settings.key, bindingOf(visitor, asked), this.clock.nowMs());
  }

  private assertOwnForm(request: Request, visitor: Visitor, asked: Asked, token: string): void {
    const isOurs = isFormToken(this.settings.key, bindingOf(visitor, asked), token, this.clock.nowMs());
    if (isOurs && isOwnForm(request.headers, this.settings.origin)) return;
    throw new AppError('forbidden', 'The form was not sent from its page. Go back and send it again.');
  }

  private async answer(
    request: Request,
    response: Response,
    back: string,
    work: () => Promise<PageAnswer>,
  ): Promise<void> {
    let answer: PageAnswer;
    try {
      answer = await work();
    } catch (thrown) {
      answer = this.errorAnswer(request, back, thrown);
    }
    sendPage(response, answer);
  }

  private errorAnswer(request: Request, back: string, thrown: unknown): PageAnswer {
    const error = httpErrorOf(thrown);
    if (error.code === 'unauthorized') return { location: `/oauth/console?to=${encodeURIComponent(back)}` };
    const status = HTTP_STATUS[error.code];
    const { requestId } = requestState(request);
    if (status >= 500) {
      this.settings.logger.error({ err: error.cause ?? error, requestId, code: error.code }, error.message);
    }
    const headers = status === 503 ? { 'Retry-After': '1', ...error.headers } : error.headers;
    return { status, headers, page: errorPage({ code: error.code, description: error.message, requestId }) };
  }
}

function bindingOf({ browserId, session }: Visitor, { action, resource }: Asked): FormBinding {
  return { purpose: action, browserId, sessionId: session.id, subject: resource };
}
