import type { BasePolicy } from '../../base-policy';
import { effectiveData, effectiveSources } from '../../domain/effective-policy';
import { readPolicyFolder } from '../read-policy-folder';

/** What a tenant's bundle is laid over, and the modules of the tenant wall, which come from the first folder alone. */
export interface InstalledPolicy extends Pick<BasePolicy, 'sources' | 'data'> {
  readonly shipped: BasePolicy['sources'];
}

/** Reads the base policy as the sidecars have it: each folder's packages over those of the folders before it. */
export async function readInstalledPolicy([first = '', ...others]: readonly string[]): Promise<InstalledPolicy> {
  const { sources: shipped, data } = await readPolicyFolder(first);
  let base: Pick<BasePolicy, 'sources' | 'data'> = { sources: shipped, data };
  for (const folder of others) {
    const own = await readPolicyFolder(folder, { refuseReserved: true });
    base = { sources: effectiveSources(base.sources, own.sources), data: effectiveData(base.data, own.data) };
  }
  return { ...base, shipped };
}
