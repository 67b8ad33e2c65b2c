import { createSecretKey } from 'node:crypto';
import { newUlid } from '../../kernel/ids/ids';
import type { TenantKey } from '../../kernel/sealing/tenant-keys';
import { hashOfApiKey, newApiKey } from './domain/api-key';
import type { KeptKey } from './storage/credentials.repository';

/** The purpose with which the secret for hashing a tenant's API keys is derived. */
export const API_KEYS_PURPOSE = 'api keys';
/** The maximum timestamp of a ULID, later than any revocation mark on a user, an app or a tenant. */
const END_OF_TIME_MS = 2 ** 48 - 1;

/** Returns a new key: the part that is shown once, and the part that is stored. */
export function keptKey(dataKey: TenantKey): { readonly key: string; readonly kept: KeptKey } {
  const { key, handle } = newApiKey();
  const secret = createSecretKey(dataKey.derive(API_KEYS_PURPOSE));
  const kept = { id: newUlid(END_OF_TIME_MS), handle, hash: hashOfApiKey(secret, key), dataKeyId: dataKey.id };
  return { key, kept };
}
