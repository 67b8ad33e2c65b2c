import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { keyOf, partsOf, TenantCache } from '../../kernel/changes/tenant-cache';
import { SAML_PROVIDERS_TOPIC, type SamlProvider } from './contract/saml-providers.types';
import { SamlProvidersRepository } from './storage/saml-providers.repository';

const MAX_HELD = 5_000;
const MAX_ENTITY_ID_CHARS = 1_024;

/**
 * A cache of identity providers, by entity id. A change to one provider reloads all providers of the tenant, because a tenant has only a
 * few.
 */
@Injectable()
export class SamlProviderCache {
  private readonly held: TenantCache<{ readonly provider: SamlProvider | null }>;

  constructor(repository: SamlProvidersRepository, feed: ChangeFeed) {
    this.held = new TenantCache({
      feed,
      what: 'Identity providers are',
      changes: { [SAML_PROVIDERS_TOPIC]: ({ tenantId }) => ({ prefix: `${tenantId ?? ''}/` }) },
      read: async (key) => ({ provider: await repository.findByEntityId(...partsOf(key)) }),
      maxSize: MAX_HELD,
    });
  }

  /** Returns the active provider with an entity id; `null` if the tenant has no such provider. Errors: `unavailable`. */
  async find(tenantId: string, entityId: string): Promise<SamlProvider | null> {
    if (entityId === '' || entityId.length > MAX_ENTITY_ID_CHARS || entityId.includes('\0')) return null;
    const { provider } = await this.held.get(keyOf(tenantId, entityId));
    return provider?.enabled === true ? provider : null;
  }
}
