import type { CallContext } from '../../../kernel/context/call-context';
import type { Entitlement } from './entitlements.types';

/**
 * Checks tenants' entitlements. Code that counts usage (seats, bytes of files, requests per month) reads the limit here and keeps
 * the count itself. Entitlements are cached in memory; the change feed keeps them current.
 */
export abstract class EntitlementsPort {
  /**
   * Returns the current entitlement of a tenant. An unknown key, an expired license and a suspended tenant are denials, each with its
   * reason. Errors: `unavailable` if no decision is possible; callers must not treat that as entitled.
   */
  abstract check(context: CallContext, tenantId: string, key: string): Promise<Entitlement>;
}
