import { gunzipUpTo, readTar } from '@coresdk/rego/bundle';
import { fromJson } from '@coresdk/rego/values';
import { type BasePolicy, compileOver, PolicyCompileError } from './base-policy';
import { BUNDLE_LIMITS } from './contract/policy-bundles.types';
import { Faults } from './domain/faults';
import { type PolicyFile, type PolicyFiles, readPolicyFiles } from './domain/policy-files';
import { TenantPolicy } from './tenant-policy';

/** The memory that a tenant without a bundle takes, in addition to the base policy that all tenants share. */
export const BASE_ONLY_BYTES = 4 * 1024;

/** The error for a stored bundle that cannot be used here, because it was accepted with another base policy or by another build. */
export class UnusableBundle extends Error {
  constructor(version: number, why: string, cause: unknown) {
    super(`Version ${version} of this tenant's policy cannot be used here: ${why}`, { cause });
    this.name = 'UnusableBundle';
  }
}

interface StoredBundle {
  readonly archive: Uint8Array;
  readonly version: number;
}

/**
 * Unpacks the files of a stored bundle. The bundle is within the limits, because it was accepted; its file headers take additional bytes.
 */
export async function unpackStored(archive: Uint8Array): Promise<readonly PolicyFile[]> {
  return readTar(await gunzipUpTo(archive, 2 * BUNDLE_LIMITS.maxUnpackedBytes), BUNDLE_LIMITS);
}

/** Reads the files of a stored bundle. Errors: {@link UnusableBundle}. */
export function readStored(files: readonly PolicyFile[], { version }: Pick<StoredBundle, 'version'>): PolicyFiles {
  const faults = new Faults();
  const read = readPolicyFiles(files, faults);
  const [fault] = faults.list;
  if (fault) throw new UnusableBundle(version, `${fault.file}: ${fault.message}`, fault);
  return read;
}

/** Compiles a bundle over the base policy. Errors: {@link UnusableBundle}. */
export function compileStored(
  base: Pick<BasePolicy, 'sources' | 'data'>,
  files: PolicyFiles,
  { version }: Pick<StoredBundle, 'version'>,
  tenant: { readonly id: string; readonly slug: string },
): TenantPolicy {
  try {
    // The policy's code was generated and checked when the bundle was accepted.
    const { policy } = compileOver(base, files, 'later');
    return new TenantPolicy(version, policy, fromJson(tenant), new Set(files.sources.map(({ path }) => path)));
  } catch (error) {
    if (!(error instanceof PolicyCompileError)) throw error;
    throw new UnusableBundle(version, error.errors.slice(0, 1).join(''), error);
  }
}

/**
 * Estimates the memory that a compiled policy takes: code compiled to closures takes about 30 bytes per byte of source, and a data value
 * takes about 150 bytes.
 */
export function sizeOfPolicy({ sources, dataValues }: PolicyFiles): number {
  const sourceChars = sources.reduce((sum, { text }) => sum + text.length, 0);
  return BASE_ONLY_BYTES + 32 * sourceChars + 150 * dataValues;
}
