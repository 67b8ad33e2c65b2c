import { Injectable } from '@nestjs/common';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import { type Parameters, readParameters, writeParameters } from '../../../kernel/pages/parameters';
import type { OwnForm } from '../../../kernel/pages/sent-form';
import type { SignInPurpose } from '../../factors/contract/factors.types';
import { AuthorizeFlow, redirectTargets, type SignInStep } from './authorize-flow';
import type { Visit } from './browser/visit';
import { checkedConsolePath } from './console-path';

/** Where a sign-in leads. */
export interface SignInDestination {
  /** The hidden field that names the destination in each form on the way: an authorization request, or a page of the product. */
  readonly fields: Readonly<Record<string, string>>;
  /** The page that follows the sign-in. */
  readonly location: string;
  readonly purpose: SignInPurpose;
  /** The identity at a provider to link to the account, as a token; `null` for an ordinary sign-in. */
  readonly link: string | null;
  /** The only tenant whose users can sign in; `null` if the account determines the tenant. */
  readonly tenantId: string | null;
  readonly uiLocales: readonly string[];
  readonly formTargets: readonly string[];
}

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
    const destination = this.ofStep(parameters, step);
    return form.has('link') ? linkDestination(destination, form.value('link')) : destination;
  }

  /** Returns the destination of an authorization request that asks for sign-in. */
  ofStep(parameters: Parameters, step: SignInStep): SignInDestination {
    const request = writeParameters(parameters);
    return {
      fields: { request },
      location: `/oauth/authorize?${request}`,
      purpose: { appId: step.client.clientId, twoFactors: false },
      link: null,
      tenantId: step.client.tenantId,
      uiLocales: step.uiLocales,
      formTargets: redirectTargets(parameters, step.client),
    };
  }
}

/** Returns the destination of a sign-in that also links an identity at a provider. */
export function linkDestination(destination: SignInDestination, link: string): SignInDestination {
  return { ...destination, fields: { ...destination.fields, link }, link };
}

/** Returns the destination of a sign-in to the product's own pages. Errors: `invalid_request` for a path that is not one of them. */
export function consoleDestination(path: string): SignInDestination {
  const to = checkedConsolePath(path);
  const purpose = { appId: null, twoFactors: false };
  return { fields: { to }, location: to, purpose, link: null, tenantId: null, uiLocales: [], formTargets: [] };
}
