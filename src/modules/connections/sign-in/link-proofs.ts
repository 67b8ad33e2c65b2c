import { Injectable } from '@nestjs/common';
import { type FederatedRole, FederationPort, type SignedIn } from '../../users/contract/federation.port';
import { SignInPort } from '../../users/contract/sign-in.port';
import type { SignInOrigin, SignInOutcome } from '../../users/contract/users.types';
import type { FailedSignIn, PendingLink } from '../contract/upstream-sign-in.port';
import type { UpstreamProfile } from '../domain/upstream-profile';
import { ConnectionsRepository } from '../storage/connections.repository';
import { IdentitiesRepository } from '../storage/identities.repository';
import type { StoredConnection } from '../domain/stored-connection';
import { viaOf } from './account-resolver';
import { IdentityLinks, LinkedElsewhere } from './identity-links';
import { type LinkToken, SealedTokens } from './sealed-tokens';
import { connectionContext, personContext } from './visitor-context';

/** Links identities to accounts that their owners prove with the account's own credentials. */
@Injectable()
export class LinkProofs {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly identities: IdentitiesRepository,
    private readonly links: IdentityLinks,
    private readonly tokens: SealedTokens,
    private readonly signIns: SignInPort,
    private readonly federation: FederationPort,
  ) {}

  /** Returns a link that waits for its proof. */
  make(
    connection: StoredConnection,
    { issuer, subject, email, name }: UpstreamProfile,
    browserId: string,
    role: FederatedRole | null,
  ): PendingLink {
    const { tenantId, id: connectionId } = connection;
    const bound = { tenantId, connectionId, browser: this.tokens.browserOf(browserId) };
    const content = { ...bound, issuer, subject, email, name, role, expiresAtMs: this.tokens.expiresAtMs() };
    return pendingLink(this.tokens.seal('link', content), content, connection);
  }

  async find(token: string, browserId: string): Promise<PendingLink | null> {
    const found = await this.open(token, browserId);
    return found === null ? null : pendingLink(token, found.content, found.connection);
  }

  prove(
    { tenantId, provider }: PendingLink,
    credentials: { readonly email: string; readonly password: string },
    origin: SignInOrigin,
  ): Promise<SignInOutcome> {
    return this.signIns.proveForLink(tenantId, credentials, provider.id, origin);
  }

  async link(
    token: string,
    proven: SignedIn,
    { id, origin, locale }: { readonly id: string; readonly origin: SignInOrigin; readonly locale: string },
  ): Promise<SignedIn | FailedSignIn> {
    const found = await this.open(token, id);
    const { user } = proven;
    if (found?.content.tenantId !== user.tenantId) return refusal('not_started_here', 'expired_link');
    const { content, connection } = found;
    const { tenantId, connectionId, issuer, subject, email, role } = content;
    const context = personContext(origin, tenantId, user.id);
    const identity = { connectionId, issuer, subject, email, replaces: null };
    try {
      await this.identities.inTransaction(tenantId, (tx) =>
        this.links.insert(tx, context, tenantId, user.id, identity, 'proved_account'),
      );
    } catch (error) {
      if (error instanceof LinkedElsewhere) return refusal('linked_elsewhere', 'linked_elsewhere');
      throw error;
    }
    await this.federation.notifyLinked(user, viaOf(connection), locale, origin.requestId);
    const ruled = role === null || role === user.role || user.role === 'owner';
    const current = ruled
      ? user
      : await this.federation.assignRole(connectionContext(origin, tenantId, connectionId), user.id, role);
    const signedIn = await this.federation.signedIn(current, origin, viaOf(connection));
    return { ...signedIn, amr: [...proven.amr, ...signedIn.amr] };
  }

  /** Opens a token of this browser whose connection is active and still trusts the same issuer. */
  private async open(
    token: string,
    browserId: string,
  ): Promise<{ readonly content: LinkToken; readonly connection: StoredConnection } | null> {
    const content = this.tokens.open('link', token);
    if (content === null || !this.tokens.isOf(content, browserId) || this.tokens.isExpired(content)) return null;
    const connection = await this.connections.find(content.tenantId, content.connectionId);
    return connection?.status === 'active' && connection.issuer === content.issuer ? { content, connection } : null;
  }
}

function pendingLink(
  token: string,
  { tenantId, email, name, subject }: LinkToken,
  { id, name: provider }: StoredConnection,
): PendingLink {
  const person = [email, name, subject].find((text) => text !== null && text !== '') ?? subject;
  return { token, tenantId, provider: { id, name: provider }, person, email: email ?? '' };
}

function refusal(reason: FailedSignIn['reason'], code: string): FailedSignIn {
  return { outcome: 'failed', reason, code, request: null };
}
