import { createSecretKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import type { CallContext } from '../../kernel/context/call-context';
import { Database } from '../../kernel/database/database';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import { Clock } from '../../kernel/time/clock';
import type { ApiKey, ApiKeysPort, FoundApiKey, LiveCredential } from './contract/api-keys.port';
import { CREDENTIALS_TOPIC } from './contract/credentials.topics';
import { claimsToBeApiKey, handleOfApiKey, isApiKeyOf } from './domain/api-key';
import { CredentialAuditRecorder } from './credential-audit-recorder';
import { KeyUse } from './key-use';
import { API_KEYS_PURPOSE } from './new-key';
import { ApiKeysRepository, type StoredApiKey } from './storage/api-keys.repository';
import { CredentialsRepository } from './storage/credentials.repository';

/** The maximum number of cached keys, about 1 kB each. */
const CACHED = 20_000;
const REASON_CHARS = 256;

type Held = StoredApiKey & { readonly secret: KeyObject };

@Injectable()
export class ApiKeysService implements ApiKeysPort {
  private readonly held: TenantCache<Held | null>;

  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly credentials: CredentialsRepository,
    private readonly trail: CredentialAuditRecorder,
    private readonly use: KeyUse,
    private readonly tenantKeys: TenantKeys,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
  ) {
    this.held = new TenantCache({
      feed,
      what: 'API keys are',
      changes: {
        [CREDENTIALS_TOPIC]: ({ payload: { handles } }) => (Array.isArray(handles) ? handles.map(String) : null),
      },
      maxSize: CACHED,
      read: (handle) => this.read(handle),
    });
  }

  claims(text: string): boolean {
    return claimsToBeApiKey(text);
  }

  async find(text: string): Promise<FoundApiKey> {
    const handle = handleOfApiKey(text);
    if (handle === null) return { found: false, why: 'mistyped' };
    const held = await this.held.get(handle);
    if (held === null || !isApiKeyOf(held.secret, held.hash, text)) return { found: false, why: 'unknown' };
    if (held.isRevoked) return { found: false, why: 'revoked' };
    const { key } = held;
    if (key.expiresAtMs !== null && key.expiresAtMs <= this.clock.nowMs()) return { found: false, why: 'expired' };
    return { found: true, key };
  }

  live(tenantId: string, credentialId: string): Promise<LiveCredential | null> {
    return this.keys.live(tenantId, credentialId);
  }

  noteUse({ tenantId, credentialId }: ApiKey): void {
    this.use.note(tenantId, credentialId, this.clock.nowMs());
  }

  async revoke(context: CallContext, tenantId: string, id: string, reason: string): Promise<void> {
    const ofTenant: CallContext = { ...context, tenantId };
    await this.database.tenantTransaction(tenantId, async (tx) => {
      const revoked = await this.credentials.revoke(tx, { tenantId, id, ownerId: null }, context.actor.id, null);
      if (revoked === null) return;
      await this.trail.publish(tx, ofTenant, revoked, { ended: await this.credentials.keysOf(tx, tenantId, id) });
      const metadata = reason === '' ? {} : { reason: reason.slice(0, REASON_CHARS) };
      await this.trail.stage(tx, ofTenant, 'credential.revoke', revoked, metadata);
    });
    await this.feed.catchUp();
  }

  private async read(handle: string): Promise<Held | null> {
    const stored = await this.keys.find(handle);
    if (stored === null) return null;
    const dataKey = await this.tenantKeys.byId(stored.key.tenantId, stored.dataKeyId);
    return { ...stored, secret: createSecretKey(dataKey.derive(API_KEYS_PURPOSE)) };
  }
}
