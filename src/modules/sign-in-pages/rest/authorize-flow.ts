import { Injectable } from '@nestjs/common';
import { requestState } from '../../../kernel/http/request-state';
import { Clock } from '../../../kernel/time/clock';
import type { AuthorizationRequest, AuthorizationStep, ClientDisplay } from '../../oauth/contract/authorization.types';
import { SignInOptionsPort } from '../../users/contract/sign-in-options.port';
import { AuthorizationPort } from '../../oauth/contract/authorization.port';
import {
  PENDING_LIFETIME_MS,
  pendingSinceMs,
  withPendingRequest,
  withoutPendingRequest,
  writePendingRequests,
  type PendingRequests,
} from './browser/pending-requests';
import { setCookie } from '../../../kernel/pages/cookies';
import { hashOf, type Parameters, readParameters, valueOf, writeParameters } from '../../../kernel/pages/parameters';
import { PasskeyForms } from './browser/passkey-forms';
import { type Visit, Visits } from './browser/visit';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import { PageSettings } from '../../../kernel/pages/page-settings';
import { PageSurface } from './page-surface';
import { ProviderButtons } from './provider-buttons';
import { consentPage } from './pages/consent.page';
import { formPostPage } from './pages/form-post.page';
import { signInPage } from './pages/sign-in.page';
import { SignUpPages } from './sign-up-pages';
import { SecondFactorPages } from './second-factor-pages';
import type { OwnForm } from '../../../kernel/pages/sent-form';

export type SignInStep = Extract<AuthorizationStep, { readonly step: 'sign_in' }>;

/** Guides an authorization request through the pages. The pages do not keep state: each page contains the request in its form. */
@Injectable()
export class AuthorizeFlow {
  constructor(
    private readonly settings: PageSettings,
    private readonly authorization: AuthorizationPort,
    private readonly visits: Visits,
    private readonly surface: PageSurface,
    private readonly passkeys: PasskeyForms,
    private readonly secondFactor: SecondFactorPages,
    private readonly clock: Clock,
    private readonly providers: ProviderButtons,
    private readonly signUps: SignUpPages,
    private readonly options: SignInOptionsPort,
  ) {}

  /** Returns the next step, as a page or a redirect. */
  async next(visit: Visit, parameters: Parameters): Promise<PageAnswer> {
    const step = await this.authorization.authorize(this.requestOf(visit, parameters));
    const signUp = step.step === 'sign_in' && step.isSignUp ? await this.signUps.page(visit, parameters, step) : null;
    return signUp ?? this.show(visit, parameters, step);
  }

  /** Applies the user's decision on the consent page, which is valid only for the content of that page. */
  async decide(visit: Visit, form: OwnForm): Promise<PageAnswer> {
    const parameters = readParameters(form.value('request'));
    const shown = form.value('shown');
    this.visits.assertOwnForm(visit, 'consent', consentOf(writeParameters(parameters), shown), form.csrf);
    const allow = form.value('decision') === 'allow';
    const decision = { allow, remember: form.value('remember') === 'yes', shown };
    const step = await this.authorization.consent(this.requestOf(visit, parameters), decision);
    return this.show(visit, parameters, step);
  }

  /**
   * Evaluates the request as if no user were signed in. The result determines the content of the sign-in page, and which tenant's users can
   * sign in there. Any step other than sign-in means that this request does not allow sign-in.
   */
  async asSignIn(visit: Visit, parameters: Parameters): Promise<AuthorizationStep> {
    return this.authorization.authorize({ ...this.requestOf(visit, parameters), session: null });
  }

  /** Returns the sign-in page. @param last the last attempt, with its error message. */
  async signIn(
    visit: Visit,
    parameters: Parameters,
    step: SignInStep,
    last: { readonly email: string; readonly fault: string; readonly status: number } | null,
  ): Promise<PageAnswer> {
    const request = writeParameters(parameters);
    const options = await this.options.find(step.client.tenantId);
    const page = signInPage({
      language: this.surface.languageOf(visit.request, step.uiLocales),
      brand: await this.surface.brandOf(step.client.tenantId),
      appName: step.client.name,
      email: last?.email ?? step.loginHint,
      action: '/oauth/sign-in',
      fields: { request },
      passkey: step.passkeys ? await this.passkeys.signIn(visit) : null,
      forgot: `/oauth/password?request=${encodeURIComponent(request)}`,
      signUp: options.signUp ? `/oauth/sign-up?request=${encodeURIComponent(request)}` : null,
      offersCodes: options.emailCodes,
      stayDays: options.stayDays,
      formToken: this.visits.formToken(visit, 'sign-in', request),
      fault: last?.fault ?? null,
      formTargets: redirectTargets(parameters, step.client),
      providers: await this.providers.of(step.client.tenantId, request),
    });
    return { status: last?.status ?? 200, page };
  }

  /** Returns the page or redirect for a step. */
  async show(visit: Visit, parameters: Parameters, step: AuthorizationStep): Promise<PageAnswer> {
    const hash = hashOf(writeParameters(parameters));
    switch (step.step) {
      case 'sign_in': {
        const asked = withPendingRequest(visit.asked, hash, this.clock.nowMs());
        const cookies = asked === visit.asked ? [] : [this.askedCookie(visit, asked)];
        return { ...(await this.signIn(visit, parameters, step, null)), cookies };
      }
      case 'second_factor': {
        const signIn = { user: step.user, amr: step.amr };
        const destination = {
          fields: { request: writeParameters(parameters) },
          uiLocales: step.uiLocales,
          formTargets: redirectTargets(parameters, step.client),
        };
        return this.secondFactor.show(visit, signIn, step.remaining, destination);
      }
      case 'consent':
        return this.consent(visit, parameters, step);
      case 'redirect':
        return { location: step.location, cookies: this.answered(visit, hash) };
      case 'form_post': {
        const language = this.surface.languageOf(visit.request);
        const page = formPostPage({ language, action: step.action, fields: step.fields });
        return { status: 200, page, cookies: this.answered(visit, hash) };
      }
      case 'error':
        return this.surface.protocolError(visit, step.error, step.description);
    }
  }

  private async consent(
    visit: Visit,
    parameters: Parameters,
    step: Extract<AuthorizationStep, { readonly step: 'consent' }>,
  ): Promise<PageAnswer> {
    const request = writeParameters(parameters);
    const page = consentPage({
      language: this.surface.languageOf(visit.request, step.uiLocales),
      brand: await this.surface.brandOf(step.client.tenantId),
      client: step.client,
      user: { displayName: step.user.displayName, email: step.user.email ?? '' },
      scopes: step.scopes,
      resources: step.resources,
      canRemember: step.canRemember,
      request,
      shown: step.shown,
      formToken: this.visits.formToken(visit, 'consent', consentOf(request, step.shown)),
      formTargets: redirectTargets(parameters, step.client),
    });
    return { status: 200, page };
  }

  private requestOf(visit: Visit, parameters: Parameters): AuthorizationRequest {
    const { requestId, ip, traceparent } = requestState(visit.request);
    const signInAskedAtMs = pendingSinceMs(visit.asked, hashOf(writeParameters(parameters)));
    return { parameters, session: visit.session, signInAskedAtMs, requestId, ip, traceparent };
  }

  /** Forgets an answered request. If the app repeats the request, `prompt=login` requires sign-in again. */
  private answered(visit: Visit, hash: string): readonly string[] {
    return pendingSinceMs(visit.asked, hash) === null
      ? []
      : [this.askedCookie(visit, withoutPendingRequest(visit.asked, hash))];
  }

  private askedCookie({ browserId }: Visit, asked: PendingRequests): string {
    const value = writePendingRequests(this.settings.key, asked, browserId);
    const maxAgeSeconds = asked.length === 0 ? 0 : PENDING_LIFETIME_MS / 1000;
    return setCookie('asked', value, { secure: this.settings.secure, maxAgeSeconds });
  }
}

/** Returns the subject of a consent form: the request, which does not contain line breaks, and the access that the page shows. */
function consentOf(request: string, shown: string): string {
  return `${request}\n${shown}`;
}

/**
 * Returns the destinations of this request's response, for `form-action`: the redirect URI, already checked by the previous step, or the
 * client's destination if the request has none.
 */
export function redirectTargets(parameters: Parameters, { destination }: ClientDisplay): readonly string[] {
  const redirectUri = valueOf(parameters, 'redirect_uri');
  if (redirectUri !== '') return [redirectUri];
  return [
    `https://${destination}`,
    `http://${destination}`,
    destination.endsWith(':') ? destination : `${destination}:`,
  ];
}
