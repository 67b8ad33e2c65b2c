import { Injectable } from '@nestjs/common';
import type { Connection, ConnectionDomain } from './contract/connections.types';
import { ConnectionDomainsRepository, type StoredDomain } from './storage/connection-domains.repository';
import type { StoredConnection } from './domain/stored-connection';
import { UpstreamClient } from './upstream/upstream-client';

/** The label under which a domain's TXT record proves control of it. */
const RECORD_LABEL = '_coresdk-challenge';

/** Returns the name of the TXT record of a domain. */
export function recordName(domain: string): string {
  return `${RECORD_LABEL}.${domain}`;
}

/** Shows connections to the API, with their domains and without their secrets. */
@Injectable()
export class ConnectionViews {
  constructor(
    private readonly domains: ConnectionDomainsRepository,
    private readonly upstream: UpstreamClient,
  ) {}

  async one(stored: StoredConnection): Promise<Connection> {
    return this.view(stored, await this.domainsOf(stored.tenantId, stored.id));
  }

  domainsOf(tenantId: string, connectionId: string): Promise<readonly StoredDomain[]> {
    return this.domains.of(tenantId, connectionId);
  }

  async many(tenantId: string, stored: readonly StoredConnection[]): Promise<Connection[]> {
    const domains = stored.length === 0 ? [] : await this.domains.all(tenantId);
    return stored.map((one) =>
      this.view(
        one,
        domains.filter(({ connectionId }) => connectionId === one.id),
      ),
    );
  }

  /** Returns a connection with domains that the caller has read. */
  view(stored: StoredConnection, domains: readonly StoredDomain[]): Connection {
    const { scopes, endpoints, profile, apple, provisioning, defaultRole, roleRules } = stored.settings;
    return {
      id: stored.id,
      name: stored.name,
      type: stored.type,
      preset: stored.preset,
      status: stored.status,
      issuer: stored.issuer,
      clientId: stored.clientId,
      hasSecret: stored.secret !== null,
      scopes: [...scopes],
      endpoints,
      profile,
      apple,
      provisioning,
      defaultRole,
      roleRules: [...roleRules],
      enforced: stored.enforced,
      domains: domains.map(domainView),
      redirectUri: this.upstream.redirectUri,
      version: stored.version,
      createdAt: stored.createdAt.toISOString(),
      createdBy: stored.createdBy,
      updatedAt: stored.updatedAt.toISOString(),
      updatedBy: stored.updatedBy,
    };
  }
}

export function domainView(stored: StoredDomain): ConnectionDomain {
  return {
    domain: stored.domain,
    status: stored.verifiedAt === null ? 'pending' : 'verified',
    recordName: recordName(stored.domain),
    recordValue: stored.challenge,
    verifiedAt: stored.verifiedAt?.toISOString() ?? null,
    checkedAt: stored.checkedAt?.toISOString() ?? null,
    missedChecks: stored.missed,
  };
}
