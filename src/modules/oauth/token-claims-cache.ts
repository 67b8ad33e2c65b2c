import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import type { Client } from '../apps/contract/apps.types';
import { type ClaimRule, TOKEN_CLAIMS_TOPIC } from './contract/token-claims.types';
import { type StoredRules, TokenClaimsRepository } from './storage/token-claims.repository';

/** The estimated maximum size of all cached rules. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
const BASE_BYTES = 1_024;
const NO_RULES: readonly ClaimRule[] = [];

/** An app that is distinct from an earlier app with the same id. */
type AppIdentity = Pick<Client, 'clientId' | 'createdAtMs'>;

/** The rules of a tenant and its apps, and the switch of its token policy. */
export class TenantTokenClaims {
  readonly sizeBytes: number;
  private readonly byApp: ReadonlyMap<string | null, StoredRules>;

  constructor(
    stored: readonly StoredRules[],
    /** False if the operator turned the tenant's token policy off. */
    readonly isPolicyEnabled: boolean,
  ) {
    this.byApp = new Map(stored.map((one) => [one.appId, one]));
    this.sizeBytes = BASE_BYTES + JSON.stringify(stored).length;
  }

  /**
   * Returns the rules for the tokens of an app: those of its tenant, then its own, which replace claims of the same name. Rules that are
   * older than the app were for a deleted app with the same id.
   */
  rulesFor(client: AppIdentity): readonly ClaimRule[] {
    const ofTenant = this.ofTenant();
    const ofApp = this.ofApp(client);
    return ofApp.length === 0 ? ofTenant : [...ofTenant, ...ofApp];
  }

  /**
   * Returns the same rules, in which a draft replaces those of the tenant or of an app.
   * @param appId the app of the draft; `null` for a draft of the tenant's rules.
   */
  withDraft(draft: readonly ClaimRule[], appId: string | null, client: AppIdentity): readonly ClaimRule[] {
    if (appId === null) return [...draft, ...this.ofApp(client)];
    return appId === client.clientId ? [...this.ofTenant(), ...draft] : this.rulesFor(client);
  }

  private ofTenant(): readonly ClaimRule[] {
    return this.byApp.get(null)?.rules ?? NO_RULES;
  }

  private ofApp({ clientId, createdAtMs }: AppIdentity): readonly ClaimRule[] {
    const stored = this.byApp.get(clientId);
    return stored === undefined || stored.updatedAt.getTime() < createdAtMs ? NO_RULES : stored.rules;
  }
}

/** A cache of the tenants' rules, read on first use and kept up to date by the change feed. */
@Injectable()
export class TokenClaimsCache {
  private readonly held: TenantCache<TenantTokenClaims>;

  constructor(repository: TokenClaimsRepository, feed: ChangeFeed) {
    this.held = new TenantCache({
      feed,
      what: 'Rules for token claims are',
      changes: { [TOKEN_CLAIMS_TOPIC]: ({ key }) => key },
      read: async (tenantId) => {
        const [stored, policy] = await Promise.all([repository.all(tenantId), repository.findSwitch(tenantId)]);
        return new TenantTokenClaims(stored, policy?.enabled !== false);
      },
      maxSize: MAX_HELD_BYTES,
      sizeOf: ({ sizeBytes }) => sizeBytes,
      // Outdated rules may set a claim that the tenant has withdrawn.
      whenSilent: 'read',
    });
  }

  /** Returns the rules of a tenant. Errors: `unavailable`. */
  of(tenantId: string): Promise<TenantTokenClaims> {
    return this.held.get(tenantId);
  }
}
