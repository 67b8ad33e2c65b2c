import { Injectable } from '@nestjs/common';
import type { Change } from '../../../kernel/changes/change';
import { ChangeFeed, type ChangeHolder } from '../../../kernel/changes/change-feed';
import { FreshCache } from '../../../kernel/changes/fresh-cache';
import { SCIM_EXTENSIONS_TOPIC } from '../contract/scim-extensions.types';
import { toSchema } from '../domain/schema/extension-schema';
import { groupModel, type ResourceModel, userModel } from '../domain/schema/resource-model';
import { ScimExtensionsRepository } from '../storage/scim-extensions.repository';

/** What users and groups of a tenant have. */
export interface TenantModels {
  readonly user: ResourceModel;
  readonly group: ResourceModel;
}

const MAX_HELD = 2_000;

/** The schemas of tenants, in memory. */
@Injectable()
export class ScimModels implements ChangeHolder {
  readonly topics = [SCIM_EXTENSIONS_TOPIC];
  private readonly held: FreshCache<TenantModels>;

  constructor(repository: ScimExtensionsRepository, feed: ChangeFeed) {
    this.held = new FreshCache({
      feed,
      what: 'Schemas are',
      read: async (tenantId) => {
        const extensions = await repository.list(tenantId);
        const of = (name: 'User' | 'Group') => extensions.filter(({ resource }) => resource === name).map(toSchema);
        return { user: userModel(of('User')), group: groupModel(of('Group')) };
      },
      maxSize: MAX_HELD,
    });
    feed.register(this);
  }

  /** Errors: `unavailable`. */
  of(tenantId: string): Promise<TenantModels> {
    return this.held.get(tenantId);
  }

  async load(): Promise<void> {
    this.held.forgetAll();
  }

  apply({ tenantId }: Change): void {
    this.held.forget(tenantId ?? '');
  }
}
