import type { ClaimRule, TriedOutcome } from '../../contract/token-claims.types';
import type { ClaimFacts } from './claim-facts';
import { claimsOfRules } from './claim-rules';
import { customClaimsFault } from './custom-claims';
import { hookTokens } from './hook-token';
import type { TokenDecision } from './token-decision';

const NOTHING = { accessToken: {}, idToken: {}, userinfo: {}, lifetimeSeconds: null };

/**
 * Returns the outcome of an issuance with these rules and this decision, including the userinfo response for its token.
 * @param ofApp the lifetime of the app's access tokens, in seconds.
 */
export function outcomeOf(
  rules: readonly ClaimRule[],
  facts: ClaimFacts,
  decision: TokenDecision | null,
  ofApp: number,
): TriedOutcome {
  const hooked = hookTokens(rules, facts, decision);
  if (hooked.outcome !== 'issue') {
    return { outcome: hooked.outcome === 'deny' ? 'denied' : 'failed', message: hooked.message, ...NOTHING };
  }
  const { accessToken, idToken, lifetimeSeconds } = hooked.tokens;
  const hasUserinfo = facts.user !== null && facts.scopes.includes('openid');
  const userinfo = hasUserinfo ? claimsOfRules(rules, 'userinfo', facts) : {};
  const fault = customClaimsFault(userinfo, facts.user);
  if (fault !== null) return { outcome: 'failed', message: `userinfo: ${fault}`, ...NOTHING };
  const lifetime = lifetimeSeconds === null ? ofApp : Math.min(ofApp, lifetimeSeconds);
  return { outcome: 'issued', message: null, accessToken, idToken, userinfo, lifetimeSeconds: lifetime };
}
