import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../../kernel/config/config.module';
import type { Client } from '../../../apps/contract/apps.types';
import { ScopesPort } from '../../../apps/contract/scopes.port';
import { AccessTokensPort } from '../../contract/access-tokens.port';
import type { AuthorizationRequest, AuthorizationStep, ConsentDecision } from '../../contract/authorization.types';
import { type AnswerTarget, authorizationAnswer } from '../../domain/authorization-answer';
import { oauthConfig, type OauthConfig } from '../../oauth.config';
import { AuthorizationTrail } from '../authorization-trail';
import { clientFace, uiLocales } from '../client-face';
import { AuthorizationSteps } from './authorization-steps';
import { checkPkce } from './check-pkce';
import { checkPromptAndMaxAge } from './check-prompt-and-max-age';
import { checkRedirectUri } from './check-redirect-uri';
import { checkResource } from './check-resource';
import { checkResponseType } from './check-response-type';
import { checkScope } from './check-scope';
import { type Parameters, readParameters } from './read-parameters';
import { AuthorizationRefusal } from './refusal';

/**
 * The authorization endpoint (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2), a step per file beside this one. Until
 * client and redirect URI are known to be good, what is wrong is shown to the user; from then on the client is told.
 */
@Injectable()
export class AuthorizeUseCase {
  constructor(
    private readonly steps: AuthorizationSteps,
    private readonly scopes: ScopesPort,
    private readonly tokens: AccessTokensPort,
    private readonly trail: AuthorizationTrail,
    @InjectConfig(oauthConfig) private readonly config: OauthConfig,
  ) {}

  /** @param decision the user's answer on the consent page; `null` before it. */
  async run(request: AuthorizationRequest, decision: ConsentDecision | null): Promise<AuthorizationStep> {
    const parameters = readParameters(request.parameters);
    let client: Client | null = null;
    let target: AnswerTarget | null = null;
    try {
      client = await this.steps.findClient.run(parameters);
      target = this.target(parameters, checkRedirectUri(parameters, client));
      return await this.judge(request, parameters, client, target, decision);
    } catch (thrown) {
      if (!(thrown instanceof AuthorizationRefusal)) throw thrown;
      await this.trail.refused(request, client, thrown);
      const { code, description } = thrown;
      if (!target) return { step: 'error', error: code, description };
      return authorizationAnswer(target, { error: code, error_description: description });
    }
  }

  private async judge(
    request: AuthorizationRequest,
    parameters: Parameters,
    client: Client,
    target: AnswerTarget,
    decision: ConsentDecision | null,
  ): Promise<AuthorizationStep> {
    checkResponseType(parameters, client);
    const codeChallenge = checkPkce(parameters);
    const prompting = checkPromptAndMaxAge(parameters);
    const scopes = checkScope(parameters, client);
    const resources = checkResource(parameters, (resource) => this.tokens.isKnownAudience(resource));
    const face = clientFace(client, target.redirectUri);
    const locales = uiLocales(parameters);

    const signedIn = await this.steps.checkSignIn.run(request, parameters, client, scopes, prompting);
    if (!signedIn) {
      const loginHint = parameters.get('login_hint') ?? '';
      return { step: 'sign_in', client: face, loginHint, uiLocales: locales };
    }

    const asked = await this.steps.checkConsent.run(client, signedIn.user.id, scopes, prompting);
    if (asked && !decision) {
      const described = await this.scopes.describe(client.tenantId, asked);
      return { step: 'consent', client: face, user: signedIn.user, scopes: described, uiLocales: locales };
    }
    if (decision?.allow === false) throw new AuthorizationRefusal('access_denied', 'The user did not agree.');

    const unasked = client.firstParty ? 'first_party' : 'remembered';
    const code = await this.steps.issueCode.run(request, {
      client,
      signedIn,
      redirectUri: target.redirectUri,
      scopes,
      resources,
      nonce: parameters.get('nonce') ?? null,
      codeChallenge,
      consent: asked ? 'asked' : unasked,
      remember: asked !== null && decision?.remember === true,
    });
    return authorizationAnswer(target, { code });
  }

  private target(parameters: Parameters, redirectUri: string): AnswerTarget {
    return {
      redirectUri,
      responseMode: parameters.get('response_mode') === 'form_post' ? 'form_post' : 'query',
      state: parameters.get('state'),
      issuer: this.config.ISSUER_URL,
    };
  }
}
