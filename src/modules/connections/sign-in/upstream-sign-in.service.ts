import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import { sha256 } from '../../../kernel/ids/opaque-token';
import { isId } from '../../../kernel/ids/ids';
import { type Parameters, valueOf, writeParameters } from '../../../kernel/pages/parameters';
import { FederationPort, type SignedIn } from '../../users/contract/federation.port';
import type { SignInOrigin, SignInOutcome } from '../../users/contract/users.types';
import type {
  FailedSignIn,
  HomeConnection,
  PendingLink,
  ProviderName,
  UpstreamFailure,
  UpstreamOutcome,
  UpstreamSignInPort,
  UpstreamStart,
} from '../contract/upstream-sign-in.port';
import { domainOf } from '../domain/email-domain';
import { noSuchConnection } from '../domain/no-such-connection';
import { ConnectionDomainsRepository } from '../storage/connection-domains.repository';
import { ConnectionsRepository } from '../storage/connections.repository';
import { SignInsRepository } from '../storage/sign-ins.repository';
import type { StoredConnection } from '../domain/stored-connection';
import { UpstreamClient } from '../upstream/upstream-client';
import { type UpstreamFault, upstreamFault } from '../upstream/upstream-fault';
import { AccountResolver, viaOf } from './account-resolver';
import { LinkProofs } from './link-proofs';
import { SealedTokens, type SignInState } from './sealed-tokens';

type Arrival = { readonly state: SignInState; readonly request: string; readonly connection: StoredConnection };

@Injectable()
export class UpstreamSignInService implements UpstreamSignInPort {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly domains: ConnectionDomainsRepository,
    private readonly signIns: SignInsRepository,
    private readonly upstream: UpstreamClient,
    private readonly tokens: SealedTokens,
    private readonly accounts: AccountResolver,
    private readonly proofs: LinkProofs,
    private readonly federation: FederationPort,
  ) {}

  async providers(tenantId: string): Promise<readonly ProviderName[]> {
    return (await this.connections.active(tenantId)).map(({ id, name }) => ({ id, name }));
  }

  async home(tenantId: string, email: string): Promise<HomeConnection | null> {
    const domain = domainOf(email.trim());
    return domain === null ? null : this.domains.home(tenantId, domain);
  }

  async start(
    start: UpstreamStart,
    origin: SignInOrigin,
  ): Promise<{ readonly outcome: 'redirect'; readonly location: string } | FailedSignIn> {
    const { tenantId, connectionId, browserId, request, loginHint, mustAuthenticate } = start;
    const connection = await this.activeConnection(tenantId, connectionId);
    if (connection === null) throw noSuchConnection();
    const random = (): string => randomBytes(32).toString('base64url');
    const [id, nonce, verifier] = [random(), random(), random()];
    const expiresAtMs = this.tokens.expiresAtMs();
    const bound = { tenantId, connectionId, browser: this.tokens.browserOf(browserId), expiresAtMs };
    const state = this.tokens.seal('state', { ...bound, id, nonce, verifier });
    const uiLocales = start.uiLocales.join(' ');
    try {
      const asked = { state, nonce, verifier, loginHint, mustAuthenticate, uiLocales };
      const location = await this.upstream.authorizationUrl(connection, asked);
      await this.signIns.insert({
        tenantId,
        hash: sha256(id),
        connectionId,
        request,
        expiresAt: new Date(expiresAtMs),
      });
      return { outcome: 'redirect', location: location.href };
    } catch (error) {
      if (error instanceof AppError) throw error;
      return this.faulted(connection, upstreamFault(error, 'invalid_metadata'), origin, request);
    }
  }

  async finish(
    response: { readonly parameters: Parameters; readonly browserId: string },
    origin: SignInOrigin,
    locale: string,
  ): Promise<UpstreamOutcome> {
    const arrived = await this.arrival(response, origin);
    if ('outcome' in arrived) return arrived;
    const { connection, state, request } = arrived;
    const checks = { state: valueOf(response.parameters, 'state'), nonce: state.nonce, verifier: state.verifier };
    let profile;
    try {
      const sent = new URLSearchParams(writeParameters(response.parameters));
      profile = await this.upstream.person(connection, sent, checks);
    } catch (error) {
      if (error instanceof AppError) throw error;
      return this.faulted(connection, upstreamFault(error, 'invalid_response'), origin, request);
    }
    const resolved = await this.accounts.resolve({ connection, profile, origin, locale });
    switch (resolved.next) {
      case 'sign_in':
        return {
          outcome: 'signed_in',
          signedIn: await this.federation.signedIn(resolved.user, origin, viaOf(connection)),
          request,
        };
      case 'prove':
        await this.federation.refused(connection.tenantId, null, origin, viaOf(connection), PROOF_NEEDED);
        return {
          outcome: 'prove',
          link: this.proofs.make(connection, profile, response.browserId, resolved.role),
          request,
        };
      case 'refuse': {
        const refusal = { reason: resolved.reason, detail: '' };
        await this.federation.refused(connection.tenantId, resolved.user, origin, viaOf(connection), refusal);
        return { outcome: 'failed', reason: resolved.reason, code: '', request };
      }
    }
  }

  pendingLink(token: string, browserId: string): Promise<PendingLink | null> {
    return this.proofs.find(token, browserId);
  }

  prove(
    link: PendingLink,
    credentials: { readonly email: string; readonly password: string },
    origin: SignInOrigin,
  ): Promise<SignInOutcome> {
    return this.proofs.prove(link, credentials, origin);
  }

  link(
    token: string,
    proven: SignedIn,
    browser: { readonly id: string; readonly origin: SignInOrigin; readonly locale: string },
  ): Promise<SignedIn | FailedSignIn> {
    return this.proofs.link(token, proven, browser);
  }

  /** Returns the sign-in to which a response belongs. Uses it up, but only for the browser that started it. */
  private async arrival(
    { parameters, browserId }: { readonly parameters: Parameters; readonly browserId: string },
    origin: SignInOrigin,
  ): Promise<Arrival | FailedSignIn> {
    const state = this.tokens.open('state', valueOf(parameters, 'state'));
    if (state === null) return failed('not_started_here', 'unknown_state');
    const { tenantId, connectionId } = state;
    const refuse = async (code: string, reason: UpstreamFailure = 'not_started_here'): Promise<FailedSignIn> => {
      const refusal = { reason, detail: code };
      await this.federation.refused(tenantId, null, origin, { connectionId, name: '' }, refusal);
      return failed(reason, code);
    };
    if (!this.tokens.isOf(state, browserId)) return refuse('other_browser');
    if (this.tokens.isExpired(state)) return refuse('expired_state');
    const request = await this.signIns.take(tenantId, sha256(state.id));
    if (request === null) return refuse('used_state');
    const connection = await this.activeConnection(tenantId, connectionId);
    if (connection === null) return { ...(await refuse('connection_not_active', 'not_available')), request };
    return { state, request, connection };
  }

  private async faulted(
    connection: StoredConnection,
    fault: UpstreamFault,
    origin: SignInOrigin,
    request: string,
  ): Promise<FailedSignIn> {
    const refusal = { reason: fault.reason, detail: fault.code };
    await this.federation.refused(connection.tenantId, null, origin, viaOf(connection), refusal);
    const code = fault.code === '' ? fault.reason : fault.code;
    return { outcome: 'failed', reason: fault.reason === 'denied' ? 'denied' : 'provider', code, request };
  }

  private async activeConnection(tenantId: string, id: string): Promise<StoredConnection | null> {
    const found = isId('con', id) ? await this.connections.find(tenantId, id) : null;
    return found?.status === 'active' ? found : null;
  }
}

const PROOF_NEEDED = { reason: 'account_proof_needed', detail: '' };

function failed(reason: UpstreamFailure, code: string): FailedSignIn {
  return { outcome: 'failed', reason, code, request: null };
}
