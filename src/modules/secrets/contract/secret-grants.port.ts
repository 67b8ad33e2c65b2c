import type { CallContext } from '../../../kernel/context/call-context';
import type { SecretPrincipal } from './resolution.types';

/** A secret whose grants are to be checked. */
export interface SecretTarget {
  /** Empty for the tenant's own store. */
  readonly provider: string;
  /** The path at the provider; in the tenant's own store, the name of the secret. */
  readonly path: string;
  /** The context for checking the conditions of grants; empty if there is none. */
  readonly contextId: string;
}

/**
 * `no_grant`: none of the call's principals has a grant; `condition`: there are grants, but their conditions are not met; `no_principal`:
 * the call has no principal that can have a grant.
 */
export type SecretGrantVerdict = 'granted' | 'no_grant' | 'condition' | 'no_principal';

/** Checks grants for a secret without reading it. */
export abstract class SecretGrantsPort {
  /**
   * Decides based on the same grants that `SecretsPort.resolve` uses for a reference to the target: while this method returns `granted`,
   * `resolve` does not fail with `forbidden`. The context determines the tenant. Errors: `invalid_request` for an invalid target,
   * `unavailable`.
   */
  abstract judge(context: CallContext, principal: SecretPrincipal, target: SecretTarget): Promise<SecretGrantVerdict>;
}
