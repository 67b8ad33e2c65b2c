import type { PolicyFile } from '../domain/policy-files';

/** The base policy as threads are given it: files in shared memory, which no message copies. */
export interface PortableBase {
  /** Tells it from every other base policy of this process. */
  readonly key: number;
  /** Files of `policies/default`, then those of `CORESDK_POLICY_DIR`, whose packages replace them. */
  readonly layers: readonly (readonly PolicyFile[])[];
}

/** The policy of a tenant as threads are given it: each compiles it for itself, once. */
export interface PortablePolicy {
  readonly tenant: { readonly id: string; readonly slug: string };
  /** `null`: the base policy alone. */
  readonly version: number | null;
  /** The bundle as it is stored, in shared memory; `null` without one. */
  readonly archive: Uint8Array | null;
  readonly base: PortableBase;
}

/** A copy in memory that threads share. */
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
