import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { PolicyBundlesPort, type TriedDocument } from '../../policy/contract/policy-bundles.port';
import { PolicyPort } from '../../policy/contract/policy.port';
import {
  type ClaimRule,
  TOKEN_POLICY_PATH,
  type TokenClaimsReport,
  type TokenClaimsTrial,
  type TriedIssuance,
} from '../contract/token-claims.types';
import { claimsOfRules } from '../domain/claims/claim-rules';
import { effectOf, summaryOf } from '../domain/claims/compare-outcomes';
import { tokenPolicyInput } from '../domain/claims/hook-token';
import { readTokenDecision, type TokenDecision } from '../domain/claims/token-decision';
import { outcomeOf } from '../domain/claims/try-outcome';
import { TokenClaimsCache } from '../token-claims-cache';
import { PastIssuances, type PastIssuance, type RepeatableIssuance } from './past-issuances';

const NOTES = [
  'Users, groups and apps are those of today, not those of the time of the issuance.',
  'The audience is the issuer: issuances do not record the resources for which a token was requested.',
  'The claims about the sign-in, such as sid, auth_time and amr, are missing in the input of the policy.',
];
const TURNED_OFF = 'The operator turned the token policy off. Only a draft policy decides here.';
const TOO_SLOW = 'The policy took too long for the issuances before this one.';

type Repeatable = Extract<RepeatableIssuance, { readonly skipped: null }>;

/** Rules and a policy with which issuances are repeated. */
interface Version {
  readonly rulesOf: (issuance: Repeatable) => readonly ClaimRule[];
  /** A draft of the policy; `live` for the active policy, `off` if no policy decides. */
  readonly policy: { readonly draft: string } | 'live' | 'off';
}

/** A decision: `null` if the policy does not decide, `undefined` if there was no time for it. */
type Decided = TokenDecision | null | undefined;

/** Repeats issuances with drafts (`POST /v1/token-claims/try`). */
@Injectable()
export class TryTokenClaims {
  constructor(
    private readonly issuances: PastIssuances,
    private readonly cache: TokenClaimsCache,
    private readonly policies: PolicyPort,
    private readonly bundles: PolicyBundlesPort,
  ) {}

  /** Errors: `unprocessable` for a policy that does not compile; `unavailable`. */
  async run(context: CallContext, trial: TokenClaimsTrial): Promise<TokenClaimsReport> {
    const tenantId = requireTenant(context);
    const tenant = await this.cache.of(tenantId);
    const isDefined = await this.policies.defines(context, tenantId, TOKEN_POLICY_PATH);
    const live: Version = {
      rulesOf: ({ client }) => tenant.rulesFor(client),
      policy: tenant.isPolicyEnabled && isDefined ? 'live' : 'off',
    };
    const { rules, policy, appId, last } = trial;
    const draft: Version = {
      rulesOf: rules === undefined ? live.rulesOf : ({ client }) => tenant.withDraft(rules, appId ?? null, client),
      policy: policy === undefined ? live.policy : { draft: policy },
    };
    const past = await this.issuances.last(context, appId ?? null, last);
    const repeatable = past.filter((issuance) => issuance.skipped === null);
    const before = await this.decide(context, live, repeatable);
    const after = await this.decide(context, draft, repeatable);
    const items = past.map((issuance) => {
      if (issuance.skipped !== null) return skipped(issuance, issuance.skipped);
      const place = repeatable.indexOf(issuance);
      return repeat(issuance, live, draft, before[place], after[place]);
    });
    const notes = tenant.isPolicyEnabled ? NOTES : [...NOTES, TURNED_OFF];
    return { summary: summaryOf(items), notes, items };
  }

  /** Returns the decision for each issuance. */
  private async decide(
    context: CallContext,
    { rulesOf, policy }: Version,
    issuances: readonly Repeatable[],
  ): Promise<readonly Decided[]> {
    if (policy === 'off') return issuances.map(() => null);
    const inputs = issuances.map((issuance) => {
      const { facts, claims, ip } = issuance;
      return tokenPolicyInput(facts, { ...claimsOfRules(rulesOf(issuance), 'access_token', facts), ...claims }, ip);
    });
    const draft = policy === 'live' ? null : policy.draft;
    const { isDefined, documents } = await this.bundles.tryDocuments(context, {
      path: TOKEN_POLICY_PATH,
      draft,
      inputs,
    });
    return issuances.map((_issuance, place) => (isDefined ? decisionOf(documents[place]) : null));
  }
}

function decisionOf(document: TriedDocument | undefined): Decided {
  if (document === undefined) return undefined;
  return document.json === null ? { outcome: 'fault', message: document.reason } : readTokenDecision(document.json);
}

function repeat(
  issuance: Repeatable,
  live: Version,
  draft: Version,
  decidedBefore: Decided,
  decidedAfter: Decided,
): TriedIssuance {
  if (decidedBefore === undefined || decidedAfter === undefined) return skipped(issuance, TOO_SLOW);
  const { facts, client } = issuance;
  const lifetime = client.accessTokenTtlSeconds;
  const before = outcomeOf(live.rulesOf(issuance), facts, decidedBefore, lifetime);
  const after = outcomeOf(draft.rulesOf(issuance), facts, decidedAfter, lifetime);
  return { ...shown(issuance), effect: effectOf(before, after), skipped: null, before, after };
}

function skipped(issuance: PastIssuance, reason: string): TriedIssuance {
  return { ...shown(issuance), effect: 'skipped', skipped: reason, before: null, after: null };
}

function shown({ at, grant, appId, userId, scopes }: PastIssuance): PastIssuance {
  return { at, grant, appId, userId, scopes };
}
