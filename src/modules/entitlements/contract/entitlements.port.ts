import type { CallContext } from '../../../kernel/context/call-context';
import type { Entitlement } from './entitlements.types';

/**
 * The entitlements of tenants by their plan. Code that counts or limits (seats, bytes of files, requests per month) reads the limit here,
 * and keeps the count itself. Cached in memory, and kept current by the change feed.
 */
export abstract class EntitlementsPort {
  /**
   * Returns the current entitlement of a tenant. An unknown key, an expired license and a suspended tenant are denials, each with its
   * reason. Errors: `unavailable` when it cannot be decided; callers must not treat that as entitled.
   */
  abstract check(context: CallContext, tenantId: string, key: string): Promise<Entitlement>;
}
