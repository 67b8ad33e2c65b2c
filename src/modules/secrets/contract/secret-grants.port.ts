import type { CallContext } from '../../../kernel/context/call-context';
import type { SecretPrincipal } from './resolution.types';

/** One secret, for a check of its grants. */
export interface SecretTarget {
  /** Empty for the tenant's own store. */
  readonly provider: string;
  /** Path at the provider; in the tenant's own store, the name of the secret. */
  readonly path: string;
  /** The context for checking conditions of grants; empty for none. */
  readonly contextId: string;
}

/**
 * `no_grant`: no principal of the call has one; `condition`: none of the conditions is met; `no_principal`: the call has no principal that
 * can have one.
 */
export type SecretGrantVerdict = 'granted' | 'no_grant' | 'condition' | 'no_principal';

/** Checks grants for a secret without reading it. */
export abstract class SecretGrantsPort {
  /**
   * Decides by the same grants as `SecretsPort.resolve` of a reference to the target: at the same time, `granted` here is not `forbidden`
   * there. The tenant is that of the context. Errors: `invalid_request` for an invalid target, `unavailable`.
   */
  abstract judge(context: CallContext, principal: SecretPrincipal, target: SecretTarget): Promise<SecretGrantVerdict>;
}
