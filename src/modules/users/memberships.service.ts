import { Injectable } from '@nestjs/common';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { keyOf, partsOf, TenantCache } from '../../kernel/changes/tenant-cache';
import { isId } from '../../kernel/ids/ids';
import { GROUPS_TOPIC } from './contract/groups.types';
import type { Membership, MembershipsPort } from './contract/memberships.port';
import { USERS_TOPIC } from './contract/users.topics';
import { MembershipsRepository } from './storage/memberships.repository';

/** Estimated memory limit, in bytes. */
const MAX_HELD_BYTES = 32 * 1024 * 1024;
const BASE_BYTES = 200;
const GROUP_BYTES = 80;
const MAX_GROUPS_HELD = 50_000;
const NOBODY: Membership = { isActive: false, groups: [] };

/** Cached memberships. Each change is keyed by the user or by the deleted group. */
@Injectable()
export class MembershipsService implements MembershipsPort {
  private readonly users: TenantCache<Membership>;
  private readonly groups: TenantCache<{ readonly exists: boolean }>;

  constructor(repository: MembershipsRepository, feed: ChangeFeed) {
    const what = 'Memberships are';
    this.users = new TenantCache({
      feed,
      what,
      changes: {
        [USERS_TOPIC]: keyOfChange,
        // Deleting a group affects its former members, so drop all cached memberships of the tenant.
        [GROUPS_TOPIC]: (change) =>
          isId('grp', change.key) ? { prefix: keyOf(change.tenantId, '') } : keyOfChange(change),
      },
      read: (key) => repository.ofUser(...partsOf(key)),
      maxSize: MAX_HELD_BYTES,
      sizeOf: ({ groups }) => BASE_BYTES + GROUP_BYTES * groups.length,
    });
    this.groups = new TenantCache({
      feed,
      what,
      changes: { [GROUPS_TOPIC]: (change) => (isId('grp', change.key) ? keyOfChange(change) : undefined) },
      read: async (key) => ({ exists: await repository.exists(...partsOf(key)) }),
      maxSize: MAX_GROUPS_HELD,
    });
  }

  ofUser(tenantId: string, userId: string): Promise<Membership> {
    return isId('usr', userId) ? this.users.get(keyOf(tenantId, userId)) : Promise.resolve(NOBODY);
  }

  async existing(tenantId: string, groupIds: readonly string[]): Promise<readonly string[]> {
    const ids = [...new Set(groupIds)].filter((id) => isId('grp', id));
    const found = await Promise.all(ids.map((id) => this.groups.get(keyOf(tenantId, id))));
    return ids.filter((_, index) => found[index]?.exists === true);
  }
}

const keyOfChange = ({ tenantId, key }: Change): string => keyOf(tenantId, key);
