import { hkdfSync } from 'node:crypto';
import type { TenantKey } from '../../../kernel/sealing/tenant-keys';
import { type KeyRing, type MaskingKeys, maskingKeysOf } from './masking-keys';

/** A data key in memory, from a text. */
function testKey(secret: string): Pick<TenantKey, 'derive'> {
  return { derive: (purpose) => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)) };
}

/** The keys of a tenant for specs; each generation has its own. */
export function testKeys(tenantId: string, generation = 1): MaskingKeys {
  return maskingKeysOf(tenantId, generation, testKey(`${tenantId} ${generation}`));
}

/** The keys of a tenant that were rotated so often that this is the current generation. */
export function testRing(tenantId: string, generation = 1): KeyRing {
  const older = Array.from({ length: generation - 1 }, (_, index) => testKeys(tenantId, index + 1)).reverse();
  return { current: testKeys(tenantId, generation), older };
}
