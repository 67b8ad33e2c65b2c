import type { CallContext } from '../../../kernel/context/call-context';
import type { OutboundRefusal } from '../../../kernel/network/outbound-url';
import type { PolicyDenialCode } from '../../policy/contract/policy.types';

/** A URL that a tenant's code is about to fetch. */
export interface EgressQuery {
  /** Id of the tenant, verified by the surface. */
  readonly tenantId: string;
  readonly url: string;
  /** Who will fetch it, as it calls itself; empty when unknown. For policies; it proves nothing. */
  readonly serviceName: string;
}

/** A URL that the platform is about to fetch for a tenant, with the caller of the context as its subject. */
export interface PlatformEgressQuery extends EgressQuery {
  /** Whether the operator opened the private network to such calls (`*_PRIVATE_ADDRESSES`). */
  readonly mayBePrivate: boolean;
}

/**
 * Why a URL may not be fetched. `own_host`: this installation's; `host_unknown`: the name has no address;
 * `resolution_failed`: its addresses cannot be told now. `unavailable` and `deadline` are no verdict either.
 */
export type EgressDenial = OutboundRefusal | 'own_host' | 'host_unknown' | 'resolution_failed' | PolicyDenialCode;

export type EgressVerdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly code: EgressDenial;
      /** For people, without the URL: it may hold secrets. */
      readonly reason: string;
      /** Version of the tenant's policy that denied; absent when the installation's own did, or none was asked. */
      readonly policyRevision?: string;
    };

/** Whether tenants' code may connect somewhere. Hosted by the sidecar. */
export abstract class EgressPort {
  /**
   * What is not public is refused whatever a policy says: in any spelling, by name, by every address that the name has
   * now. The rest is for the tenant's `data.coresdk.egress.allow`. Never throws for what it is asked. A refusal is
   * recorded in the tenant's audit log.
   *
   * It is advice to whoever connects: a name may have another address a moment later, and a redirect is a URL of its own.
   * What connects within this product does so by `kernel/network/guarded-request`, which goes to the judged address.
   */
  abstract check(context: CallContext, query: EgressQuery): Promise<EgressVerdict>;

  /**
   * Asks the tenant's `data.coresdk.egress.allow` about a URL that this product is about to fetch by `guarded-request`, which
   * judges addresses as it connects. A refusal is recorded in the tenant's audit log.
   * Errors: `unavailable` when the decision cannot be had: nothing is fetched.
   */
  abstract authorize(context: CallContext, query: PlatformEgressQuery): Promise<EgressVerdict>;
}
