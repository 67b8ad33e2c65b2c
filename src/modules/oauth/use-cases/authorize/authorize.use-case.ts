import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../../kernel/config/inject-config';
import { LOGGER, type Logger } from '../../../../kernel/telemetry/logger';
import type { Client } from '../../../apps/contract/apps.types';
import { ScopesPort } from '../../../apps/contract/scopes.port';
import { AccessTokensPort } from '../../contract/access-tokens.port';
import type { AuthorizationRequest, AuthorizationStep, ConsentDecision } from '../../contract/authorization.types';
import { scopesWithin } from '../../contract/scopes-of-role';
import { type AnswerTarget, authorizationAnswer } from '../../domain/authorization-answer';
import { nameOfSubject } from '../../domain/consent-subject';
import { oauthConfig, type OauthConfig } from '../../oauth.config';
import { AuthorizationAuditRecorder } from '../authorization-audit-recorder';
import { clientDisplay, uiLocales } from '../client-display';
import { AuthorizationSteps } from './authorization-steps';
import { checkPkce } from './check-pkce';
import { checkPromptAndMaxAge } from './check-prompt-and-max-age';
import { checkRedirectUri } from './check-redirect-uri';
import { checkResource } from './check-resource';
import { checkResponseType } from './check-response-type';
import { checkScope } from './check-scope';
import { authorizationFault } from './fault';
import { type Parameters, readParameters } from './read-parameters';
import { AuthorizationRefusal } from './refusal';

/**
 * The authorization endpoint (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2). Each step has its own file in this directory. Errors go to the
 * user until the client and the redirect URI are known to be valid, and to the client after that.
 */
@Injectable()
export class AuthorizeUseCase {
  constructor(
    private readonly steps: AuthorizationSteps,
    private readonly scopes: ScopesPort,
    private readonly tokens: AccessTokensPort,
    private readonly trail: AuthorizationAuditRecorder,
    @InjectConfig(oauthConfig) private readonly config: OauthConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Runs the steps. @param decision the user's decision on the consent page; `null` if the page has not been shown yet. */
  async run(request: AuthorizationRequest, decision: ConsentDecision | null): Promise<AuthorizationStep> {
    const parameters = readParameters(request.parameters);
    let client: Client | null = null;
    let target: AnswerTarget | null = null;
    try {
      client = await this.steps.findClient.run(parameters, request.requestId);
      target = this.target(parameters, checkRedirectUri(parameters, client));
      return await this.judge(request, parameters, client, target, decision);
    } catch (thrown) {
      const { requestId } = request;
      if (!(thrown instanceof AuthorizationRefusal)) return this.tellOfFault(thrown, requestId, target);
      try {
        await this.trail.refused(request, client, thrown);
      } catch (fault) {
        return this.tellOfFault(fault, requestId, target);
      }
      const { code, description } = thrown;
      if (!target) return { step: 'error', error: code, description };
      return authorizationAnswer(target, { error: code, error_description: description });
    }
  }

  /**
   * Sends a fault to the client. Rethrows errors that are not faults, and faults if there is no client to send them to. Logs the fault,
   * because no later layer sees it.
   */
  private tellOfFault(thrown: unknown, requestId: string, target: AnswerTarget | null): AuthorizationStep {
    const fault = target && authorizationFault(thrown);
    if (!fault) throw thrown;
    const err = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
    this.logger.error({ err, requestId, code: fault.error }, 'An authorization request failed');
    return authorizationAnswer(target, { ...fault });
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
    const wanted = checkScope(parameters, client);
    const resources = checkResource(parameters, (resource) => this.tokens.isKnownAudience(resource));
    const face = clientDisplay(client, target.redirectUri);
    const locales = uiLocales(parameters);

    const signedIn = await this.steps.checkSignIn.run(request, parameters, client, wanted, prompting);
    if (!signedIn) {
      const loginHint = parameters.get('login_hint') ?? '';
      const passkeys = await this.steps.checkSecondFactor.allowsPasskeys(client);
      return { step: 'sign_in', client: face, loginHint, passkeys, isSignUp: prompting.create, uiLocales: locales };
    }

    const remaining = await this.steps.checkSecondFactor.run(parameters, client, signedIn, prompting);
    if (remaining.step !== 'none') {
      const { user, session } = signedIn;
      return { step: 'second_factor', client: face, user, amr: session.amr, remaining, uiLocales: locales };
    }

    const scopes = scopesWithin(signedIn.user.role, wanted);
    const { redirectUri } = target;
    const asked = { scopes, resources, redirectUri };
    const consent = await this.steps.checkConsent.run(client, signedIn.user.id, asked, prompting);
    if (decision?.allow === false) throw new AuthorizationRefusal('access_denied', 'The user denied the request.');
    if (consent.by === 'asked') {
      const { subject, canRemember } = consent;
      const shown = nameOfSubject(subject);
      // Users agree only to the scopes that the page showed. The app's default scopes might have changed.
      if (decision?.shown !== shown) {
        const described = await this.scopes.describe(client.tenantId, subject.scopes);
        const page = { scopes: described, resources: subject.resources, shown, canRemember };
        return { step: 'consent', client: face, user: signedIn.user, ...page, uiLocales: locales };
      }
    }

    const code = await this.steps.issueCode.run(request, {
      client,
      signedIn,
      redirectUri,
      scopes,
      resources,
      nonce: parameters.get('nonce') ?? null,
      codeChallenge,
      consent,
      remember: consent.by === 'asked' && consent.canRemember && decision?.remember === true,
    });
    // The grant was revoked in the meantime, so the user must be asked for consent again.
    if (code === null) return this.judge(request, parameters, client, target, decision);
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
