import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { HTTP_STATUS } from '../../../kernel/errors/error-tables';
import { httpErrorOf } from '../../../kernel/http/errors/http-error';
import { requestState } from '../../../kernel/http/request-state';
import { TenantsPort } from '../../tenants/contract/tenants.port';
import { type Visit, Visits } from './browser/visit';
import { type PageAnswer, sendPage } from '../../../kernel/pages/page-answer';
import { PageSettings } from '../../../kernel/pages/page-settings';
import { errorPage } from './pages/error.page';
import type { Brand } from './pages/layout';
import { chooseLanguage } from './text/language';
import type { Language } from './text/translations';

/** The common part of all page handlers: identifies the visitor, sends the response, and shows a page for an error. */
@Injectable()
export class PageSurface {
  constructor(
    private readonly settings: PageSettings,
    private readonly visits: Visits,
    private readonly tenants: TenantsPort,
  ) {}

  /**
   * Handles a request with `work`. Shows any error as a readable page. Errors with a 5xx status are logged only here.
   * @param work returns `null` if it has sent the response itself.
   */
  async answer(
    request: Request,
    response: Response,
    work: (visit: Visit) => Promise<PageAnswer | null>,
  ): Promise<void> {
    let answer: PageAnswer;
    try {
      const visit = await this.visits.of(request);
      const made = await work(visit);
      if (made === null) return;
      answer = { ...made, cookies: [...visit.cookies, ...(made.cookies ?? [])] };
    } catch (thrown) {
      answer = this.errorAnswer(request, thrown);
    }
    sendPage(response, answer);
  }

  /** Returns the language of a page: first the app's request, then the browser's preference. */
  languageOf(request: Request, uiLocales: readonly string[] = []): Language {
    return chooseLanguage(uiLocales, request.headers['accept-language']);
  }

  async brandOf(tenantId: string): Promise<Brand> {
    return this.tenants.find(tenantId);
  }

  /** Returns the error page for a protocol error that must not be sent to a redirect URI. */
  protocolError({ request }: Visit, error: string, description: string): PageAnswer {
    const { requestId } = requestState(request);
    return { status: 400, page: errorPage({ language: this.languageOf(request), error, description, requestId }) };
  }

  private errorAnswer(request: Request, thrown: unknown): PageAnswer {
    const error = httpErrorOf(thrown);
    const status = HTTP_STATUS[error.code];
    const { requestId } = requestState(request);
    if (status >= 500) {
      this.settings.logger.error({ err: error.cause ?? error, requestId, code: error.code }, error.message);
    }
    const language = this.languageOf(request);
    return {
      status,
      headers: status === 503 ? { 'Retry-After': '1', ...error.headers } : error.headers,
      page: errorPage({ language, error: error.code, description: error.message, requestId }),
    };
  }
}
