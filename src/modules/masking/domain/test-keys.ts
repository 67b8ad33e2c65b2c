import { hkdfSync } from 'node:crypto';
import type { TenantKey } from '../../../kernel/sealing/tenant-keys';
import { type KeyRing, type MaskingKeys, maskingKeysOf } from './masking-keys';

/** Derives an in-memory data key from a string. */
function testKey(secret: string): Pick<TenantKey, 'derive'> {
  return { derive: (purpose) => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)) };
}

/** Returns a tenant's keys for tests; each generation has different keys. */
export function testKeys(tenantId: string, generation = 1): MaskingKeys {
  return maskingKeysOf(tenantId, generation, testKey(`${tenantId} ${generation}`));
}

/** Returns a tenant's key ring with the given current generation. */
export function testRing(tenantId: string, generation = 1): KeyRing {
  const older = Array.from({ length: generation - 1 }, (_, index) => testKeys(tenantId, index + 1)).reverse();
  return { current: testKeys(tenantId, generation), older };
}
