import { Injectable } from '@nestjs/common';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import { type Parameters, readParameters, writeParameters } from '../../../kernel/pages/parameters';
import type { OwnForm } from '../../../kernel/pages/sent-form';
import { AuthorizeFlow, redirectTargets, type SignInStep } from './authorize-flow';
import type { Visit } from './browser/visit';
import { consoleDestination, linkDestination, type SignInDestination } from './sign-in-destination';

/** Reads the destination of a sign-in from the forms on the way. */
@Injectable()
export class SignInDestinations {
  constructor(private readonly flow: AuthorizeFlow) {}

  /** Returns the destination; a page if the authorization request does not allow sign-in. */
  async of(visit: Visit, form: OwnForm): Promise<SignInDestination | { readonly answer: PageAnswer }> {
    if (form.has('to')) return consoleDestination(form.value('to'));
    const parameters = readParameters(form.value('request'));
    const step = await this.flow.asSignIn(visit, parameters);
    if (step.step !== 'sign_in') return { answer: await this.flow.show(visit, parameters, step) };
    const destination = this.ofStep(parameters, step, staysIn(form));
    return form.has('link') ? linkDestination(destination, form.value('link')) : destination;
  }

  /** Returns the destination of an authorization request that asks for sign-in. */
  ofStep(parameters: Parameters, step: SignInStep, stays = false): SignInDestination {
    const request = writeParameters(parameters);
    return {
      fields: stays ? { request, stay: 'yes' } : { request },
      location: `/oauth/authorize?${request}`,
      purpose: { appId: step.client.clientId, twoFactors: false },
      link: null,
      stays,
      tenantId: step.client.tenantId,
      uiLocales: step.uiLocales,
      formTargets: redirectTargets(parameters, step.client),
    };
  }
}

/** Returns whether the user chose to stay signed in. */
export function staysIn(form: OwnForm): boolean {
  return form.value('stay') === 'yes';
}
