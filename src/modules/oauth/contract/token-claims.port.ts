import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type {
  NewTokenClaims,
  TokenClaims,
  TokenClaimsReport,
  TokenClaimsTrial,
  TokenPolicy,
} from './token-claims.types';

/**
 * The claims that a tenant adds to its tokens. Hosted by the control plane; the context determines the tenant. Each change is audited, and
 * reaches every process that issues tokens through the change feed.
 */
export abstract class TokenClaimsPort {
  /**
   * Returns the rules of the tenant, or of one of its apps; version 0 without rules before the first change. Errors: `not_found` for an
   * unknown app.
   * @param appId `null` for the rules of the tenant, which apply to all its apps.
   */
  abstract get(context: CallContext, appId: string | null): Promise<TokenClaims>;

  /**
   * Replaces the rules of the tenant or of an app. Errors: `invalid_request` for a reserved claim or an invalid template or value;
   * `precondition_failed`; `not_found` for an unknown app; `conflict` if too many apps have rules.
   */
  abstract put(
    context: CallContext,
    appId: string | null,
    claims: NewTokenClaims,
    condition: Condition,
  ): Promise<TokenClaims>;

  /** Returns whether the tenant's policy decides about tokens. Errors: `unavailable`. */
  abstract policy(context: CallContext): Promise<TokenPolicy>;

  /**
   * Turns the decision of the tenant's policy about tokens on or off, for the operator of the installation. Errors: `forbidden` for a caller
   * who cannot act for the installation.
   */
  abstract setPolicy(context: CallContext, enabled: boolean): Promise<TokenPolicy>;

  /**
   * Repeats the most recent issuances with draft rules or a draft policy, and compares the outcomes. Changes nothing. Errors:
   * `invalid_request` for invalid rules; `unprocessable` for a policy that does not compile; `not_found` for an unknown app; `unavailable`.
   */
  abstract try(context: CallContext, trial: TokenClaimsTrial): Promise<TokenClaimsReport>;
}
