import type { CallContext } from '../../../kernel/context/call-context';
import type { Resolution, ResolveOrder, SecretPrincipal } from './resolution.types';

/** The values of secrets, for whoever has a grant. The tenant is the context's. */
export abstract class SecretsPort {
  /**
   * Resolves bundles and references. All of it must be granted, or nothing is read; then each secret is read by itself,
   * and what could not be had is told beside the others. One audit record, with names and versions, is committed before a
   * value goes out.
   * Errors: `forbidden` when no grant fits, or its condition denies; `not_found` for a bundle that the tenant does not
   * have, or when no secret is there; `unavailable` when a provider is missing or away, memory is stale, or no record can
   * be written; `internal` when reading failed otherwise; `invalid_request` for more than 200 secrets.
   */
  abstract resolve(context: CallContext, principal: SecretPrincipal, order: ResolveOrder): Promise<Resolution>;
}
