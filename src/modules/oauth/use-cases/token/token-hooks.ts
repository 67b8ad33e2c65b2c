import { Injectable } from '@nestjs/common';
import { httpContext } from '../../../../kernel/context/call-context';
import { AppError, outage } from '../../../../kernel/errors/app-error';
import type { Client } from '../../../apps/contract/apps.types';
import { PolicyPort } from '../../../policy/contract/policy.port';
import type { User } from '../../../users/contract/users.types';
import { type AccessTokenClaims, actorOfClaims } from '../../contract/access-token.types';
import type { OauthRequest } from '../../contract/oauth.types';
import { type ClaimRule, type HookedGrant, TOKEN_POLICY_PATH } from '../../contract/token-claims.types';
import { appFacts, type ClaimFacts, userFacts } from '../../domain/claims/claim-facts';
import { claimsOfRules } from '../../domain/claims/claim-rules';
import { type HookedTokens, hookTokens, PLAIN_TOKENS, tokenPolicyInput } from '../../domain/claims/hook-token';
import { readTokenDecision, type TokenDecision } from '../../domain/claims/token-decision';
import { TokenClaimsCache } from '../../token-claims-cache';

/** The request for tokens whose claims the tenant decides. */
export interface HookRequest {
  readonly grant: HookedGrant;
  readonly request: Pick<OauthRequest, 'requestId' | 'ip' | 'traceparent'>;
}

/** Tokens that are about to be issued. */
export interface HookedIssuance extends HookRequest {
  readonly client: Client;
  /** `null` for a client's own token. */
  readonly person: { readonly user: User; readonly groups: readonly string[] } | null;
  /** The claims of the access token without custom claims. */
  readonly claims: AccessTokenClaims;
}

/**
 * Lets a tenant decide about tokens: its rules set claims, and its policy sets claims, shortens the lifetime or denies the token. Nothing
 * is evaluated for a tenant without rules whose policy does not define `data.coresdk.token`.
 */
@Injectable()
export class TokenHooks {
  constructor(
    private readonly cache: TokenClaimsCache,
    private readonly policy: PolicyPort,
  ) {}

  /**
   * Returns the custom part of the tokens. Errors: `access_denied` if the policy denies the token, and if the rules or the policy have no
   * usable result; `unavailable` if it cannot be determined whether a policy decides.
   */
  async run(issuance: HookedIssuance): Promise<HookedTokens> {
    const tenantId = issuance.claims.tenant_id;
    const tenant = await this.cache.of(tenantId);
    const rules = tenant.rulesFor(issuance.client);
    const decides = tenant.isPolicyEnabled && (await this.isDefined(issuance));
    if (rules.length === 0 && !decides) return PLAIN_TOKENS;
    const facts = factsOf(issuance);
    const hooked = hookTokens(rules, facts, decides ? await this.decide(issuance, rules, facts) : null);
    if (hooked.outcome === 'issue') return hooked.tokens;
    if (hooked.outcome === 'deny') throw tokenDenied(hooked.message);
    throw new AppError('access_denied', `The token cannot be issued: ${hooked.message}`);
  }

  private isDefined({ claims, request }: HookedIssuance): Promise<boolean> {
    return this.policy.defines(contextOf(claims, request), claims.tenant_id, TOKEN_POLICY_PATH);
  }

  /** Returns the policy's decision; `null` if a policy without the document has been activated meanwhile. Errors: `unavailable`. */
  private async decide(
    { claims, request }: HookedIssuance,
    rules: readonly ClaimRule[],
    facts: ClaimFacts,
  ): Promise<TokenDecision | null> {
    const planned = { ...claimsOfRules(rules, 'access_token', facts), ...claims };
    const query = {
      tenantId: claims.tenant_id,
      rule: TOKEN_POLICY_PATH,
      input: { value: tokenPolicyInput(facts, planned, request.ip) },
      deadlineMs: null,
      // An error in a built-in function would otherwise only make a `deny` rule undefined.
      isStrict: true,
      linePrefix: null,
    };
    const recorded = { callerRecordsDenials: true };
    const { json, decision } = await this.policy.document(contextOf(claims, request), query, recorded);
    if (json !== null) return readTokenDecision(json);
    if (decision.code === 'no_such_rule') return null;
    if (decision.code === 'unavailable') {
      throw outage(decision.outage ?? 'policy_unavailable', { message: decision.reason });
    }
    return { outcome: 'fault', message: decision.reason };
  }
}

/** Returns the error for a token that the tenant's policy denies, with the policy's messages. */
function tokenDenied(message: string): AppError {
  return new AppError('access_denied', message === '' ? 'The token policy denies this token.' : message);
}

function contextOf(claims: AccessTokenClaims, request: HookRequest['request']) {
  return httpContext(request, { tenantId: claims.tenant_id, appId: claims.app_id, actor: actorOfClaims(claims) });
}

function factsOf({ grant, client, person, claims }: HookedIssuance): ClaimFacts {
  return {
    grant,
    app: appFacts(client),
    user: person === null ? null : userFacts(person.user, person.groups),
    scopes: claims.scope === '' ? [] : claims.scope.split(' '),
    audiences: [claims.aud].flat(),
  };
}
