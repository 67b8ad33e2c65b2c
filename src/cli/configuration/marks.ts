import {
  MANAGED_OBJECT_LIMITS,
  managedObject,
  type ManagedObject,
} from '../../modules/managed-objects/contract/managed-objects.types';
import type { TenantApi } from './tenant-api';

const PATH = '/api/v1/managed-objects';
const { perRequest: BATCH } = MANAGED_OBJECT_LIMITS;

/** The mark of an object that a configuration manages. Its `objectId` is `null` while the object is being created. */
export type Mark = ManagedObject;

export type MarkedObject = Pick<Mark, 'kind' | 'key' | 'objectId'>;

/** Returns all marks of a tenant. */
export function readMarks(api: TenantApi): Promise<readonly Mark[]> {
  return api.all(managedObject, PATH, { limit: '500' });
}

/** Marks objects. Errors: `Refusal` (409) if another configuration manages one of them. */
export async function markObjects(
  api: TenantApi,
  managedBy: string,
  changeSet: string | null,
  objects: readonly MarkedObject[],
): Promise<void> {
  for (let at = 0; at < objects.length; at += BATCH) {
    const json = { managedBy, changeSet, objects: objects.slice(at, at + BATCH) };
    await api.call('PUT', PATH, { json });
  }
}

export async function releaseObjects(
  api: TenantApi,
  managedBy: string,
  objects: readonly Pick<Mark, 'kind' | 'key'>[],
): Promise<void> {
  for (let at = 0; at < objects.length; at += BATCH) {
    await api.call('POST', `${PATH}/release`, { json: { managedBy, objects: objects.slice(at, at + BATCH) } });
  }
}
