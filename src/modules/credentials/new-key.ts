import { createSecretKey } from 'node:crypto';
import { newUlid } from '../../kernel/ids/ids';
import type { TenantKey } from '../../kernel/sealing/tenant-keys';
import { hashOfApiKey, newApiKey } from './domain/api-key';
import type { KeptKey } from './storage/credentials.repository';

/** What the hashes of a tenant's API keys are made with. */
export const API_KEYS_PURPOSE = 'api keys';
/** The last moment that a ULID knows: no mark on a user, an app or a tenant reaches it. */
const END_OF_TIME_MS = 2 ** 48 - 1;

/** A new key: what is shown once, and what is kept. */
export function keptKey(dataKey: TenantKey): { readonly key: string; readonly kept: KeptKey } {
  const { key, handle } = newApiKey();
  const secret = createSecretKey(dataKey.derive(API_KEYS_PURPOSE));
  const kept = { id: newUlid(END_OF_TIME_MS), handle, hash: hashOfApiKey(secret, key), dataKeyId: dataKey.id };
  return { key, kept };
}
