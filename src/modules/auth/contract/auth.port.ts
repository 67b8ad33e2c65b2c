import type { CallContext } from '../../../kernel/context/call-context';
import { isOutage, type OutageReason } from '../../../kernel/errors/reason';
import type { TokenRefusal, TokenVerdict } from '../../oauth/contract/access-token.types';
import type { PolicyDenialCode } from '../../policy/contract/policy.types';
import type { Principal } from './principal.types';

/** What to judge a token by, besides itself. */
export interface ValidateToken {
  /** With or without `Bearer ` before it. */
  readonly token: string;
  /** Id or slug of the tenant that the token must belong to; `null` for any. It only narrows. */
  readonly tenant: string | null;
  /** Audience that the token must have; `null` accepts any audience except `/mcp` alone. */
  readonly expectedAudience: string | null;
  /** Ignores an audience that the installation does not know: published clients send a resource or an action there. */
  readonly ignoresUnknownAudience?: boolean;
}

/** The bearer of a token, or somebody whom a service of the installation has identified itself. */
export type Requester =
  | {
      /** With or without `Bearer ` before it. */
      readonly token: string;
      /** Id or slug of the tenant that the token must belong to; `null` for any. */
      readonly tenant: string | null;
      /** Audience that the token must have, as {@link ValidateToken} has it; any when left out. */
      readonly expectedAudience?: string | null;
    }
  | {
      /** Id of a user or app; never a token. */
      readonly subject: string;
      /** Id of the subject's tenant. */
      readonly tenantId: string;
      readonly roles: readonly string[];
    };

/** May this principal do this? */
export interface AuthorizeQuery {
  readonly principal: Requester;
  /** `project.get`, `read` or `GET`. */
  readonly action: string;
  /** `documents/doc-1` */
  readonly resource: string;
  /**
   * What the caller knows besides, as JSON; `input.context` of the policy. `resource_tenant` and `resource_owner` become
   * members of `input` too. What is verified (roles, client, tenant) replaces what stands here under its name.
   */
  readonly context: Readonly<Record<string, unknown>>;
  /** Scopes separated by blanks, all of them needed; a granted `jobs.*` covers `jobs.write`. Empty: none. */
  readonly requiredScope: string;
}

/** An act of a stored principal: the same question that its API asks about the bearer of a token. */
export type PrincipalAct = Omit<AuthorizeQuery, 'principal'>;

/** Reasons for which a stored principal may do nothing any more. */
export const PRINCIPAL_ENDS = {
  token_revoked: 'The token that this work was set up with, or one that it was made from, was revoked.',
  agent_expired: 'The token of the agent that set this work up has expired.',
  credential_ended: 'The API key that this work was set up with was revoked or has expired.',
  grant_revoked: 'The user withdrew the consent that this work was set up with.',
  user_inactive: 'The user who set this work up is suspended or deleted.',
  app_deleted: 'The app that set this work up was deleted.',
  tenant_inactive: 'The tenant is not active.',
} as const satisfies Readonly<Record<string, string>>;

export type PrincipalEnd = keyof typeof PRINCIPAL_ENDS;

/** Whether a denial ends the principal itself, not only this act. */
export function isPrincipalEnd(code: string): code is PrincipalEnd {
  return Object.hasOwn(PRINCIPAL_ENDS, code);
}

export type AuthorizeDenial = TokenRefusal | 'insufficient_scope' | PolicyDenialCode;

interface Allowed {
  readonly allowed: true;
  /** Whom it was allowed to; absent in what a sidecar of its own decided. */
  readonly who?: { readonly roles: readonly string[]; readonly tenantId: string };
  /** Version of the tenant's policy that decided; absent when the installation's own did. */
  readonly policyRevision?: string;
}

interface Denied<Code> {
  readonly allowed: false;
  readonly code: Code;
  /** For people. */
  readonly reason: string;
  /** Beside `unavailable`: why. */
  readonly outage?: OutageReason;
  /** As above; absent too when it was not the policy that denied. */
  readonly policyRevision?: string;
}

/** Whether it may. Not every denial is a verdict: {@link outageOfVerdict} tells when the decision could not be had. */
export type AuthorizeVerdict = Allowed | Denied<AuthorizeDenial>;

/** The same about a stored principal, which may have ended. */
export type PrincipalVerdict = Allowed | Denied<AuthorizeDenial | PrincipalEnd>;

/** Why a decision could not be had: an outage, or a policy that gives none. `null` when it was made. */
export function outageOfVerdict({ code, outage = 'sidecar_unavailable' }: Denied<string>): OutageReason | null {
  if (code === 'unavailable') return outage;
  return isOutage(code) ? code : null;
}

/** Token validation, authorization and revocation as the sidecar serves them to every request of the backend. */
export abstract class AuthPort {
  /** Never throws for a bad token; `refusal: 'unavailable'` when the decision could not be had. */
  abstract validateToken(context: CallContext | null, query: ValidateToken): Promise<TokenVerdict>;

  /**
   * Judges the token, then the scopes, then asks the tenant's policy (`data.authz.allow`). Never throws for what it is
   * asked; an outage denies as `unavailable`. A denial by the policy is recorded in the audit log, unless the caller says
   * that it records denials itself.
   */
  abstract authorize(
    context: CallContext,
    query: AuthorizeQuery,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<AuthorizeVerdict>;

  /**
   * Decides whether a stored principal may act now, in the tenant of the context: its token, credential, grant, user, app and
   * tenant must stand ({@link PRINCIPAL_ENDS}), its scopes must cover the act as the app, the credential and the user's role
   * have them now, and the tenant's policy is asked as {@link authorize} asks it. The installation itself (`system`) may
   * act unless the tenant is suspended or about to be deleted; a service of it without an app is bound by the tenant's policy alone.
   * Never throws for what it is asked; `unavailable` when the decision cannot be had: work then waits.
   */
  abstract authorizePrincipal(
    context: CallContext,
    principal: Principal,
    act: PrincipalAct,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<PrincipalVerdict>;

  /**
   * Revokes the token that the caller holds; resolves after the commit.
   * @returns whether the token is revoked now: false for one that is not ours, or of another tenant than named.
   */
  abstract revokeToken(
    context: CallContext | null,
    token: string,
    tenant: string | null,
    reason: string,
  ): Promise<boolean>;

  /** Whether a token is refused for being revoked. Anything that cannot be decided counts as revoked. */
  abstract isRevoked(context: CallContext | null, token: string): Promise<boolean>;

  /** The JWK Set as JSON text. Errors: `unavailable`. */
  abstract jwks(context: CallContext | null): Promise<string>;
}
