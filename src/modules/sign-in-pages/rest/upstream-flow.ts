import { Injectable } from '@nestjs/common';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import { PageSettings } from '../../../kernel/pages/page-settings';
import { hashOf, type Parameters, readParameters, valueOf, writeParameters } from '../../../kernel/pages/parameters';
import type { OwnForm } from '../../../kernel/pages/sent-form';
import {
  type FailedSignIn,
  type PendingLink,
  type UpstreamOutcome,
  UpstreamSignInPort,
} from '../../connections/contract/upstream-sign-in.port';
import type { SignInOutcome } from '../../users/contract/users.types';
import { AuthorizeFlow, redirectTargets, type SignInStep } from './authorize-flow';
import { type Visit, Visits } from './browser/visit';
import { PageSurface } from './page-surface';
import { formPostPage } from './pages/form-post.page';
import { linkAccountPage } from './pages/link-account.page';
import { noticePage } from './pages/notice.page';
import { startPath } from './provider-buttons';
import { refusedSignIn } from './refused-sign-in';
import { SecondFactorFlow } from './second-factor-flow';
import { linkDestination, type SignInDestination } from './sign-in-destination';
import { SignInDestinations } from './sign-in-destinations';
import { translationsOf } from './text/language';
import { signInPath, UpstreamFailures } from './upstream-failures';

/** The path at which providers send the browser back. */
const CALLBACK_PATH = '/oauth/connections/callback';
/** Marks the form that repeats a provider's POST from our own origin. */
const REPEATED = 'repeated';

type SignedIn = Extract<SignInOutcome, { readonly outcome: 'signed_in' }>;

/** Signs people in at an identity provider of their tenant, as the browser sees it. */
@Injectable()
export class UpstreamFlow {
  constructor(
    private readonly settings: PageSettings,
    private readonly surface: PageSurface,
    private readonly flow: AuthorizeFlow,
    private readonly visits: Visits,
    private readonly upstream: UpstreamSignInPort,
    private readonly failures: UpstreamFailures,
    private readonly destinations: SignInDestinations,
    private readonly secondFactor: SecondFactorFlow,
  ) {}

  /** Sends the browser to the provider. The authorization request determines the tenant. */
  async start(visit: Visit, connectionId: string, query: Parameters): Promise<PageAnswer> {
    const parameters = readParameters(valueOf(query, 'request'));
    const step = await this.flow.asSignIn(visit, parameters);
    if (step.step !== 'sign_in') return this.flow.show(visit, parameters, step);
    const started = await this.upstream.start(
      {
        tenantId: step.client.tenantId,
        connectionId,
        browserId: visit.browserId,
        request: writeParameters(parameters),
        loginHint: valueOf(query, 'login_hint') || step.loginHint,
        mustAuthenticate: valueOf(parameters, 'prompt').split(' ').includes('login'),
        uiLocales: step.uiLocales,
      },
      visit.origin,
    );
    return started.outcome === 'redirect' ? { location: started.location } : this.failures.page(visit, started);
  }

  /**
   * Returns the page that leads to the provider of an address: if the person asked for it, or must use it. Returns `null` if the password in
   * the form decides.
   */
  async home(visit: Visit, parameters: Parameters, step: SignInStep, form: OwnForm): Promise<PageAnswer | null> {
    const email = form.value('email').trim();
    const isAsked = form.value('method') === 'home';
    const home = await this.upstream.home(step.client.tenantId, email);
    if (home !== null && (isAsked || home.enforced)) {
      return this.moveOn(visit, startPath(home.connectionId, writeParameters(parameters), email));
    }
    if (!isAsked) return null;
    const fault = translationsOf(this.surface.languageOf(visit.request, step.uiLocales)).connections.noHome;
    return this.flow.signIn(visit, parameters, step, { email, fault, status: 422 });
  }

  /**
   * Handles a response that a provider sent by POST. The request comes from another site and has no cookies (SameSite=Lax), so a page on
   * our own origin repeats it. @returns the answer, without new cookies, which would replace the ones that the browser keeps to itself;
   * `null` if this is the repetition.
   */
  repeat(visit: Visit, parameters: Parameters): PageAnswer | null {
    if (valueOf(parameters, REPEATED) !== '') return null;
    const page = formPostPage({
      language: this.surface.languageOf(visit.request),
      action: `${this.settings.origin}${CALLBACK_PATH}`,
      fields: { ...Object.fromEntries(parameters), [REPEATED]: '1' },
    });
    return { status: 200, page };
  }

  /** Handles the provider's response, and continues at the authorization request from which the browser came. */
  async callback(visit: Visit, sent: Parameters): Promise<PageAnswer> {
    const parameters = sent.filter(([name]) => name !== REPEATED);
    const locale = this.surface.languageOf(visit.request);
    const response = { parameters, browserId: visit.browserId };
    const answer = await this.shown(visit, await this.upstream.finish(response, visit.origin, locale));
    // Browsers check the redirects of a form against its page's policy, which does not name the app.
    return visit.request.method === 'POST' && 'location' in answer ? this.movedOn(visit, answer) : answer;
  }

  /** Links the identity to the account whose password the form contains. */
  async link(visit: Visit, form: OwnForm): Promise<PageAnswer> {
    const parameters = readParameters(form.value('request'));
    const request = writeParameters(parameters);
    const token = form.value('link');
    this.visits.assertOwnForm(visit, 'link-account', linkSubject(token, request), form.csrf);
    const step = await this.flow.asSignIn(visit, parameters);
    if (step.step !== 'sign_in') return this.flow.show(visit, parameters, step);
    const pending = await this.upstream.pendingLink(token, visit.browserId);
    if (pending?.tenantId !== step.client.tenantId) return this.failures.page(visit, { ...EXPIRED_LINK, request });
    const email = form.value('email').trim();
    const proven = await this.upstream.prove(pending, { email, password: form.value('password') }, visit.origin);
    if (proven.outcome === 'signed_in') {
      const destination = linkDestination(this.destinations.ofStep(parameters, step), token);
      return this.proceed(visit, proven, destination, request);
    }
    const { fault, status, headers } = refusedSignIn(
      this.surface.languageOf(visit.request, step.uiLocales),
      proven,
      form,
    );
    return { ...(await this.proofPage(visit, parameters, step, pending, { email, fault })), status, headers };
  }

  private async shown(visit: Visit, outcome: UpstreamOutcome): Promise<PageAnswer> {
    if (outcome.outcome === 'failed') return this.failures.page(visit, outcome);
    if (outcome.outcome === 'signed_in') return this.afterUpstream(visit, outcome.signedIn, outcome.request);
    const parameters = readParameters(outcome.request);
    const step = await this.flow.asSignIn(visit, parameters);
    if (step.step !== 'sign_in') return this.flow.show(visit, parameters, step);
    return this.proofPage(visit, parameters, step, outcome.link, { email: outcome.link.email, fault: null });
  }

  /** Continues the sign-in of a user whose identity is known. @param request the authorization request, as this module wrote it. */
  private async afterUpstream(visit: Visit, signedIn: SignedIn, request: string): Promise<PageAnswer> {
    const parameters = readParameters(request);
    const step = await this.flow.asSignIn(visit, parameters);
    if (step.step !== 'sign_in') return this.flow.show(visit, parameters, step);
    return this.proceed(visit, signedIn, this.destinations.ofStep(parameters, step), request);
  }

  /** Asks for the second factor where one is needed, makes the link of the destination, and starts the session. */
  private async proceed(
    visit: Visit,
    signedIn: SignedIn,
    destination: SignInDestination,
    request: string,
  ): Promise<PageAnswer> {
    const answer = await this.secondFactor.proceed(visit, signedIn, destination);
    const failed = { outcome: 'failed', reason: 'user_not_active', code: '', request } as const;
    return answer ?? this.failures.page(visit, failed);
  }

  private async proofPage(
    visit: Visit,
    parameters: Parameters,
    step: SignInStep,
    { token, provider, person }: PendingLink,
    last: { readonly email: string; readonly fault: string | null },
  ): Promise<{ readonly status: number } & PageAnswer> {
    const request = writeParameters(parameters);
    const page = linkAccountPage({
      language: this.surface.languageOf(visit.request, step.uiLocales),
      brand: await this.surface.brandOf(step.client.tenantId),
      provider: provider.name,
      person,
      ...last,
      fields: { link: token, request },
      formToken: this.visits.formToken(visit, 'link-account', linkSubject(token, request)),
      formTargets: redirectTargets(parameters, step.client),
      cancel: signInPath(request),
    });
    return { status: 200, page };
  }

  /** Leads on with a page instead of a redirect, which the page with the form might not allow. @param path a path of these pages. */
  private moveOn(visit: Visit, path: string): { readonly status: number } & PageAnswer {
    const language = this.surface.languageOf(visit.request);
    const words = translationsOf(language).connections;
    const link = { href: path, text: words.continue };
    const page = noticePage({ language, brand: null, title: words.continueTitle, lines: [words.continueLead], link });
    return { status: 200, headers: { Refresh: `0; url=${path}` }, page };
  }

  private movedOn(visit: Visit, { location, cookies = [] }: PageAnswer & { readonly location: string }): PageAnswer {
    return { ...this.moveOn(visit, location), cookies };
  }
}

const EXPIRED_LINK: FailedSignIn = {
  outcome: 'failed',
  reason: 'not_started_here',
  code: 'expired_link',
  request: null,
};

function linkSubject(token: string, request: string): string {
  return `${hashOf(token)}\n${request}`;
}
