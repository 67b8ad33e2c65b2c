import type { CallContext } from '../../../kernel/context/call-context';
import type { SecretPrincipal } from './resolution.types';

/** One secret that somebody may or may not have. */
export interface SecretTarget {
  /** Empty for the tenant's own store. */
  readonly provider: string;
  /** Path at the provider; in the own store the name of the secret. */
  readonly path: string;
  /** What conditions of grants are judged by; empty for none. */
  readonly contextId: string;
}

/** `no_grant`: nobody who asks has one; `condition`: none of the conditions holds; `no_principal`: nobody asks who could have one. */
export type SecretGrantVerdict = 'granted' | 'no_grant' | 'condition' | 'no_principal';

/** Whether a secret would be given out, without reading it. */
export abstract class SecretGrantsPort {
  /**
   * By the same grants, at the same moment, as `SecretsPort.resolve` of a reference to the target: `granted` here is not
   * `forbidden` there. The tenant is the context's. Errors: `invalid_request` for what names no secret, `unavailable`.
   */
  abstract judge(context: CallContext, principal: SecretPrincipal, target: SecretTarget): Promise<SecretGrantVerdict>;
}
