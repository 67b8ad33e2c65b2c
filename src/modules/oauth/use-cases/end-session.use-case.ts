import { Injectable } from '@nestjs/common';
import type { Client } from '../../apps/contract/apps.types';
import { ClientsPort } from '../../apps/contract/clients.port';
import { SessionsPort } from '../../users/contract/sessions.port';
import type { AuthorizationRequest, LogoutStep } from '../contract/authorization.types';
import { withQuery } from '../domain/authorization-answer';
import { type Parameters, readParameters } from './authorize/read-parameters';
import { AuthorizationRefusal } from './authorize/refusal';
import { AuthorizationAuditRecorder, authorizationContext } from './authorization-audit-recorder';
import { clientDisplay, uiLocales } from './client-display';
import { type HintClaims, IdTokenHint } from './id-token-hint';

/** The end-session endpoint (OpenID Connect RP-Initiated Logout 1.0 §2, §3). */
@Injectable()
export class EndSessionUseCase {
  constructor(
    private readonly clients: ClientsPort,
    private readonly sessions: SessionsPort,
    private readonly hint: IdTokenHint,
    private readonly trail: AuthorizationAuditRecorder,
  ) {}

  /** Ends the session or asks for confirmation. @param confirmed whether the user confirmed on the page. */
  async run(request: AuthorizationRequest, confirmed: boolean): Promise<LogoutStep> {
    const parameters = readParameters(request.parameters);
    let client: Client | null = null;
    try {
      const hinted = await this.readHint(parameters);
      client = await this.findClient(parameters, hinted);
      const returnTo = checkReturn(parameters, client);
      return await this.end(request, parameters, client, hinted, returnTo, confirmed);
    } catch (thrown) {
      if (!(thrown instanceof AuthorizationRefusal)) throw thrown;
      await this.trail.refused(request, client, thrown);
      return { step: 'error', error: thrown.code, description: thrown.description };
    }
  }

  private async end(
    request: AuthorizationRequest,
    parameters: Parameters,
    client: Client | null,
    hinted: HintClaims | null,
    returnTo: string | null,
    confirmed: boolean,
  ): Promise<LogoutStep> {
    const { session } = request;
    const locales = uiLocales(parameters);
    if (session) {
      // Any site can send a browser here. Only a hint for this session, or the user's confirmation, ends it.
      if (!confirmed && hinted?.sid !== session.id) {
        const uri = parameters.get('post_logout_redirect_uri');
        return { step: 'confirm', client: client && clientDisplay(client, uri), uiLocales: locales };
      }
      const context = authorizationContext(request, client, { id: session.userId });
      await this.sessions.end({ ...context, tenantId: session.tenantId }, session.id);
    }
    if (returnTo === null) return { step: 'signed_out', uiLocales: locales };
    return { step: 'redirect', location: returnTo, sessionEnded: session !== null };
  }

  private async readHint(parameters: Parameters): Promise<HintClaims | null> {
    if (parameters.repeated.length > 0) throw new AuthorizationRefusal('invalid_request', 'A parameter is repeated.');
    const hint = parameters.get('id_token_hint');
    if (hint === undefined) return null;
    const claims = await this.hint.read(hint);
    if (!claims)
      throw new AuthorizationRefusal('invalid_request', 'id_token_hint is not an ID token from this issuer.');
    return claims;
  }

  private async findClient(parameters: Parameters, hinted: HintClaims | null): Promise<Client | null> {
    const named = parameters.get('client_id');
    if (named !== undefined && hinted && hinted.aud !== named) {
      throw new AuthorizationRefusal('invalid_request', 'id_token_hint was issued to a different client.');
    }
    const clientId = named ?? hinted?.aud;
    if (clientId === undefined) return null;
    const client = await this.clients.find(clientId);
    if (!client && named !== undefined) {
      throw new AuthorizationRefusal('invalid_request', 'No app has this client_id.');
    }
    return client;
  }
}

/** Returns the URI to send the browser to afterward. It must match a URI registered for the client, character by character (§3.1). */
function checkReturn(parameters: Parameters, client: Client | null): string | null {
  const uri = parameters.get('post_logout_redirect_uri');
  if (uri === undefined) return null;
  if (!client) {
    const message = 'post_logout_redirect_uri needs client_id or id_token_hint.';
    throw new AuthorizationRefusal('invalid_request', message);
  }
  if (!client.postLogoutRedirectUris.includes(uri)) {
    throw new AuthorizationRefusal('invalid_request', 'post_logout_redirect_uri is not registered for this app.');
  }
  const state = parameters.get('state');
  return state === undefined ? uri : withQuery(uri, { state });
}
