import type { BasePolicy } from '../../base-policy';
import { effectiveData, effectiveSources } from '../../domain/effective-policy';
import { folderFingerprint } from '../../folder-fingerprint';
import { readPolicyFolder } from '../read-policy-folder';

/** The base policy under a tenant's bundle, and the modules of the tenant wall, which come only from the first folder. */
export interface InstalledPolicy extends Pick<BasePolicy, 'sources' | 'data'> {
  readonly shipped: BasePolicy['sources'];
}

interface Known {
  readonly state: string;
  readonly policy: InstalledPolicy;
}

/** The last result: a thread has one base policy, and reading and parsing it takes longer than checking a small bundle. */
let known: Known | null = null;

/**
 * Returns the base policy as the sidecars load it: each folder's packages replace those of the folders before it. Reloads the policy when
 * one of its files has changed.
 */
export async function readInstalledPolicy(folders: readonly string[]): Promise<InstalledPolicy> {
  const state = await stateOf(folders);
  if (known?.state === state) return known.policy;
  const policy = await read(folders);
  // A base policy whose files changed while they were read may mix two versions, and is not cached.
  known = (await stateOf(folders)) === state ? { state, policy } : null;
  return policy;
}

async function stateOf(folders: readonly string[]): Promise<string> {
  const states = await Promise.all(folders.map(folderFingerprint));
  return JSON.stringify([folders, states]);
}

async function read([first = '', ...others]: readonly string[]): Promise<InstalledPolicy> {
  const { sources: shipped, data } = await readPolicyFolder(first);
  let base: Pick<BasePolicy, 'sources' | 'data'> = { sources: shipped, data };
  for (const folder of others) {
    const own = await readPolicyFolder(folder, { refuseReserved: true });
    base = { sources: effectiveSources(base.sources, own.sources), data: effectiveData(base.data, own.data) };
  }
  return { ...base, shipped };
}
