import type { CallContext } from '../../../kernel/context/call-context';
import type { Entitlement } from './entitlements.types';

/**
 * What tenants may by their plan. Whatever counts or limits (seats, bytes of files, requests of a month) asks here for the
 * size, and keeps the count itself. In memory and current by the change feed.
 */
export abstract class EntitlementsPort {
  /**
   * Whether a tenant is entitled now. An unknown key, an expired licence, a suspended tenant are answers that say no, each
   * with its reason. Errors: `unavailable` when that cannot be told; whoever asks must not take it for a yes.
   */
  abstract check(context: CallContext, tenantId: string, key: string): Promise<Entitlement>;
}
