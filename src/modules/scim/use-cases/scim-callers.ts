import { Injectable } from '@nestjs/common';
import { Installation } from '../../../kernel/config/installation';
import { ChangeFeed } from '../../../kernel/changes/change-feed';
import { keyOf, partsOf, TenantCache } from '../../../kernel/changes/tenant-cache';
import { ExpectedSecret } from '../../../kernel/config/expected-secret';
import type { CallContext } from '../../../kernel/context/call-context';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError } from '../../../kernel/errors/app-error';
import { bearerChallenge, insufficientScope } from '../../../kernel/http/callers/bearer-challenge';
import { opaqueTokenHash } from '../../../kernel/ids/opaque-token';
import { Clock } from '../../../kernel/time/clock';
import { ClientsPort } from '../../apps/contract/clients.port';
import { missingScopeMessage } from '../../apps/contract/missing-scope';
import {
  type AccessTokenClaims,
  actorOfClaims,
  REFUSAL_MESSAGES,
  undecided,
} from '../../oauth/contract/access-token.types';
import { AccessTokensPort } from '../../oauth/contract/access-tokens.port';
import { SCIM_CONNECTIONS_TOPIC } from '../contract/scim-connections.types';
import type { ScimCaller, ScimCredential } from '../contract/scim.types';
import { TOKEN_PREFIX } from '../domain/token-prefix';
import { type KnownConnection, ScimConnectionsRepository } from '../storage/scim-connections.repository';

const SCOPE = 'scim';
/**
 * The scope for users, who can see only their own resource. They need a separate scope, because users cannot grant the providers' scope to
 * an app.
 */
const OWN_SCOPE = 'users.read';
const REALM = 'scim';
const MAX_HELD = 20_000;

interface Known {
  readonly connection: KnownConnection | null;
}

type Identified = Omit<ScimCaller, 'readmit'>;

/** Identifies callers by their credentials. Tokens of connections and of the authorization server are cached. */
@Injectable()
export class ScimCallers {
  private readonly byToken: TenantCache<Known>;
  private readonly byApp: TenantCache<{ readonly connection: Awaited<ReturnType<ScimConnectionsRepository['ofApp']>> }>;
  private readonly serviceToken: ExpectedSecret | null;

  constructor(
    repository: ScimConnectionsRepository,
    private readonly tokens: AccessTokensPort,
    private readonly tenants: TenantNames,
    private readonly installation: Installation,
    private readonly clock: Clock,
    private readonly clients: ClientsPort,
    feed: ChangeFeed,
  ) {
    // Drop all cached tokens: connections seldom change, and a change does not name their tokens.
    const common = {
      feed,
      what: 'Connections are',
      changes: { [SCIM_CONNECTIONS_TOPIC]: () => null },
      maxSize: MAX_HELD,
    };
    this.serviceToken = installation.serviceToken === null ? null : new ExpectedSecret(installation.serviceToken);
    this.byToken = new TenantCache({
      ...common,
      read: async (hash) => ({ connection: await repository.ofToken(Buffer.from(hash, 'hex')) }),
    });
    this.byApp = new TenantCache({
      ...common,
      read: async (key) => ({ connection: await repository.ofApp(...partsOf(key)) }),
    });
  }

  /**
   * Identifies a caller. @param anonymous the context of the call so far.
   * Errors: `unauthorized`; `forbidden` without the scope, and for a disabled connection; `unavailable`.
   */
  async admit(credential: ScimCredential, anonymous: CallContext): Promise<ScimCaller> {
    const caller = await this.identify(credential, anonymous);
    return { ...caller, readmit: () => this.identify(credential, anonymous) };
  }

  private async identify({ token }: ScimCredential, anonymous: CallContext): Promise<Identified> {
    if (token === null) throw refused("Send a connection's token: Authorization: Bearer …", {});
    if (token.startsWith(TOKEN_PREFIX)) return this.byConnection(token, anonymous);
    if (this.serviceToken?.equals(token) === true) return this.asInstallation(anonymous);
    const verdict = await this.tokens.verifyForIssuer(token);
    if (verdict.valid) return this.byClaims(verdict.claims, anonymous);
    if (verdict.refusal === 'unavailable') throw undecided(verdict);
    throw refused(REFUSAL_MESSAGES[verdict.refusal]);
  }

  private async byConnection(token: string, anonymous: CallContext): Promise<Identified> {
    const hash = opaqueTokenHash(token, TOKEN_PREFIX);
    const known = hash === null ? null : (await this.byToken.get(hash.toString('hex'))).connection;
    if (known === null) throw refused('The token does not exist, or its connection is disabled.');
    if (known.expiresAtMs <= this.clock.nowMs()) throw refused('The token has expired.');
    if (!(await this.tenants.isActive(known.tenantId))) throw refused('The tenant of this token is not active.');
    const actor = { type: 'service', id: known.id } as const;
    return {
      context: { ...anonymous, tenantId: known.tenantId, actor, scopes: [SCOPE] },
      preset: known.preset,
      isPerson: false,
    };
  }

  private async asInstallation(anonymous: CallContext): Promise<Identified> {
    const tenantId = await this.tenants.idOf(this.installation.firstTenant);
    if (tenantId === null) throw new AppError('not_found', 'There is no bootstrap tenant to act for.');
    const actor = { type: 'system', id: 'control-plane-token' } as const;
    return { context: { ...anonymous, tenantId, actor }, preset: 'rfc', isPerson: false };
  }

  private async byClaims(claims: AccessTokenClaims, anonymous: CallContext): Promise<Identified> {
    const scopes = claims.scope.split(' ').filter((scope) => scope !== '');
    const actor = actorOfClaims(claims);
    const context: CallContext = {
      ...anonymous,
      tenantId: claims.tenant_id,
      actor,
      appId: claims.app_id,
      scopes,
      ...(claims.credential_id === undefined ? {} : { credentialId: claims.credential_id }),
    };
    const isPerson = actor.type === 'user';
    const scope = isPerson ? OWN_SCOPE : SCOPE;
    if (!scopes.includes(scope)) {
      throw insufficientScope(scope, await missingScopeMessage(scope, context, this.clients), REALM);
    }
    if (isPerson) return { context, preset: 'rfc', isPerson };
    const { connection } = await this.byApp.get(keyOf(claims.tenant_id, claims.client_id));
    if (connection?.enabled === false) throw new AppError('forbidden', 'The connection of this app is disabled.');
    return { context, preset: connection?.preset ?? 'rfc', isPerson: false };
  }
}

function refused(message: string, parts: Readonly<Record<string, string>> = { error: 'invalid_token' }): AppError {
  return new AppError('unauthorized', message, { headers: bearerChallenge(parts, REALM) });
}
