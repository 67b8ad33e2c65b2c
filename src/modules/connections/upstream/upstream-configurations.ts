import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import * as client from 'openid-client';
import { Installation } from '../../../kernel/config/installation';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { maxEntries } from '../../../kernel/memory/max-entries';
import { urlFault, type UrlRules } from '../../../kernel/network/receiver-url';
import { Clock } from '../../../kernel/time/clock';
import { ConnectionSecrets } from '../connection-secrets';
import { connectionsConfig, type ConnectionsConfig } from '../connections.config';
import { appleClientAuth } from './apple-secret';
import { guardedFetch, type UpstreamLimits } from './guarded-fetch';
import type { StoredConnection } from '../domain/stored-connection';
import { UpstreamFault, upstreamFault } from './upstream-fault';

const CACHED = 500;
/** Metadata changes rarely. The library reads keys that it does not know at any time. */
const CACHED_MS = 10 * 60_000;
/** How far a provider's clock can differ. */
const TOLERANCE_SECONDS = 30;

/** Discovers providers, and keeps what it found: their metadata and keys. */
@Injectable()
export class UpstreamConfigurations {
  readonly limits: UpstreamLimits;
  /** By connection and version, so that a change applies immediately. Failures are not kept. */
  private readonly known = new LRUCache<string, Promise<client.Configuration>>(maxEntries(CACHED));

  constructor(
    private readonly secrets: ConnectionSecrets,
    private readonly clock: Clock,
    installation: Installation,
    @InjectConfig(connectionsConfig) config: ConnectionsConfig,
  ) {
    const mayBePrivate = config.CONNECTIONS_PRIVATE_ADDRESSES;
    const rules = { mayBePrivate, mayBePlain: mayBePrivate && !installation.isProduction };
    this.limits = { rules, timeoutMs: config.CONNECTIONS_TIMEOUT_MS };
  }

  get rules(): UrlRules {
    return this.limits.rules;
  }

  /** Returns the configuration of a connection, from memory if it is recent. Throws {@link UpstreamFault}; errors: `unavailable`. */
  async of(connection: StoredConnection): Promise<client.Configuration> {
    const slot = Math.floor(this.clock.nowMs() / CACHED_MS);
    const key = `${connection.tenantId}/${connection.id}/${connection.version}/${slot}`;
    const held = this.known.get(key);
    if (held !== undefined) return held;
    const made = this.fresh(connection);
    this.known.set(key, made);
    made.catch(() => this.known.delete(key));
    return made;
  }

  /** Reads the metadata now. Throws {@link UpstreamFault}; errors: `unavailable`. */
  async fresh(connection: StoredConnection): Promise<client.Configuration> {
    const auth = authOf(connection, await this.secrets.open(connection), () => this.clock.nowMs());
    const metadata = { [client.clockTolerance]: TOLERANCE_SECONDS };
    const configuration =
      connection.type === 'oidc'
        ? await this.discovered(connection, metadata, auth)
        : new client.Configuration(serverOf(connection), connection.clientId, metadata, auth);
    configuration[client.customFetch] = guardedFetch(this.limits);
    if (this.rules.mayBePlain) client.allowInsecureRequests(configuration);
    // Checks the signature of ID tokens even though TLS already authenticates the token endpoint.
    client.enableNonRepudiationChecks(configuration);
    this.assertUsable(configuration);
    return configuration;
  }

  private async discovered(
    { issuer, clientId }: StoredConnection,
    metadata: Partial<client.ClientMetadata>,
    auth: client.ClientAuth,
  ): Promise<client.Configuration> {
    const execute = this.rules.mayBePlain ? [client.allowInsecureRequests] : [];
    const options = { [client.customFetch]: guardedFetch(this.limits), execute };
    try {
      return await client.discovery(new URL(issuer), clientId, metadata, auth, options);
    } catch (error) {
      throw upstreamFault(error, 'invalid_metadata');
    }
  }

  /** The browser goes to the authorization endpoint, so it gets the same check as the URLs to which this process connects. */
  private assertUsable(configuration: client.Configuration): void {
    const { authorization_endpoint: authorization, token_endpoint: token } = configuration.serverMetadata();
    for (const url of [authorization, token]) {
      if (url === undefined)
        throw new UpstreamFault('invalid_metadata', 'The metadata names no authorization or token endpoint.');
      const fault = urlFault(url, this.rules);
      if (fault !== null) throw new UpstreamFault('invalid_metadata', `An endpoint cannot be used. ${fault.message}`);
    }
  }
}

function serverOf({ issuer, settings: { endpoints } }: StoredConnection): client.ServerMetadata {
  if (endpoints === null) throw new Error('An OAuth connection has no endpoints.');
  return { issuer, authorization_endpoint: endpoints.authorizationUrl, token_endpoint: endpoints.tokenUrl };
}

function authOf(
  { settings: { apple } }: StoredConnection,
  secret: string | null,
  nowMs: () => number,
): client.ClientAuth {
  if (secret === null) return client.None();
  return apple === null ? client.ClientSecretPost(secret) : appleClientAuth({ ...apple, privateKey: secret }, nowMs);
}
