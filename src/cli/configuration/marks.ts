import { z } from 'zod';
import type { TenantApi } from './tenant-api';

const PATH = '/api/v1/managed-objects';
/** The most objects that one request marks or releases. */
const BATCH = 1_000;

const mark = z.object({
  kind: z.string(),
  key: z.string(),
  managedBy: z.string(),
  objectId: z.string().nullable(),
  changeSet: z.string().nullable(),
});

/** The mark of an object that a configuration manages. Its `objectId` is `null` while the object is being created. */
export type Mark = Readonly<z.infer<typeof mark>>;

export type MarkedObject = Pick<Mark, 'kind' | 'key' | 'objectId'>;

/** Returns all marks of a tenant. */
export function readMarks(api: TenantApi): Promise<readonly Mark[]> {
  return api.all(mark, PATH, { limit: '500' });
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
