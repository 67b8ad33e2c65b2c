import { Injectable } from '@nestjs/common';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import { type Parameters, readParameters, writeParameters } from '../../../kernel/pages/parameters';
import type { OwnForm } from '../../../kernel/pages/sent-form';
import { EmailCodesPort } from '../../users/contract/email-codes.port';
import { AuthorizeFlow, redirectTargets, type SignInStep } from './authorize-flow';
import { type Visit, Visits } from './browser/visit';
import { PageSurface } from './page-surface';
import { staysIn } from './sign-in-destinations';
import { emailCodePage } from './pages/email-code.page';
import { noticePage } from './pages/notice.page';
import { translationsOf } from './text/language';

interface CodeAttempt {
  readonly email: string;
  /** The code to show in the field; empty for none. */
  readonly code: string;
  readonly fault: string | null;
  readonly stays: boolean;
  readonly status: number;
}

/** Mails codes for signing in, and asks for them. */
@Injectable()
export class EmailCodeFlow {
  constructor(
    private readonly surface: PageSurface,
    private readonly flow: AuthorizeFlow,
    private readonly visits: Visits,
    private readonly codes: EmailCodesPort,
  ) {}

  /** Mails a code if the form asks for one. The response is the same for every address. @returns `null` for any other form. */
  async send(visit: Visit, parameters: Parameters, step: SignInStep, form: OwnForm): Promise<PageAnswer | null> {
    if (form.value('method') !== 'email') return null;
    const email = form.value('email').trim();
    const locale = this.surface.languageOf(visit.request, step.uiLocales);
    if (email === '') {
      const fault = translationsOf(locale).emailCode.noAddress;
      return this.flow.signIn(visit, parameters, step, { email, fault, status: 422 });
    }
    const { tenantId } = step.client;
    const { browserId, origin } = visit;
    this.codes.request({ tenantId, email, browserId, request: writeParameters(parameters), locale }, origin);
    return this.page(visit, parameters, step, {
      ...{ email, code: '', fault: null, status: 200 },
      stays: staysIn(form),
    });
  }

  /** Returns the page that asks for the code. */
  async page(visit: Visit, parameters: Parameters, step: SignInStep, attempt: CodeAttempt): Promise<PageAnswer> {
    const request = writeParameters(parameters);
    const page = emailCodePage({
      language: this.surface.languageOf(visit.request, step.uiLocales),
      brand: await this.surface.brandOf(step.client.tenantId),
      email: attempt.email,
      code: attempt.code,
      request,
      stays: attempt.stays,
      formToken: this.visits.formToken(visit, 'sign-in', request),
      fault: attempt.fault,
      formTargets: redirectTargets(parameters, step.client),
    });
    return { status: attempt.status, page };
  }

  /**
   * Returns the page that a link opens, with the code in its field. The page does not sign in by itself: programs that check the links in
   * mails would use up the code.
   */
  async link(visit: Visit, token: string): Promise<PageAnswer> {
    const found = await this.codes.inspect(token, visit.browserId);
    if (found === null) return this.elsewhere(visit);
    const parameters = readParameters(found.request);
    const step = await this.flow.asSignIn(visit, parameters);
    if (step.step !== 'sign_in') return this.flow.show(visit, parameters, step);
    return this.page(visit, parameters, step, {
      ...{ email: found.email, code: found.code, fault: null, status: 200 },
      stays: false,
    });
  }

  private elsewhere(visit: Visit): PageAnswer {
    const language = this.surface.languageOf(visit.request);
    const { emailCode: words, password } = translationsOf(language);
    const page = noticePage({ language, brand: null, title: password.staleTitle, lines: [words.elsewhere] });
    return { status: 410, page };
  }
}
