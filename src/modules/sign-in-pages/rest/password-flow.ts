import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import { PasswordsPort } from '../../users/contract/passwords.port';
import { password } from '../../users/contract/users.types';
import { AuthorizeFlow, type SignInStep } from './authorize-flow';
import { hashOf, type Parameters, readParameters, writeParameters } from '../../../kernel/pages/parameters';
import { type Visit, Visits } from './browser/visit';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import { PageSurface } from './page-surface';
import { noticePage } from './pages/notice.page';
import { forgotPasswordPage, setPasswordPage } from './pages/password.page';
import type { OwnForm } from '../../../kernel/pages/sent-form';
import { translationsOf } from './text/language';
import { type PasswordFault, passwordFaultOf, passwordFaultText } from './text/password-faults';

/** Handles requests for a password link, and sets passwords with these links. */
@Injectable()
export class PasswordFlow {
  constructor(
    private readonly surface: PageSurface,
    private readonly flow: AuthorizeFlow,
    private readonly visits: Visits,
    private readonly passwords: PasswordsPort,
  ) {}

  /** Returns the page that asks where to send the link. The authorization request determines the tenant. */
  async forgotten(visit: Visit, parameters: Parameters): Promise<PageAnswer> {
    return this.forSignIn(visit, parameters, async (step) => {
      const request = writeParameters(parameters);
      const page = forgotPasswordPage({
        language: this.surface.languageOf(visit.request, step.uiLocales),
        brand: await this.surface.brandOf(step.client.tenantId),
        email: step.loginHint,
        request,
        formToken: this.visits.formToken(visit, 'forgot-password', request),
      });
      return { status: 200, page };
    });
  }

  /** Sends the link. The response is the same for an address without an account. */
  async request(visit: Visit, form: OwnForm): Promise<PageAnswer> {
    const parameters = readParameters(form.value('request'));
    const request = writeParameters(parameters);
    this.visits.assertOwnForm(visit, 'forgot-password', request, form.csrf);
    return this.forSignIn(visit, parameters, async (step) => {
      const language = this.surface.languageOf(visit.request, step.uiLocales);
      const email = form.value('email').trim();
      const { tenantId } = step.client;
      await this.passwords.requestLink(tenantId, email, language, visit.origin);
      const words = translationsOf(language).password;
      const page = noticePage({
        language,
        brand: await this.surface.brandOf(tenantId),
        title: words.sentTitle,
        lines: [words.sent(email), words.sentHint],
        link: { href: `/oauth/authorize?${request}`, text: words.back },
      });
      return { status: 200, page };
    });
  }

  /** Returns the page that a link opens. */
  async link(visit: Visit, token: string, fault: PasswordFault | null = null): Promise<PageAnswer> {
    const link = await this.passwords.inspect(token);
    if (link === null) return this.stale(visit);
    const leastChars = link.passwordMinLength;
    const words = translationsOf(this.surface.languageOf(visit.request)).password;
    const page = setPasswordPage({
      language: this.surface.languageOf(visit.request),
      brand: await this.surface.brandOf(link.tenantId),
      email: link.email,
      token,
      formToken: this.visits.formToken(visit, 'set-password', hashOf(token)),
      leastChars,
      fault: fault === null ? null : passwordFaultText(words, fault, leastChars),
    });
    return { status: fault === null ? 200 : 422, page };
  }

  /** Sets the password. Does not sign the user in: the next sign-in proves that the password works. */
  async redeem(visit: Visit, form: OwnForm): Promise<PageAnswer> {
    const token = form.value('token');
    this.visits.assertOwnForm(visit, 'set-password', hashOf(token), form.csrf);
    const language = this.surface.languageOf(visit.request);
    const words = translationsOf(language).password;
    const fresh = form.value('password');
    if (!password.safeParse(fresh).success) return this.link(visit, token, 'unfit');
    if (fresh !== form.value('again')) return this.link(visit, token, 'different');
    try {
      if (!(await this.passwords.redeem(token, fresh, visit.origin))) return this.stale(visit);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid_request') throw error;
      return this.link(visit, token, passwordFaultOf(error));
    }
    const page = noticePage({ language, brand: null, title: words.doneTitle, lines: [words.done] });
    return { status: 200, page };
  }

  private stale(visit: Visit): PageAnswer {
    const language = this.surface.languageOf(visit.request);
    const words = translationsOf(language).password;
    return { status: 410, page: noticePage({ language, brand: null, title: words.staleTitle, lines: [words.stale] }) };
  }

  private async forSignIn(
    visit: Visit,
    parameters: Parameters,
    work: (step: SignInStep) => Promise<PageAnswer>,
  ): Promise<PageAnswer> {
    const step = await this.flow.asSignIn(visit, parameters);
    return step.step === 'sign_in' ? work(step) : this.flow.show(visit, parameters, step);
  }
}
