import { LRUCache } from 'lru-cache';
import { fromJson } from '@coresdk/rego/values';
import { type BasePolicy, compileLayers, compileWall } from '../base-policy';
import { Faults } from '../domain/faults';
import { type PolicyFile, readPolicyFiles } from '../domain/policy-files';
import { BASE_ONLY_BYTES, compileStored, readStored, sizeOfPolicy, unpackStored } from '../load-policy';
import { TenantPolicy } from '../tenant-policy';
import type { TenantWall } from '../tenant-wall';
import type { PortableBase, PortablePolicy } from './portable-policy';

/** The estimated maximum size of a thread's compiled policies: half of its heap. */
const MAX_BYTES = 384 * 1024 * 1024;

interface Compiled {
  readonly policy: TenantPolicy;
  readonly sizeBytes: number;
}

interface Base {
  readonly key: number;
  readonly policy: BasePolicy;
  readonly wall: TenantWall;
}

/** The tenant's policy and the wall before it, compiled in this thread. */
export interface ReadyPolicy {
  readonly policy: TenantPolicy;
  readonly wall: TenantWall;
}

/** The policies that one thread has compiled, by tenant, version and base policy. */
export class ThreadPolicies {
  private readonly compiled = new LRUCache<string, Compiled>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ sizeBytes }) => Math.min(sizeBytes, MAX_BYTES),
  });
  private base: Base | null = null;

  /** Errors: `UnusableBundle`. */
  async get(portable: PortablePolicy): Promise<ReadyPolicy> {
    const base = this.baseOf(portable.base);
    const key = JSON.stringify([portable.tenant.id, portable.version, base.key]);
    const known = this.compiled.get(key);
    const { policy } = known ?? (await this.compile(key, base, portable));
    return { policy, wall: base.wall };
  }

  private async compile(key: string, base: Base, { tenant, version, archive }: PortablePolicy): Promise<Compiled> {
    const made =
      archive === null || version === null
        ? { policy: new TenantPolicy(null, base.policy.policy, fromJson(tenant)), sizeBytes: BASE_ONLY_BYTES }
        : await compileBundle(base.policy, tenant, version, archive);
    this.compiled.set(key, made);
    return made;
  }

  private baseOf({ key, layers }: PortableBase): Base {
    if (this.base?.key === key) return this.base;
    const read = layers.map((files) => readPolicyFiles(unshared(files), new Faults()));
    const base = { key, policy: compileLayers(read), wall: compileWall(read[0]?.sources ?? []) };
    this.base = base;
    return base;
  }
}

async function compileBundle(
  base: BasePolicy,
  tenant: PortablePolicy['tenant'],
  version: number,
  archive: Uint8Array,
): Promise<Compiled> {
  const files = readStored(await unpackStored(Buffer.from(archive)), { version });
  return { policy: compileStored(base, files, { version }, tenant), sizeBytes: sizeOfPolicy(files) };
}

/** Copies files out of shared memory, because decoders do not accept shared memory. */
function unshared(files: readonly PolicyFile[]): readonly PolicyFile[] {
  return files.map(({ path, bytes }) => ({ path, bytes: Buffer.from(bytes) }));
}
