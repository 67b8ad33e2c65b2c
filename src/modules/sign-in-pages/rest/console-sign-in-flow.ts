import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { AppError } from '../../../kernel/errors/app-error';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import type { OwnForm } from '../../../kernel/pages/sent-form';
import { SessionStarter } from './browser/session-starter';
import { type Visit, Visits } from './browser/visit';
import { PageSurface } from './page-surface';
import { signInPage } from './pages/sign-in.page';
import { refusedSignIn } from './refused-sign-in';
import { SignInStrategies } from './sign-in-strategies';
import { translationsOf } from './text/language';

/**
 * The path of a console page. It does not contain characters that browsers interpret differently, so it stays on this site, regardless of
 * how a browser parses it.
 */
const CONSOLE = /^\/console(?:\/[\w-][\w.-]*)*(?:\?[\w.~%&=+-]*)?$/;
const MAX_CHARS = 2_000;

/**
 * Signs users in to the product's own pages. These pages do not belong to an app, so there is no client that determines the tenant: the
 * user is identified only by address and password.
 */
@Injectable()
export class ConsoleSignInFlow {
  constructor(
    private readonly surface: PageSurface,
    private readonly visits: Visits,
    private readonly strategies: SignInStrategies,
    private readonly sessions: SessionStarter,
  ) {}

  /** Returns the sign-in page. @param to the requested page. Errors: `invalid_request` for a page that does not belong to the console. */
  page(visit: Visit, to: string): PageAnswer {
    return this.show(visit, checked(to), '', null, 200);
  }

  /** Signs the user in. On success, continues to the requested page. */
  async submit(visit: Visit, response: Response, form: OwnForm): Promise<PageAnswer | null> {
    const to = checked(form.value('to'));
    this.visits.assertOwnForm(visit, 'console', to, form.csrf);
    const outcome = await this.strategies.run(visit, response, null);
    if (outcome === null) return null;
    if (outcome.outcome === 'signed_in') {
      const cookies = await this.sessions.start(visit, outcome);
      if (cookies !== null) return { location: to, cookies };
    }
    const { fault, status, headers } = refusedSignIn(this.surface.languageOf(visit.request), outcome);
    return { ...this.show(visit, to, form.value('email').trim(), fault, status), headers };
  }

  private show(visit: Visit, to: string, email: string, fault: string | null, status: number): PageAnswer {
    const language = this.surface.languageOf(visit.request);
    const page = signInPage({
      language,
      brand: null,
      appName: translationsOf(language).signIn.console,
      email,
      action: '/oauth/console',
      fields: { to },
      formToken: this.visits.formToken(visit, 'console', to),
      forgot: null,
      fault,
      formTargets: [],
    });
    return { status, page };
  }
}

function checked(to: string): string {
  if (to.length <= MAX_CHARS && CONSOLE.test(to)) return to;
  throw new AppError('invalid_request', 'The parameter "to" does not name a page of the console.');
}
