import type { CallContext } from '../../../kernel/context/call-context';
import type { OutboundRefusal } from '../../../kernel/network/outbound-url';
import type { PolicyDenialCode } from '../../policy/contract/policy.types';

/** A URL that a tenant's code is about to fetch. */
export interface EgressQuery {
  /** The id of the tenant, which the API layer has verified. */
  readonly tenantId: string;
  readonly url: string;
  /**
   * The self-reported name of the client that will fetch it; empty if unknown. For use in policies only, because it does not prove
   * anything.
   */
  readonly serviceName: string;
}

/** A URL that the platform is about to fetch for a tenant, with the context's caller as the subject. */
export interface PlatformEgressQuery extends EgressQuery {
  /** True if the operator allows such calls to the private network (`*_PRIVATE_ADDRESSES`). */
  readonly mayBePrivate: boolean;
}

/**
 * The reason for the refusal of a URL. `own_host`: the host belongs to this installation; `host_unknown`: the name has no address;
 * `resolution_failed`: the host's addresses cannot be resolved now, so this reason is not a verdict. `unavailable` and `deadline` are not
 * verdicts either.
 */
export type EgressDenial = OutboundRefusal | 'own_host' | 'host_unknown' | 'resolution_failed' | PolicyDenialCode;

export type EgressVerdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly code: EgressDenial;
      /** A human-readable message without the URL, which may contain secrets. */
      readonly reason: string;
      /**
       * The version of the tenant's policy that refused the URL; absent if the installation's own policy refused it, or if no policy was
       * evaluated.
       */
      readonly policyRevision?: string;
    };

/** Decides which URLs tenants' code can connect to. Runs in the sidecar. */
export abstract class EgressPort {
  /**
   * Decides about a URL. A target that is not public is refused regardless of policies and of its spelling; the check covers the name and
   * every address that the name has now. The tenant's `data.coresdk.egress.allow` decides about the rest. Returns every decision as a value
   * and never throws. A refusal is recorded in the tenant's audit log. The verdict is advice to the connecting client: the addresses of a
   * name may change a moment later, and each redirect is a separate URL. Connections within this product use
   * `kernel/network/guarded-request`, which connects to the address that it has checked.
   */
  abstract check(context: CallContext, query: EgressQuery): Promise<EgressVerdict>;

  /**
   * Evaluates the tenant's `data.coresdk.egress.allow` for a URL that this product is about to fetch with `guarded-request`, which checks
   * addresses when it connects. A refusal is recorded in the tenant's audit log.
   * Errors: `unavailable` if no decision is possible. In that case, the URL is not fetched.
   */
  abstract authorize(context: CallContext, query: PlatformEgressQuery): Promise<EgressVerdict>;
}
