import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import { SessionsPort } from '../../users/contract/sessions.port';
import { SignInPort } from '../../users/contract/sign-in.port';
import type { User } from '../../users/contract/users.types';
import { AuthorizeFlow, type SignInStep } from './authorize-flow';
import { setCookie } from './browser/cookies';
import { type Parameters, readParameters, writeParameters } from './browser/parameters';
import { type Visit, Visits } from './browser/visit';
import type { PageAnswer } from './page-answer';
import { PageSettings } from './page-settings';
import { PageSurface } from './page-surface';
import type { OwnForm } from './sent-form';
import { waitText, wordsOf } from './text/language';

/** RFC 8176. */
const BY_PASSWORD = ['pwd'] as const;

/** Signing in on the page, by address and password. */
@Injectable()
export class SignInFlow {
  constructor(
    private readonly settings: PageSettings,
    private readonly surface: PageSurface,
    private readonly flow: AuthorizeFlow,
    private readonly visits: Visits,
    private readonly signIns: SignInPort,
    private readonly sessions: SessionsPort,
  ) {}

  /** The sign-in page of a request, whoever is signed in: for another account. */
  async page(visit: Visit, parameters: Parameters): Promise<PageAnswer> {
    return this.flow.show(visit, parameters, await this.flow.asSignIn(visit, parameters));
  }

  /** Only users of the client's tenant can sign in for it. On success back to the authorization endpoint. */
  async submit(visit: Visit, form: OwnForm): Promise<PageAnswer> {
    const parameters = readParameters(form.value('request'));
    const request = writeParameters(parameters);
    this.visits.assertOwnForm(visit, 'sign-in', request, form.csrf);
    const step = await this.flow.asSignIn(visit, parameters);
    if (step.step !== 'sign_in') return this.flow.show(visit, parameters, step);
    const email = form.value('email').trim();
    const { tenantId } = step.client;
    const outcome = await this.signIns.withPassword(tenantId, email, form.value('password'), visit.origin);
    if (outcome.outcome === 'signed_in') {
      const started = await this.start(visit, outcome.user, request);
      if (started !== null) return started;
    }
    const wait = outcome.outcome === 'throttled' ? outcome.retryAfterSeconds : null;
    return this.again(visit, parameters, step, { email, wait });
  }

  /**
   * Always under a new token: one that somebody planted before is worth nothing (session fixation).
   * @returns `null` when the user has been suspended, or the password replaced, since it was checked.
   */
  private async start(visit: Visit, user: User, request: string): Promise<PageAnswer | null> {
    const started = await this.sessions
      .start(user, BY_PASSWORD, visit.origin, visit.session)
      .catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'forbidden') return null;
        throw error;
      });
    if (started === null) return null;
    const { session, token } = started;
    const maxAgeSeconds = (session.expiresAtMs - session.createdAtMs) / 1000;
    const cookie = setCookie('session', token, { secure: this.settings.secure, maxAgeSeconds });
    return { location: `/oauth/authorize?${request}`, cookies: [cookie] };
  }

  private async again(
    visit: Visit,
    parameters: Parameters,
    step: SignInStep,
    { email, wait }: { readonly email: string; readonly wait: number | null },
  ): Promise<PageAnswer> {
    const language = this.surface.languageOf(visit.request, step.uiLocales);
    const words = wordsOf(language).signIn;
    if (wait === null) {
      // 401 would need a challenge (RFC 9110 §15.5.2), which browsers answer with a dialog of their own.
      return this.flow.signIn(visit, parameters, step, { email, fault: words.refused, status: 422 });
    }
    const fault = words.throttled(waitText(language, wait));
    const answer = await this.flow.signIn(visit, parameters, step, { email, fault, status: 429 });
    return { ...answer, headers: { 'Retry-After': String(Math.max(1, Math.ceil(wait))) } };
  }
}
