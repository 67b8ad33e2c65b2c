import { Injectable } from '@nestjs/common';
import { type CallContext, httpContext } from '../../../../kernel/context/call-context';
import { requestState } from '../../../../kernel/http/request-state';
import type { PageAnswer } from '../../../../kernel/pages/page-answer';
import { Clock } from '../../../../kernel/time/clock';
import { CONSOLE_CLIENT_ID } from '../../../apps/contract/apps.types';
import { FactorsPort } from '../../../factors/contract/factors.port';
import { UsersPort } from '../../../users/contract/users.port';
import type { Session, User } from '../../../users/contract/users.types';
import type { Visit } from '../browser/visit';
import { PageSurface } from '../page-surface';
import type { Language } from '../text/translations';

/** The time after a sign-in for which changes to the sign-in methods need no further proof. */
const FRESH_MS = 10 * 60_000;

/** A visit of a signed-in user to the account page. */
export interface AccountVisit {
  readonly visit: Visit;
  readonly session: Session;
  readonly user: User;
  /** The language that the user has chosen, or that of the browser. */
  readonly language: Language;
  /** The context for calls to ports. */
  readonly context: CallContext;
}

/** Identifies the users of the account page, and asks for another sign-in where a session alone is not enough. */
@Injectable()
export class AccountVisits {
  constructor(
    private readonly users: UsersPort,
    private readonly factors: FactorsPort,
    private readonly surface: PageSurface,
    private readonly clock: Clock,
  ) {}

  /** Returns the visit; a redirect to the sign-in page if no user is signed in. @param path the page that follows the sign-in. */
  async of(visit: Visit, path: string): Promise<AccountVisit | { readonly answer: PageAnswer }> {
    const { session, request } = visit;
    const user = session === null ? null : await this.users.find(session.tenantId, session.userId);
    if (session === null || user?.status !== 'active') return { answer: signInAgain(path) };
    // A session from before the user added a factor, or before a rule required one.
    const { step } = await this.factors.remaining(user, session.amr, { appId: null, twoFactors: false });
    if (step !== 'none') return { answer: signInAgain(path) };
    const context = httpContext(requestState(request), {
      tenantId: user.tenantId,
      actor: { type: 'user', id: user.id },
      appId: CONSOLE_CLIENT_ID,
    });
    const language = this.surface.languageOf(request, user.locale === null ? [] : [user.locale]);
    return { visit, session, user, language, context };
  }

  /** Returns whether the user has just signed in. A stolen session is not enough to change how its user signs in. */
  isFresh({ session }: AccountVisit): boolean {
    return this.clock.nowMs() - session.authTimeMs < FRESH_MS;
  }
}

/** Returns the redirect to the sign-in page. */
export function signInAgain(path: string): PageAnswer {
  return { location: `/oauth/console?to=${encodeURIComponent(path)}` };
}
