import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import type { RegisteredApp } from '../../src/modules/apps/contract/apps.types';

/** The URLs at which a user-facing app receives its codes, and to which it sends users after sign-out. */
export const CALLBACK = 'https://shop.example/callback';
export const SIGNED_OUT = 'https://shop.example/bye';

/** The state that ties an authorization request to its response. */
export interface Checks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** A response from the token endpoint. The library has validated its ID token, including the signature. */
export interface Tokens {
  readonly access: string;
  readonly refresh: string;
  readonly id: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * An app built with one of the two client libraries: with the strict defaults, except for plain http, because the installation under test
 * has no TLS proxy. Throws the server's refusals, with the RFC's code in `error`.
 */
export interface RelyingParty {
  readonly authorizationUrl: (scope: string, checks: Checks) => Promise<URL>;
  readonly exchange: (callback: URL, checks: Checks) => Promise<Tokens>;
  readonly refresh: (token: string) => Promise<Tokens>;
  readonly userinfo: (accessToken: string, subject: string) => Promise<Readonly<Record<string, unknown>>>;
  readonly introspect: (token: string) => Promise<Readonly<Record<string, unknown>>>;
  readonly revoke: (token: string) => Promise<void>;
  readonly logoutUrl: (idToken: string, state: string) => URL;
}

/** Discovers the issuer, and creates the app from the result. */
export type Library = (issuer: string, app: RegisteredApp) => Promise<RelyingParty>;

export const openidClient: Library = async (issuer, { client_id, client_secret }) => {
  const proof = client_secret === undefined ? openid.None() : openid.ClientSecretBasic(client_secret);
  const execute = [openid.allowInsecureRequests, openid.enableNonRepudiationChecks];
  const config = await openid.discovery(new URL(issuer), client_id, undefined, proof, { execute });
  const tokens = (answer: openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers): Tokens =>
    tokensOf(answer, answer.claims());
  return {
    authorizationUrl: async (scope, { state, nonce, verifier }) =>
      openid.buildAuthorizationUrl(config, {
        ...{ scope, state, nonce, redirect_uri: CALLBACK },
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }),
    exchange: async (callback, { state, nonce, verifier }) =>
      tokens(
        await openid.authorizationCodeGrant(config, callback, {
          ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier },
          idTokenExpected: true,
        }),
      ),
    refresh: async (token) => tokens(await openid.refreshTokenGrant(config, token)),
    userinfo: (accessToken, subject) => openid.fetchUserInfo(config, accessToken, subject),
    introspect: (token) => openid.tokenIntrospection(config, token),
    revoke: (token) => openid.tokenRevocation(config, token),
    logoutUrl: (idToken, state) => openid.buildEndSessionUrl(config, logoutParameters(idToken, state)),
  };
};

export const oauth4webapi: Library = async (issuer, { client_id, client_secret }) => {
  const http = { [oauth.allowInsecureRequests]: true };
  const url = new URL(issuer);
  const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, http));
  const client: oauth.Client = { client_id };
  const proof = client_secret === undefined ? oauth.None() : oauth.ClientSecretBasic(client_secret);
  const tokens = async (response: Response, answer: oauth.TokenEndpointResponse): Promise<Tokens> => {
    await oauth.validateApplicationLevelSignature(server, response, http);
    return tokensOf(answer, oauth.getValidatedIdTokenClaims(answer));
  };
  return {
    authorizationUrl: async (scope, { state, nonce, verifier }) => {
      const parameters = new URLSearchParams({
        ...{ client_id, scope, state, nonce, redirect_uri: CALLBACK, response_type: 'code' },
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return new URL(`${server.authorization_endpoint}?${parameters.toString()}`);
    },
    exchange: async (callback, { state, nonce, verifier }) => {
      const parameters = oauth.validateAuthResponse(server, client, callback, state);
      const request = [server, client, proof, parameters, CALLBACK, verifier, http] as const;
      const response = await oauth.authorizationCodeGrantRequest(...request);
      const expected = { expectedNonce: nonce, requireIdToken: true };
      return tokens(response, await oauth.processAuthorizationCodeResponse(server, client, response, expected));
    },
    refresh: async (token) => {
      const response = await oauth.refreshTokenGrantRequest(server, client, proof, token, http);
      return tokens(response, await oauth.processRefreshTokenResponse(server, client, response));
    },
    userinfo: async (accessToken, subject) => {
      const response = await oauth.userInfoRequest(server, client, accessToken, http);
      return oauth.processUserInfoResponse(server, client, subject, response);
    },
    introspect: async (token) => {
      const response = await oauth.introspectionRequest(server, client, proof, token, http);
      return oauth.processIntrospectionResponse(server, client, response);
    },
    revoke: async (token) => {
      await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, proof, token, http));
    },
    logoutUrl: (idToken, state) =>
      new URL(`${server.end_session_endpoint}?${new URLSearchParams(logoutParameters(idToken, state)).toString()}`),
  };
};

function tokensOf(answer: oauth.TokenEndpointResponse, claims: oauth.IDToken | undefined): Tokens {
  return {
    access: answer.access_token,
    refresh: answer.refresh_token ?? '',
    id: answer.id_token ?? '',
    claims: { ...claims },
  };
}

function logoutParameters(idToken: string, state: string): Record<string, string> {
  return { id_token_hint: idToken, post_logout_redirect_uri: SIGNED_OUT, state };
}
