import type { DirectoryQuery } from '../../users/contract/directory.types';
import { bindSort, readFilter } from '../domain/filter/bind-filter';
import type { ListRequest } from '../domain/list-request';
import { type Projection, wants } from '../domain/projection';
import type { ResourceModel } from '../domain/schema/resource-model';

/** Returns the directory query for a list request. Errors: `invalidFilter`; `invalidPath` for an unsupported sort attribute. */
export function directoryQuery(model: ResourceModel, request: ListRequest, projection: Projection): DirectoryQuery {
  const { filter, sortBy, isDescending, startIndex, count, cursor } = request;
  return {
    filter: filter === null ? null : readFilter(model, filter),
    sort: sortBy === null ? null : { path: bindSort(model, sortBy), isDescending },
    part:
      cursor === null
        ? { by: 'index', offset: startIndex - 1, limit: count }
        : { by: 'cursor', cursor: cursor === '' ? null : cursor, limit: count },
    withMemberships: wants(projection, model.name === 'User' ? 'groups' : 'members'),
  };
}
