import { Injectable } from '@nestjs/common';
import * as client from 'openid-client';
import { Installation } from '../../../kernel/config/installation';
import { presetOf } from '../domain/presets';
import { mappedProfile, oidcProfile, type UpstreamProfile, withPrimaryAddress } from '../domain/upstream-profile';
import type { StoredConnection } from '../domain/stored-connection';
import { UpstreamConfigurations } from './upstream-configurations';
import { UpstreamFault, upstreamFault } from './upstream-fault';

/** The secrets of one sign-in, which its state carries. */
export interface UpstreamChecks {
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636. */
  readonly verifier: string;
}

/** An authorization request to a provider. */
export interface UpstreamRequest extends UpstreamChecks {
  readonly loginHint: string;
  /** True if the provider must not reuse an earlier sign-in. */
  readonly mustAuthenticate: boolean;
  /** BCP 47, separated by spaces; empty for none. */
  readonly uiLocales: string;
}

/** Signs people in at identity providers: authorization code with PKCE, state, nonce, and the issuer of the response (RFC 9207). */
@Injectable()
export class UpstreamClient {
  /** The redirect URI of every connection. The state says to which of them a response belongs. */
  readonly redirectUri: string;

  constructor(
    private readonly configurations: UpstreamConfigurations,
    installation: Installation,
  ) {
    this.redirectUri = `${new URL(installation.issuerUrl).origin}/oauth/connections/callback`;
  }

  /** Returns the URL at the provider to which the browser goes. Throws {@link UpstreamFault}; errors: `unavailable`. */
  async authorizationUrl(connection: StoredConnection, request: UpstreamRequest): Promise<URL> {
    const configuration = await this.configurations.of(connection);
    const { type, preset, settings } = connection;
    const { responseMode } = presetOf(preset, type);
    return client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectUri,
      scope: settings.scopes.join(' '),
      state: request.state,
      code_challenge: await client.calculatePKCECodeChallenge(request.verifier),
      code_challenge_method: 'S256',
      ...(type === 'oidc' ? { nonce: request.nonce } : {}),
      ...(responseMode === null ? {} : { response_mode: responseMode }),
      ...(request.loginHint === '' ? {} : { login_hint: request.loginHint }),
      ...(request.mustAuthenticate ? { prompt: 'login' } : {}),
      ...(request.uiLocales === '' ? {} : { ui_locales: request.uiLocales }),
    });
  }

  /**
   * Redeems a response of the provider, and returns the person. Throws {@link UpstreamFault} for an error of the provider, and for a
   * response of another issuer, state, nonce, client or key.
   * @param response the parameters that the browser brought.
   */
  async person(
    connection: StoredConnection,
    response: URLSearchParams,
    checks: UpstreamChecks,
  ): Promise<UpstreamProfile> {
    const configuration = await this.configurations.of(connection);
    const url = new URL(this.redirectUri);
    url.search = response.toString();
    const isOidc = connection.type === 'oidc';
    try {
      const tokens = await client.authorizationCodeGrant(configuration, url, {
        expectedState: checks.state,
        pkceCodeVerifier: checks.verifier,
        idTokenExpected: isOidc,
        ...(isOidc ? { expectedNonce: checks.nonce } : {}),
      });
      return isOidc
        ? await this.fromIdToken(connection, configuration, tokens.access_token, tokens.claims())
        : await this.fromUserObject(connection, configuration, tokens.access_token);
    } catch (error) {
      throw upstreamFault(error, 'invalid_response');
    }
  }

  /** Adds the claims of the UserInfo endpoint, for the same subject, if the ID token lacks some that are needed. */
  private async fromIdToken(
    { preset, settings, issuer, clientId }: StoredConnection,
    configuration: client.Configuration,
    accessToken: string,
    idToken: client.IDToken | undefined,
  ): Promise<UpstreamProfile> {
    if (idToken === undefined) throw new UpstreamFault('invalid_response', 'The response contains no ID token.');
    // OpenID Connect Core 1.0 §3.1.3.7: a token that names another authorized party was issued for that party.
    if (idToken.azp !== undefined && idToken.azp !== clientId) {
      throw new UpstreamFault('invalid_response', 'The ID token was issued for another client.', 'authorized_party');
    }
    const needed = ['email', ...settings.roleRules.map(({ claim }) => claim)];
    const isComplete = needed.every((claim) => claim in idToken);
    const canAsk = configuration.serverMetadata().userinfo_endpoint !== undefined;
    const more = !isComplete && canAsk ? await client.fetchUserInfo(configuration, accessToken, idToken.sub) : {};
    // The ID token is signed, so its claims win.
    return oidcProfile(issuer, { ...more, ...idToken }, presetOf(preset, 'oidc'));
  }

  private async fromUserObject(
    { settings: { endpoints, profile }, issuer }: StoredConnection,
    configuration: client.Configuration,
    accessToken: string,
  ): Promise<UpstreamProfile> {
    if (endpoints === null || profile === null) throw new Error('An OAuth connection has no endpoints.');
    const read = async (url: string): Promise<unknown> => {
      const headers = new Headers({ accept: 'application/json' });
      const answer = await client.fetchProtectedResource(
        configuration,
        accessToken,
        new URL(url),
        'GET',
        null,
        headers,
      );
      if (!answer.ok)
        throw new UpstreamFault('provider_error', `A request for the profile failed with status ${answer.status}.`);
      return answer.json();
    };
    const user = await read(endpoints.userinfoUrl);
    if (typeof user !== 'object' || user === null) {
      throw new UpstreamFault('invalid_response', 'The profile is not a JSON object.');
    }
    const person = mappedProfile(issuer, { ...user }, profile);
    return endpoints.emailsUrl === null ? person : withPrimaryAddress(person, await read(endpoints.emailsUrl));
  }
}
