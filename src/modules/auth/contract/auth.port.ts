import type { CallContext } from '../../../kernel/context/call-context';
import { isOutage, type OutageReason } from '../../../kernel/errors/reason';
import type { TokenRefusal, TokenVerdict } from '../../oauth/contract/access-token.types';
import type { PolicyDenialCode } from '../../policy/contract/policy.types';
import type { Principal } from './principal.types';

/** The conditions for validating a token. */
export interface ValidateToken {
  /** With or without the prefix `Bearer `. */
  readonly token: string;
  /** Id or slug of the tenant that the token must belong to; `null` for any tenant. This value can only restrict access. */
  readonly tenant: string | null;
  /** Audience that the token must have; `null` accepts any audience except `/mcp` alone. */
  readonly expectedAudience: string | null;
  /** True to ignore an audience that the installation does not recognize: released clients send a resource or an action as the audience. */
  readonly ignoresUnknownAudience?: boolean;
}

/** The bearer of a token, or a principal identified by one of the installation's services. */
export type Requester =
  | {
      /** With or without the prefix `Bearer `. */
      readonly token: string;
      /** Id or slug of the tenant that the token must belong to; `null` for any tenant. */
      readonly tenant: string | null;
      /** Audience that the token must have, as in {@link ValidateToken}; any audience if omitted. */
      readonly expectedAudience?: string | null;
    }
  | {
      /** Id of a user or app; never a token. */
      readonly subject: string;
      /** Id of the subject's tenant. */
      readonly tenantId: string;
      readonly roles: readonly string[];
    };

/** A query that determines whether a principal is allowed to perform an action on a resource. */
export interface AuthorizeQuery {
  readonly principal: Requester;
  /** For example, `project.get`, `read` or `GET`. */
  readonly action: string;
  /** For example, `documents/doc-1`. */
  readonly resource: string;
  /**
   * Additional facts from the caller, as JSON; the policy receives them as `input.context`. `resource_tenant` and `resource_owner` also
   * become members of `input`. Verified facts (roles, client, tenant) replace members of the same name.
   */
  readonly context: Readonly<Record<string, unknown>>;
  /**
   * Required scopes, separated by spaces; the token must have all of them. A granted `jobs.*` covers `jobs.write`. Empty if no scope is
   * required.
   */
  readonly requiredScope: string;
}

/** An action by a stored principal: the same query that the action's API makes for the bearer of a token. */
export type PrincipalAct = Omit<AuthorizeQuery, 'principal'>;

/** Reasons why a stored principal can no longer act. */
export const PRINCIPAL_ENDS = {
  token_revoked: 'The token that set this work up, or one of its parent tokens, was revoked.',
  agent_expired: 'The token of the agent that set this work up has expired.',
  credential_ended: 'The API key that set this work up was revoked or has expired.',
  grant_revoked: 'The user withdrew the consent for this work.',
  user_inactive: 'The user who set this work up is suspended or deleted.',
  app_deleted: 'The app that set this work up was deleted.',
  tenant_inactive: 'The tenant is not active.',
} as const satisfies Readonly<Record<string, string>>;

export type PrincipalEnd = keyof typeof PRINCIPAL_ENDS;

/** Returns whether a denial means that the principal can no longer act at all, not only that this action is denied. */
export function isPrincipalEnd(code: string): code is PrincipalEnd {
  return Object.hasOwn(PRINCIPAL_ENDS, code);
}

export type AuthorizeDenial = TokenRefusal | 'insufficient_scope' | PolicyDenialCode;

interface Allowed {
  readonly allowed: true;
  /** The allowed principal. Absent if a separate sidecar decided. */
  readonly who?: { readonly roles: readonly string[]; readonly tenantId: string };
  /** Version of the tenant's policy that made the decision. Absent if the installation's own policy made it. */
  readonly policyRevision?: string;
}

interface Denied<Code> {
  readonly allowed: false;
  readonly code: Code;
  /** A message for users. */
  readonly reason: string;
  /** The reason for `unavailable`. */
  readonly outage?: OutageReason;
  /** As in {@link Allowed}. Also absent if the denial did not come from the policy. */
  readonly policyRevision?: string;
}

/** The decision. Not every denial is a verdict: {@link outageOfVerdict} returns the reason if no decision could be made. */
export type AuthorizeVerdict = Allowed | Denied<AuthorizeDenial>;

/** The decision for a stored principal, which might no longer be able to act. */
export type PrincipalVerdict = Allowed | Denied<AuthorizeDenial | PrincipalEnd>;

/** Returns why no decision could be made: an outage, or a policy without a result. `null` if a decision was made. */
export function outageOfVerdict({ code, outage = 'sidecar_unavailable' }: Denied<string>): OutageReason | null {
  if (code === 'unavailable') return outage;
  return isOutage(code) ? code : null;
}

/** Token validation, authorization and revocation as the sidecar provides them for every backend request. */
export abstract class AuthPort {
  /** Validates a token. Never throws for an invalid token; `refusal: 'unavailable'` if no decision could be made. */
  abstract validateToken(context: CallContext | null, query: ValidateToken): Promise<TokenVerdict>;

  /**
   * Validates the token, then checks the scopes, then evaluates the tenant's policy (`data.authz.allow`). No input makes it throw; an
   * outage results in the denial `unavailable`. A denial by the policy is recorded in the audit log, unless the caller declares that it
   * records denials itself.
   */
  abstract authorize(
    context: CallContext,
    query: AuthorizeQuery,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<AuthorizeVerdict>;

  /**
   * Decides whether a stored principal is allowed to act now, in the tenant of the context. Its token, credential, grant, user, app and
   * tenant must be valid ({@link PRINCIPAL_ENDS}). Its scopes, as currently allowed by the app, the credential and the user's role, must
   * cover the action. The tenant's policy is evaluated as in {@link authorize}. The installation itself (`system`) is allowed to act unless
   * the tenant is suspended or about to be deleted. A service of the installation that has no app is limited only by the tenant's policy.
   * No input makes it throw; it returns the denial `unavailable` if no decision can be made, and the work then waits.
   */
  abstract authorizePrincipal(
    context: CallContext,
    principal: Principal,
    act: PrincipalAct,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<PrincipalVerdict>;

  /**
   * Revokes the token that the caller presents. Resolves after the commit.
   * @returns whether the token is revoked now: false if this installation did not issue it, or if it belongs to a tenant other than the
   * given one.
   */
  abstract revokeToken(
    context: CallContext | null,
    token: string,
    tenant: string | null,
    reason: string,
  ): Promise<boolean>;

  /** Returns whether a token is refused because it is revoked. A token that cannot be checked counts as revoked. */
  abstract isRevoked(context: CallContext | null, token: string): Promise<boolean>;

  /** Returns the JWK Set as JSON. Errors: `unavailable`. */
  abstract jwks(context: CallContext | null): Promise<string>;
}
