import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../../kernel/changes/change-feed';
import { TenantCache } from '../../../kernel/changes/tenant-cache';
import { SCIM_EXTENSIONS_TOPIC } from '../contract/scim-extensions.types';
import { toSchema } from '../domain/schema/extension-schema';
import { groupModel, type ResourceModel, userModel } from '../domain/schema/resource-model';
import { ScimExtensionsRepository } from '../storage/scim-extensions.repository';

/** The models of users and groups in a tenant. */
export interface TenantModels {
  readonly user: ResourceModel;
  readonly group: ResourceModel;
}

const MAX_HELD = 2_000;

/** A cache of tenants' schemas. */
@Injectable()
export class ScimModels {
  private readonly held: TenantCache<TenantModels>;

  constructor(repository: ScimExtensionsRepository, feed: ChangeFeed) {
    this.held = new TenantCache({
      feed,
      what: 'Schemas are',
      changes: { [SCIM_EXTENSIONS_TOPIC]: ({ tenantId }) => tenantId ?? undefined },
      read: async (tenantId) => {
        const extensions = await repository.list(tenantId);
        const of = (name: 'User' | 'Group') => extensions.filter(({ resource }) => resource === name).map(toSchema);
        return { user: userModel(of('User')), group: groupModel(of('Group')) };
      },
      maxSize: MAX_HELD,
    });
  }

  /** Returns a tenant's models. Errors: `unavailable`. */
  of(tenantId: string): Promise<TenantModels> {
    return this.held.get(tenantId);
  }
}
