import type { CallContext } from '../../../kernel/context/call-context';
import type { Resolution, ResolveOrder, SecretPrincipal } from './resolution.types';

/** The values of secrets, for principals with a grant. The tenant is the context's. */
export abstract class SecretsPort {
  /**
   * Resolves bundles and references. All of it must be granted, or nothing is read. Then each secret is read by itself, and failures are
   * reported along with the resolved ones. One audit record, with names and versions, is committed before a value is returned.
   *
   * Errors:
   * - `forbidden` when no grant fits, or its condition denies
   * - `not_found` for a bundle that the tenant does not have, or when none of the secrets exists
   * - `unavailable` when a provider is missing or unavailable, memory is stale, or no record can be written
   * - `internal` when reading failed otherwise
   * - `invalid_request` for more than 200 secrets
   */
  abstract resolve(context: CallContext, principal: SecretPrincipal, order: ResolveOrder): Promise<Resolution>;
}
