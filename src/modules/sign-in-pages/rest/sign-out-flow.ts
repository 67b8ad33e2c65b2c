import { Injectable } from '@nestjs/common';
import { requestState } from '../../../kernel/http/request-state';
import { AuthorizationPort } from '../../oauth/contract/authorization.port';
import type { LogoutStep } from '../../oauth/contract/authorization.types';
import { setCookie } from '../../../kernel/pages/cookies';
import { type Parameters, readParameters, valueOf, writeParameters } from '../../../kernel/pages/parameters';
import { type Visit, Visits } from './browser/visit';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import { PageSettings } from '../../../kernel/pages/page-settings';
import { PageSurface } from './page-surface';
import { noticePage } from './pages/notice.page';
import { signOutPage } from './pages/sign-out.page';
import type { OwnForm } from '../../../kernel/pages/sent-form';
import { translationsOf } from './text/language';

/** The end-session endpoint (OpenID Connect RP-Initiated Logout 1.0) as seen by browsers. */
@Injectable()
export class SignOutFlow {
  constructor(
    private readonly settings: PageSettings,
    private readonly authorization: AuthorizationPort,
    private readonly visits: Visits,
    private readonly surface: PageSurface,
  ) {}

  /** Handles an app's request. The request signs the user out only if it proves that it is for this browser's session. */
  async ask(visit: Visit, parameters: Parameters): Promise<PageAnswer> {
    return this.end(visit, parameters, false);
  }

  /** Handles the user's confirmation on our page. */
  async confirm(visit: Visit, form: OwnForm): Promise<PageAnswer> {
    const parameters = readParameters(form.value('request'));
    this.visits.assertOwnForm(visit, 'sign-out', writeParameters(parameters), form.csrf);
    return this.end(visit, parameters, true);
  }

  signedOut(visit: Visit, uiLocales: readonly string[]): PageAnswer {
    const language = this.surface.languageOf(visit.request, uiLocales);
    const words = translationsOf(language).signOut;
    return { status: 200, page: noticePage({ language, brand: null, title: words.doneTitle, lines: [words.done] }) };
  }

  private async end(visit: Visit, parameters: Parameters, confirmed: boolean): Promise<PageAnswer> {
    const { requestId, ip, traceparent } = requestState(visit.request);
    const request = { parameters, session: visit.session, signInAskedAtMs: null, requestId, ip, traceparent };
    const step = await this.authorization.endSession(request, confirmed);
    switch (step.step) {
      case 'confirm':
        return this.confirmation(visit, parameters, step);
      case 'redirect':
        return { location: step.location, cookies: step.sessionEnded ? [this.noSession()] : [] };
      case 'signed_out': {
        const query =
          step.uiLocales.length === 0 ? '' : `?${writeParameters([['ui_locales', step.uiLocales.join(' ')]])}`;
        return { location: `/oauth/signed-out${query}`, cookies: [this.noSession()] };
      }
      case 'error':
        return this.surface.protocolError(visit, step.error, step.description);
    }
  }

  private async confirmation(
    visit: Visit,
    parameters: Parameters,
    { client, uiLocales }: Extract<LogoutStep, { readonly step: 'confirm' }>,
  ): Promise<PageAnswer> {
    const request = writeParameters(parameters);
    const tenantId = client?.tenantId ?? visit.session?.tenantId ?? null;
    const page = signOutPage({
      language: this.surface.languageOf(visit.request, uiLocales),
      brand: tenantId === null ? null : await this.surface.brandOf(tenantId),
      appName: client?.name ?? null,
      request,
      formToken: this.visits.formToken(visit, 'sign-out', request),
      formTargets: [valueOf(parameters, 'post_logout_redirect_uri')],
    });
    return { status: 200, page };
  }

  private noSession(): string {
    return setCookie('session', '', { secure: this.settings.secure, maxAgeSeconds: 0 });
  }
}
