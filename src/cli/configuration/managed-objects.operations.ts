import { query, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

/** `coresdk managed-objects …`: the objects that configurations manage. `coresdk apply` and `coresdk import` mark them. */
export const managedObjectsOperations: readonly Operation[] = [
  {
    name: 'managed-objects list',
    summary: 'List the objects of a tenant that configurations manage',
    call: 'GET /api/v1/managed-objects',
    scopes: ['admin'],
    fields: [query.text('managedBy', 'name of the configuration'), query.text('kind', 'kind, such as apps'), TENANT],
    list: 'pages',
    columns: ['kind', 'key', 'managedBy', 'objectId', 'changeSet', 'updatedAt'],
    examples: ['managed-objects list --managed-by platform --kind apps'],
  },
];
