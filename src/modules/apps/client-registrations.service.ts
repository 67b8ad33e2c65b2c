import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { keyOf, partsOf, TenantCache } from '../../kernel/changes/tenant-cache';
import { APPS_TOPIC, CLIENT_ID } from './contract/apps.types';
import type { ClientRegistrationsPort } from './contract/client-registrations.port';
import { ClientRegistrationsRepository } from './storage/client-registrations.repository';

const MAX_HELD = 20_000;

/** A cache of apps' registration times. */
@Injectable()
export class ClientRegistrationsService implements ClientRegistrationsPort {
  private readonly held: TenantCache<{ readonly atMs: number | null }>;

  constructor(repository: ClientRegistrationsRepository, feed: ChangeFeed) {
    this.held = new TenantCache({
      feed,
      what: 'Applications are',
      changes: { [APPS_TOPIC]: ({ tenantId, key }) => keyOf(tenantId, key) },
      read: async (key) => {
        const registeredAt = await repository.registeredAt(...partsOf(key));
        return { atMs: registeredAt?.getTime() ?? null };
      },
      maxSize: MAX_HELD,
    });
  }

  async registeredAtMs(tenantId: string, clientId: string): Promise<number | null> {
    return CLIENT_ID.test(clientId) ? (await this.held.get(keyOf(tenantId, clientId))).atMs : null;
  }
}
