import type { CallContext } from '../../../kernel/context/call-context';
import type { Resolution, ResolveOrder, SecretPrincipal } from './resolution.types';

/** The values of secrets, for principals with a grant. The context determines the tenant. */
export abstract class SecretsPort {
  /**
   * Resolves bundles and references. If any of them is not granted, no secret is read. Otherwise, each secret is read separately, and
   * failures are reported along with the resolved secrets. One audit record, with names and versions, is committed before a value is
   * returned.
   *
   * Errors:
   * - `forbidden` if no grant matches, or the condition of the matching grant is not met
   * - `not_found` for a bundle that the tenant does not have, or if none of the secrets exists
   * - `unavailable` if a provider is missing or unavailable, the cache is stale, or the audit record cannot be written
   * - `internal` for any other read failure
   * - `invalid_request` for more than 200 secrets
   */
  abstract resolve(context: CallContext, principal: SecretPrincipal, order: ResolveOrder): Promise<Resolution>;
}
