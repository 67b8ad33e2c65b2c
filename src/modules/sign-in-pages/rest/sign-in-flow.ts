import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import { type Parameters, readParameters, writeParameters } from '../../../kernel/pages/parameters';
import type { OwnForm } from '../../../kernel/pages/sent-form';
import { AuthorizeFlow } from './authorize-flow';
import { type Visit, Visits } from './browser/visit';
import { EmailCodeFlow } from './email-code-flow';
import { PageSurface } from './page-surface';
import { refusedSignIn } from './refused-sign-in';
import { SecondFactorFlow } from './second-factor-flow';
import { SignInDestinations, staysIn } from './sign-in-destinations';
import { SignInStrategies } from './sign-in-strategies';
import { UpstreamFlow } from './upstream-flow';

const REFUSED = { outcome: 'refused' } as const;

/** Handles sign-in on the page. */
@Injectable()
export class SignInFlow {
  constructor(
    private readonly surface: PageSurface,
    private readonly flow: AuthorizeFlow,
    private readonly visits: Visits,
    private readonly strategies: SignInStrategies,
    private readonly destinations: SignInDestinations,
    private readonly secondFactor: SecondFactorFlow,
    private readonly upstream: UpstreamFlow,
    private readonly codes: EmailCodeFlow,
  ) {}

  /** Returns the sign-in page of a request, even if a user is signed in, so that users can switch accounts. */
  async page(visit: Visit, parameters: Parameters): Promise<PageAnswer> {
    return this.flow.show(visit, parameters, await this.flow.asSignIn(visit, parameters));
  }

  /** Signs the user in. Only users of the client's tenant can sign in. On success, continues at the authorization endpoint. */
  async submit(visit: Visit, response: Response, form: OwnForm): Promise<PageAnswer | null> {
    const parameters = readParameters(form.value('request'));
    const request = writeParameters(parameters);
    this.visits.assertOwnForm(visit, 'sign-in', request, form.csrf);
    const step = await this.flow.asSignIn(visit, parameters);
    if (step.step !== 'sign_in') return this.flow.show(visit, parameters, step);
    const elsewhere = await this.upstream.home(visit, parameters, step, form);
    if (elsewhere !== null) return elsewhere;
    const sent = await this.codes.send(visit, parameters, step, form);
    if (sent !== null) return sent;
    // The page does not offer passkeys where they are off, but an earlier page might have.
    const isOff = form.value('method') === 'passkey' && !step.passkeys;
    const outcome = isOff ? REFUSED : await this.strategies.run(visit, response, step.client.tenantId);
    if (outcome === null) return null;
    if (outcome.outcome === 'signed_in') {
      const destination = this.destinations.ofStep(parameters, step, staysIn(form));
      const answer = await this.secondFactor.proceed(visit, outcome, destination);
      if (answer !== null) return answer;
    }
    const language = this.surface.languageOf(visit.request, step.uiLocales);
    const { headers, ...refused } = refusedSignIn(language, outcome, form);
    const last = { email: form.value('email').trim(), ...refused };
    const answer =
      form.value('method') === 'email-code'
        ? await this.codes.page(visit, parameters, step, { ...last, code: '', stays: staysIn(form) })
        : await this.flow.signIn(visit, parameters, step, last);
    return { ...answer, headers };
  }
}
