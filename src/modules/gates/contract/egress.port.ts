import type { CallContext } from '../../../kernel/context/call-context';
import type { OutboundRefusal } from '../../../kernel/network/outbound-url';
import type { PolicyDenialCode } from '../../policy/contract/policy.types';

/** A URL that a tenant's code is about to fetch. */
export interface EgressQuery {
  /** The id of the tenant, verified by the surface. */
  readonly tenantId: string;
  readonly url: string;
  /** The client that will fetch it, by its own name; empty when unknown. For policies; it proves nothing. */
  readonly serviceName: string;
}

/** A URL that the platform is about to fetch for a tenant, with the caller of the context as its subject. */
export interface PlatformEgressQuery extends EgressQuery {
  /** True when the operator allows such calls to the private network (`*_PRIVATE_ADDRESSES`). */
  readonly mayBePrivate: boolean;
}

/**
 * The reason why a URL may not be fetched. `own_host`: it belongs to this installation; `host_unknown`: the name has no address;
 * `resolution_failed`: its addresses cannot be resolved now. `unavailable` and `deadline` are no verdict either.
 */
export type EgressDenial = OutboundRefusal | 'own_host' | 'host_unknown' | 'resolution_failed' | PolicyDenialCode;

export type EgressVerdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly code: EgressDenial;
      /** A message for people, without the URL, which may contain secrets. */
      readonly reason: string;
      /** The version of the tenant's policy that denied; absent when the installation's own did, or none was evaluated. */
      readonly policyRevision?: string;
    };

/** Decides where tenants' code may connect. Hosted by the sidecar. */
export abstract class EgressPort {
  /**
   * Decides about a URL. A target that is not public is refused regardless of policies: in any spelling, by name, by every address that the
   * name has now. The tenant's `data.coresdk.egress.allow` decides about the rest. Returns every decision as a value and never throws. A
   * refusal is recorded in the tenant's audit log.
   * The verdict is advice to the client that connects: a name may have another address a moment later, and a redirect is a URL of its own.
   * Connections within this product use `kernel/network/guarded-request`, which connects to the judged address.
   */
  abstract check(context: CallContext, query: EgressQuery): Promise<EgressVerdict>;

  /**
   * Evaluates the tenant's `data.coresdk.egress.allow` for a URL that this product is about to fetch with `guarded-request`, which judges
   * addresses as it connects. A refusal is recorded in the tenant's audit log.
   * Errors: `unavailable` when there is no decision: nothing is fetched.
   */
  abstract authorize(context: CallContext, query: PlatformEgressQuery): Promise<EgressVerdict>;
}
