import { Injectable } from '@nestjs/common';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeHolder } from '../../kernel/changes/change-feed';
import { FreshCache } from '../../kernel/changes/fresh-cache';
import { APPS_TOPIC, CLIENT_ID } from './contract/apps.types';
import type { ClientRegistrationsPort } from './contract/client-registrations.port';
import { ClientRegistrationsRepository } from './storage/client-registrations.repository';

const MAX_HELD = 20_000;

/** Registrations in memory. */
@Injectable()
export class ClientRegistrationsService implements ClientRegistrationsPort, ChangeHolder {
  readonly topics = [APPS_TOPIC];
  private readonly held: FreshCache<{ readonly atMs: number | null }>;

  constructor(repository: ClientRegistrationsRepository, feed: ChangeFeed) {
    this.held = new FreshCache({
      feed,
      what: 'Applications are',
      read: async (key) => {
        const slash = key.indexOf('/');
        const registeredAt = await repository.registeredAt(key.slice(0, slash), key.slice(slash + 1));
        return { atMs: registeredAt?.getTime() ?? null };
      },
      maxSize: MAX_HELD,
    });
    feed.register(this);
  }

  async registeredAtMs(tenantId: string, clientId: string): Promise<number | null> {
    return CLIENT_ID.test(clientId) ? (await this.held.get(`${tenantId}/${clientId}`)).atMs : null;
  }

  async load(): Promise<void> {
    this.held.forgetAll();
  }

  apply({ tenantId, key }: Change): void {
    this.held.forget(`${tenantId}/${key}`);
  }
}
