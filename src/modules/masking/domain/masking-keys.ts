import type { TenantKey } from '../../../kernel/sealing/tenant-keys';

/** The keys of one generation of a tenant's key, one for each use. A plain object, because it is sent to threads. */
export interface MaskingKeys {
  readonly tenantId: string;
  /** The generation, from 1 to 65,535, which tokens contain. */
  readonly generation: number;
  /** Two AES-256 keys, for AES-SIV. */
  readonly token: Buffer;
  readonly hash: Buffer;
  readonly format: Buffer;
  readonly encrypt: Buffer;
}

/** The keys for masking new values, and the keys of older tokens, newest first. */
export interface KeyRing {
  readonly current: MaskingKeys;
  readonly older: readonly MaskingKeys[];
}

/** Derives a tenant's keys for a generation. The result is always the same (RFC 5869). */
export function maskingKeysOf(tenantId: string, generation: number, key: Pick<TenantKey, 'derive'>): MaskingKeys {
  return {
    tenantId,
    generation,
    token: Buffer.concat([key.derive('masking tokens, mac'), key.derive('masking tokens, cipher')]),
    hash: key.derive('masking hashes'),
    format: key.derive('masking formats'),
    encrypt: key.derive('masking encrypted values'),
  };
}

/** Returns the keys of a generation, or `null` if the ring does not contain it. */
export function keysOfGeneration(ring: KeyRing, generation: number): MaskingKeys | null {
  return [ring.current, ...ring.older].find((keys) => keys.generation === generation) ?? null;
}
