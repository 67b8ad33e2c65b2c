import type { CallContext } from '../../../kernel/context/call-context';
import type { ConfigSnapshot } from './config.types';

/** Reads configurations, in memory and current by the change feed. They hold no secrets: those have a store of their own. */
export abstract class TenantConfigPort {
  /** The configuration of a tenant now. Errors: `unavailable` when memory is stale or the store away. */
  abstract snapshot(context: CallContext, tenantId: string): Promise<ConfigSnapshot>;

  /**
   * The configuration of a tenant, then again after each change, each version once and in order.
   * @param lastVersion the version that the caller has: what came after it is sent, from the next one on while those are
   * kept, else from the present one. `null` for none: the present one is sent at once.
   * Ends when `signal` aborts. Errors: `invalid_request` for a version that is none of ours; `unavailable`.
   */
  abstract watch(
    context: CallContext,
    tenantId: string,
    lastVersion: string | null,
    signal: AbortSignal,
  ): AsyncIterable<ConfigSnapshot>;
}
