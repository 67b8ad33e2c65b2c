import type { AccessTokenClaims } from '../../oauth/contract/access-token.types';
import type { PrincipalAct } from '../contract/auth.port';

/** The known facts about a principal, from a verified token or from a service of the installation. */
export interface PrincipalFacts {
  readonly subject: string;
  readonly tenantId: string;
  readonly roles: readonly string[];
  /** `null` for a principal without a token. Scopes limit such a principal only if {@link scopes} is set. */
  readonly claims: AccessTokenClaims | null;
  /** Scopes of one of the installation's services, which have no tokens; absent for all other principals. */
  readonly scopes?: readonly string[];
}

/**
 * Returns the policy's `input` (policies/default/authz.rego). If the caller's context and the verified facts disagree, the facts take
 * precedence.
 */
export function authorizationInput(
  { subject, tenantId, roles, claims, scopes: given }: PrincipalFacts,
  { action, resource, context }: PrincipalAct,
): Readonly<Record<string, unknown>> {
  const { resource_tenant: named, resource_owner: owner } = context;
  // A tenant can be named by its id or its slug. The policy compares only ids.
  const owningTenant = claims !== null && named === claims.tenant_slug ? tenantId : named;
  const verified = { subject, tenant_id: tenantId, roles };
  const lifted = {
    ...(owningTenant === undefined ? {} : { resource_tenant: owningTenant }),
    ...(owner === undefined ? {} : { resource_owner: owner }),
  };
  const asked = { action, resource, subject, tenant_id: tenantId, ...lifted };
  if (claims === null) {
    const scopes = given === undefined ? {} : { scopes: given };
    return { ...asked, ...scopes, context: { ...context, ...lifted, ...verified, ...scopes } };
  }
  const { client_id: clientId, app_id: appId, tenant_slug: tenantSlug } = claims;
  const scopes = scopesOf(claims);
  return {
    ...asked,
    scopes,
    claims,
    context: {
      ...context,
      ...lifted,
      ...verified,
      scopes,
      client_id: clientId,
      app_id: appId,
      tenant_slug: tenantSlug,
    },
  };
}

/** Returns the scopes that were granted to a token. */
export function scopesOf({ scope }: AccessTokenClaims): readonly string[] {
  return scope.split(' ').filter((each) => each !== '');
}
