import type { CallContext } from '../../../kernel/context/call-context';
import type { TokenVerdict } from '../../oauth/contract/access-token.types';
import type { RateLimitDecision } from '../../rate-limit/contract/rate-limit.types';
import type { AuthorizeVerdict, PrincipalAct } from './auth.port';

/**
 * The role of a person in the project of a request. It was looked up before the token was judged, for the person whom the
 * token names, and counts only if the token is valid and belongs to that person.
 */
export interface ClaimedMembership {
  readonly tenantId: string;
  readonly userId: string;
  readonly project: { readonly id: string; readonly role: string };
}

/** A request of the public API. */
export interface AdmissionQuery extends PrincipalAct {
  readonly token: string;
  /** Audience that the token must have; `null`: the issuer's. */
  readonly audience: string | null;
  /** True if the resource belongs to the caller, who is then `input.resource_owner` of the policy. */
  readonly isOwn: boolean;
  readonly membership: ClaimedMembership | null;
  /** Method and route, by which the request is counted, such as `GET /v1/projects/:id`. */
  readonly route: string;
}

/** The decision of each stage, up to the first that refused; `null`: not asked. */
export interface Admission {
  readonly token: TokenVerdict;
  readonly decision: AuthorizeVerdict | null;
  readonly limit: RateLimitDecision | null;
  /** True if the audit log of the tenant aggregates successful plain reads; absent if each has a record of its own. */
  readonly aggregatesReads?: boolean;
}

/** Lets the requests of the public API in (rest.md §1): token, scope and policy, limits, in one call. */
export abstract class AdmissionPort {
  /**
   * Judges the token, asks whether its bearer may act, and counts the request for the app of the token. Never throws for what it
   * is asked: a stage whose decision cannot be had refuses as `unavailable`. Denials are the caller's to record.
   * Errors: `unavailable` when limits cannot be counted.
   * @param context of a request whose caller is not known yet.
   */
  abstract admit(context: CallContext, query: AdmissionQuery): Promise<Admission>;
}
