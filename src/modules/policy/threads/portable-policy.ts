import type { PolicyFile } from '../domain/policy-files';

/** The base policy in the form passed to threads: files in shared memory, which are not copied when they are sent in a message. */
export interface PortableBase {
  /** A key that is unique among the base policies of this process. */
  readonly key: number;
  /** The files in `policies/default`, then those in `CORESDK_POLICY_DIR`, whose packages replace the default ones. */
  readonly layers: readonly (readonly PolicyFile[])[];
}

/** The policy of a tenant in the form passed to threads. Each thread compiles it once. */
export interface PortablePolicy {
  readonly tenant: { readonly id: string; readonly slug: string };
  /** The version; `null` for the base policy alone. */
  readonly version: number | null;
  /** The stored bundle, in shared memory; `null` if the tenant has no bundle. */
  readonly archive: Uint8Array | null;
  readonly base: PortableBase;
}

/** Returns a copy in memory that threads share. */
export function inSharedMemory(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  copy.set(bytes);
  return copy;
}

export function portableBase(key: number, layers: readonly (readonly PolicyFile[])[]): PortableBase {
  const portable = (files: readonly PolicyFile[]): readonly PolicyFile[] =>
    files.map(({ path, bytes }) => ({ path, bytes: inSharedMemory(bytes) }));
  return { key, layers: layers.map(portable) };
}
