import type { CallContext } from '../../../kernel/context/call-context';
import type { ConfigSnapshot } from './config.types';

/**
 * Reads configurations from a cache that the change feed keeps current. Configurations do not contain secrets, which are stored by the
 * secrets module.
 */
export abstract class TenantConfigPort {
  /** Returns the current configuration of a tenant. Errors: `unavailable` if the cache is stale or the database is unavailable. */
  abstract snapshot(context: CallContext, tenantId: string): Promise<ConfigSnapshot>;

  /**
   * Yields the configuration of a tenant now and after each change, each version once and in order.
   * @param lastVersion the version that the caller has. The stream continues with the next version, or with the current version if the
   * versions in between are no longer stored. If `null`, the stream starts immediately with the current version. The stream ends when
   * `signal` aborts.
   * Errors: `invalid_request` for a version that this service did not issue; `unavailable`.
   */
  abstract watch(
    context: CallContext,
    tenantId: string,
    lastVersion: string | null,
    signal: AbortSignal,
  ): AsyncIterable<ConfigSnapshot>;
}
