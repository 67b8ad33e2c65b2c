import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import type { OwnForm } from '../../../kernel/pages/sent-form';
import { PATH as ACCOUNT_PATH } from './account/account-paths';
import { PasskeyForms } from './browser/passkey-forms';
import { type Visit, Visits } from './browser/visit';
import { checkedConsolePath } from './console-path';
import { PageSurface } from './page-surface';
import { signInPage } from './pages/sign-in.page';
import { refusedSignIn } from './refused-sign-in';
import { SecondFactorFlow } from './second-factor-flow';
import { consoleDestination } from './sign-in-destination';
import { SignInStrategies } from './sign-in-strategies';
import { translationsOf } from './text/language';
import type { Translations } from './text/translations';

/**
 * Signs users in to the product's own pages. These pages do not belong to an app, so there is no client that determines the tenant: the
 * user is identified only by address and password, or by a passkey.
 */
@Injectable()
export class ConsoleSignInFlow {
  constructor(
    private readonly surface: PageSurface,
    private readonly visits: Visits,
    private readonly strategies: SignInStrategies,
    private readonly passkeys: PasskeyForms,
    private readonly secondFactor: SecondFactorFlow,
  ) {}

  /** Returns the sign-in page. @param to the requested page. Errors: `invalid_request` for a page that does not belong to the console. */
  page(visit: Visit, to: string): Promise<PageAnswer> {
    return this.show(visit, checkedConsolePath(to), '', null, 200);
  }

  /** Signs the user in. On success, continues to the requested page. */
  async submit(visit: Visit, response: Response, form: OwnForm): Promise<PageAnswer | null> {
    const to = checkedConsolePath(form.value('to'));
    this.visits.assertOwnForm(visit, 'console', to, form.csrf);
    const outcome = await this.strategies.run(visit, response, null);
    if (outcome === null) return null;
    if (outcome.outcome === 'signed_in') {
      const answer = await this.secondFactor.proceed(visit, outcome, consoleDestination(to));
      if (answer !== null) return answer;
    }
    const { fault, status, headers } = refusedSignIn(this.surface.languageOf(visit.request), outcome, form);
    return { ...(await this.show(visit, to, form.value('email').trim(), fault, status)), headers };
  }

  private async show(
    visit: Visit,
    to: string,
    email: string,
    fault: string | null,
    status: number,
  ): Promise<PageAnswer> {
    const language = this.surface.languageOf(visit.request);
    const page = signInPage({
      language,
      brand: null,
      appName: nameOf(to, visit, translationsOf(language)),
      email,
      action: '/oauth/console',
      fields: { to },
      formToken: this.visits.formToken(visit, 'console', to),
      passkey: await this.passkeys.signIn(visit),
      forgot: null,
      signUp: null,
      offersCodes: false,
      stayDays: null,
      fault,
      formTargets: [],
      // Without an app, no tenant is known, and so no provider.
      providers: [],
    });
    return { status, page };
  }
}

/** Returns the name of the page to which the sign-in leads. */
function nameOf(to: string, { session }: Visit, { signIn, account }: Translations): string {
  if (!to.startsWith(ACCOUNT_PATH)) return signIn.console;
  return session === null ? account.page : account.confirm;
}
