import type { CallContext } from '../../../kernel/context/call-context';
import type { TokenVerdict } from '../../oauth/contract/access-token.types';
import type { RateLimitDecision } from '../../rate-limit/contract/rate-limit.types';
import type { AuthorizeVerdict, PrincipalAct } from './auth.port';

/**
 * A user's role in the project of a request. It was looked up before the token was validated, for the user whom the token names. It counts
 * only if the token is valid and belongs to that user.
 */
export interface ClaimedMembership {
  readonly tenantId: string;
  readonly userId: string;
  readonly project: { readonly id: string; readonly role: string };
}

/** A request of the public API. */
export interface AdmissionQuery extends PrincipalAct {
  readonly token: string;
  /** Required audience of the token; `null` means the issuer. */
  readonly audience: string | null;
  /** True if the resource belongs to the caller. The policy then receives the caller as `input.resource_owner`. */
  readonly isOwn: boolean;
  readonly membership: ClaimedMembership | null;
  /** Method and route for counting the request, such as `GET /v1/projects/:id`. */
  readonly route: string;
}

/** The decision of each stage, up to the first refusal; `null` for a stage that was not reached. */
export interface Admission {
  readonly token: TokenVerdict;
  readonly decision: AuthorizeVerdict | null;
  readonly limit: RateLimitDecision | null;
  /** True if the tenant's audit log aggregates successful plain reads. Absent if each read has a separate record. */
  readonly aggregatesReads?: boolean;
}

/** Admits requests to the public API (rest.md §1): checks the token, the scope and policy, and the limits in one call. */
export abstract class AdmissionPort {
  /**
   * Validates the token, checks whether its bearer is allowed to act, and counts the request for the token's app. No input makes it
   * throw: a stage that cannot decide returns the refusal `unavailable`. The caller records denials.
   * Errors: `unavailable` if the request cannot be counted.
   * @param context the context of a request whose caller is not known yet.
   */
  abstract admit(context: CallContext, query: AdmissionQuery): Promise<Admission>;
}
