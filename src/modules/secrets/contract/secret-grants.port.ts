import type { CallContext } from '../../../kernel/context/call-context';
import type { SecretPrincipal } from './resolution.types';

/** One secret whose grants are checked. */
export interface SecretTarget {
  /** Empty for the tenant's own store. */
  readonly provider: string;
  /** Path at the provider; in the own store the name of the secret. */
  readonly path: string;
  /** The context that conditions of grants are checked against; empty for none. */
  readonly contextId: string;
}

/**
 * `no_grant`: no principal of the call has one; `condition`: none of the conditions holds; `no_principal`: no principal asks that could
 * have one.
 */
export type SecretGrantVerdict = 'granted' | 'no_grant' | 'condition' | 'no_principal';

/** Checks grants for a secret without reading it. */
export abstract class SecretGrantsPort {
  /**
   * Decides by the same grants, at the same moment, as `SecretsPort.resolve` of a reference to the target: `granted` here is not
   * `forbidden` there. The tenant is the context's. Errors: `invalid_request` for an invalid target, `unavailable`.
   */
  abstract judge(context: CallContext, principal: SecretPrincipal, target: SecretTarget): Promise<SecretGrantVerdict>;
}
