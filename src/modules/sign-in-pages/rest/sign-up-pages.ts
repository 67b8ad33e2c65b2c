import { Injectable } from '@nestjs/common';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import { type Parameters, writeParameters } from '../../../kernel/pages/parameters';
import type { AuthorizationStep } from '../../oauth/contract/authorization.types';
import { SignUpPort } from '../../users/contract/sign-up.port';
import { type Visit, Visits } from './browser/visit';
import { PageSurface } from './page-surface';
import { signUpPage } from './pages/sign-up.page';

type SignInStep = Extract<AuthorizationStep, { readonly step: 'sign_in' }>;

/** The way from an authorization request to a new account, for tenants that let people sign up. */
@Injectable()
export class SignUpPages {
  constructor(
    private readonly surface: PageSurface,
    private readonly visits: Visits,
    private readonly signUps: SignUpPort,
  ) {}

  /** Returns the page that asks for an address; `null` if people cannot sign up. */
  async page(visit: Visit, parameters: Parameters, step: SignInStep): Promise<PageAnswer | null> {
    const { client, uiLocales, loginHint } = step;
    const offer = await this.signUps.offer(client.tenantId);
    if (offer === null) return null;
    const request = writeParameters(parameters);
    const page = signUpPage({
      language: this.surface.languageOf(visit.request, uiLocales),
      brand: await this.surface.brandOf(client.tenantId),
      appName: client.name,
      email: loginHint,
      domains: offer.domains,
      request,
      formToken: this.visits.formToken(visit, 'sign-up', request),
    });
    return { status: 200, page };
  }
}
