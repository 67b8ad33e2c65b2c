import type { ClaimRule } from '../../contract/token-claims.types';
import type { ClaimFacts } from './claim-facts';
import { claimsOfRules, type CustomClaims } from './claim-rules';
import { customClaimsFault } from './custom-claims';
import type { TokenDecision } from './token-decision';

/** The custom part of the tokens of one issuance. */
export interface HookedTokens {
  readonly accessToken: CustomClaims;
  readonly idToken: CustomClaims;
  /** The lifetime that the policy wants; `null` for the app's own. */
  readonly lifetimeSeconds: number | null;
}

/** The outcome of the hooks. `fault` denies the token too: its rules or its policy have no usable result. */
export type HookOutcome =
  | { readonly outcome: 'issue'; readonly tokens: HookedTokens }
  | { readonly outcome: 'deny' | 'fault'; readonly message: string };

/** Tokens without custom claims. */
export const PLAIN_TOKENS: HookedTokens = Object.freeze({ accessToken: {}, idToken: {}, lifetimeSeconds: null });

/**
 * Returns the input of a tenant's policy for `data.coresdk.token`.
 * @param claims the claims that the access token has without the policy, including those of the rules.
 */
export function tokenPolicyInput(
  { grant, app, user, scopes, audiences }: ClaimFacts,
  claims: Readonly<Record<string, unknown>>,
  ip: string | null,
): Readonly<Record<string, unknown>> {
  return { grant, app, user, scopes, audience: audiences, claims, request: { ip } };
}

/**
 * Combines rules and the policy's decision. The policy's claims are for the access token and replace those of the rules.
 * @param decision `null` if no policy decides.
 */
export function hookTokens(
  rules: readonly ClaimRule[],
  facts: ClaimFacts,
  decision: TokenDecision | null,
): HookOutcome {
  if (decision?.outcome === 'deny') return { outcome: 'deny', message: decision.messages.join(' ') };
  if (decision?.outcome === 'fault') return decision;
  const accessToken = { ...claimsOfRules(rules, 'access_token', facts), ...decision?.claims };
  const idToken = facts.scopes.includes('openid') ? claimsOfRules(rules, 'id_token', facts) : {};
  const fault = customClaimsFault(accessToken, facts.user) ?? customClaimsFault(idToken, facts.user);
  if (fault !== null) return { outcome: 'fault', message: fault };
  return { outcome: 'issue', tokens: { accessToken, idToken, lifetimeSeconds: decision?.lifetimeSeconds ?? null } };
}
