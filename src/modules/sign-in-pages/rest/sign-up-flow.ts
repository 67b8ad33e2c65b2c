import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import { hashOf, type Parameters, readParameters, writeParameters } from '../../../kernel/pages/parameters';
import type { OwnForm } from '../../../kernel/pages/sent-form';
import { SignUpPort } from '../../users/contract/sign-up.port';
import { AuthorizeFlow } from './authorize-flow';
import { type Visit, Visits } from './browser/visit';
import { PageSurface } from './page-surface';
import { noticePage } from './pages/notice.page';
import { createAccountPage } from './pages/sign-up.page';
import { SignUpPages } from './sign-up-pages';
import { translationsOf } from './text/language';
import { passwordFaultOf, passwordFaultText } from './text/password-faults';
import type { Language } from './text/translations';

/** The input of a person who has to correct something. */
interface LastAttempt {
  readonly name: string;
  readonly fault: (language: Language, leastChars: number) => string;
}

/** Creates accounts for people who sign up, with links that it mails to them. */
@Injectable()
export class SignUpFlow {
  constructor(
    private readonly surface: PageSurface,
    private readonly flow: AuthorizeFlow,
    private readonly visits: Visits,
    private readonly pages: SignUpPages,
    private readonly signUps: SignUpPort,
  ) {}

  /** Returns the page that asks for an address. The authorization request determines the tenant. */
  async page(visit: Visit, parameters: Parameters): Promise<PageAnswer> {
    const step = await this.flow.asSignIn(visit, parameters);
    const page = step.step === 'sign_in' ? await this.pages.page(visit, parameters, step) : null;
    return page ?? this.flow.show(visit, parameters, step);
  }

  /** Sends the link. The response is the same for every address. */
  async request(visit: Visit, form: OwnForm): Promise<PageAnswer> {
    const parameters = readParameters(form.value('request'));
    const request = writeParameters(parameters);
    this.visits.assertOwnForm(visit, 'sign-up', request, form.csrf);
    const step = await this.flow.asSignIn(visit, parameters);
    if (step.step !== 'sign_in') return this.flow.show(visit, parameters, step);
    const language = this.surface.languageOf(visit.request, step.uiLocales);
    const email = form.value('email').trim();
    const { tenantId } = step.client;
    this.signUps.request(tenantId, email, language, visit.origin);
    const { signUp: words, password } = translationsOf(language);
    const page = noticePage({
      language,
      brand: await this.surface.brandOf(tenantId),
      title: password.sentTitle,
      lines: [words.sent(email), password.sentHint],
      link: { href: `/oauth/sign-in?request=${encodeURIComponent(request)}`, text: password.back },
    });
    return { status: 200, page };
  }

  /** Returns the page that a link opens. */
  async link(visit: Visit, token: string, last: LastAttempt | null = null): Promise<PageAnswer> {
    const target = await this.signUps.inspect(token);
    if (target === null) return this.stale(visit);
    const { tenantId, email, passwordMinLength: leastChars, termsUrl } = target;
    const language = this.surface.languageOf(visit.request);
    const page = createAccountPage({
      language,
      brand: await this.surface.brandOf(tenantId),
      email,
      name: last?.name ?? '',
      leastChars,
      termsUrl,
      token,
      formToken: this.visits.formToken(visit, 'create-account', hashOf(token)),
      fault: last?.fault(language, leastChars) ?? null,
    });
    return { status: last === null ? 200 : 422, page };
  }

  /** Creates the account. Does not sign the person in: the next sign-in proves that the password works. */
  async complete(visit: Visit, form: OwnForm): Promise<PageAnswer> {
    const token = form.value('token');
    this.visits.assertOwnForm(visit, 'create-account', hashOf(token), form.csrf);
    const name = form.value('name').trim();
    const entered = {
      displayName: name,
      password: form.value('password'),
      acceptsTerms: form.value('terms') === 'yes',
    };
    try {
      if ((await this.signUps.complete(token, entered, visit.origin)) === null) return this.stale(visit);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid_request') throw error;
      return this.link(visit, token, { name, fault: (language, leastChars) => faultText(error, language, leastChars) });
    }
    const language = this.surface.languageOf(visit.request);
    const { signUp: words } = translationsOf(language);
    return { status: 200, page: noticePage({ language, brand: null, title: words.doneTitle, lines: [words.done] }) };
  }

  private stale(visit: Visit): PageAnswer {
    const language = this.surface.languageOf(visit.request);
    const { signUp: words, password } = translationsOf(language);
    const page = noticePage({ language, brand: null, title: password.staleTitle, lines: [words.stale] });
    return { status: 410, page };
  }
}

function faultText(error: AppError, language: Language, leastChars: number): string {
  const { signUp, password } = translationsOf(language);
  const pointers = error.fields.map(({ pointer }) => pointer);
  if (pointers.includes('/displayName')) return signUp.unfitName;
  if (pointers.includes('/acceptsTerms')) return signUp.termsMissing;
  return passwordFaultText(password, passwordFaultOf(error), leastChars);
}
