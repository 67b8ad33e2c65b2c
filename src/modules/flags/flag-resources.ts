import { tenantScheduler } from '../../kernel/threads/tenant-scheduler';
import type { FlagResource } from './contract/flags.types';
import { flagResourceOf } from './domain/flag-resource';
import type { FlagSet } from './engine/flag-set';
import { SharedWork } from './engine/work-limit';

/** Returns the flags of a set in their API form, in the tenant's turns. Omits keys without a flag. */
export function flagResources(
  tenantId: string,
  set: FlagSet,
  keys: readonly string[],
): Promise<readonly FlagResource[]> {
  return tenantScheduler.runSliced({ kind: 'flags.list', tenantId }, resourcesOf(set, keys));
}

function* resourcesOf(set: FlagSet, keys: readonly string[]): Generator<undefined, FlagResource[], undefined> {
  const resources: FlagResource[] = [];
  const work = new SharedWork();
  for (const key of keys) {
    const resource = flagResourceOf(set, key, work);
    if (resource !== null) resources.push(resource);
    yield;
  }
  return resources;
}
