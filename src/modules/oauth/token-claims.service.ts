import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { isStorable } from '../../kernel/database/jsonb';
import type { StagedEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { assertCondition, type Condition } from '../../kernel/http/conditions/conditions';
import { Clock } from '../../kernel/time/clock';
import { AppsPort } from '../apps/contract/apps.port';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { PolicyPort } from '../policy/contract/policy.port';
import type { TokenClaimsPort } from './contract/token-claims.port';
import {
  CLAIM_LIMITS,
  type ClaimRule,
  type NewTokenClaims,
  TOKEN_POLICY_PATH,
  type TokenClaims,
  type TokenClaimsReport,
  tokenClaimsTag,
  type TokenClaimsTrial,
  type TokenPolicy,
} from './contract/token-claims.types';
import { ruleFaults } from './domain/claims/rule-faults';
import { type StoredRules, type StoredSwitch, TokenClaimsRepository } from './storage/token-claims.repository';
import { TryTokenClaims } from './use-cases/try-token-claims';

/** The app whose rules are read or changed: its id and the time of its registration. `null` for the tenant itself. */
type Owner = { readonly id: string; readonly since: Date } | null;

@Injectable()
export class TokenClaimsService implements TokenClaimsPort {
  constructor(
    private readonly repository: TokenClaimsRepository,
    private readonly apps: AppsPort,
    private readonly policies: PolicyPort,
    private readonly trial: TryTokenClaims,
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
  ) {}

  async get(context: CallContext, appId: string | null): Promise<TokenClaims> {
    const owner = await this.ownerOf(context, appId);
    return toTokenClaims(await this.repository.find(requireTenant(context), appId), owner);
  }

  async put(
    context: CallContext,
    appId: string | null,
    { rules }: NewTokenClaims,
    condition: Condition,
  ): Promise<TokenClaims> {
    const tenantId = requireTenant(context);
    assertUsable(rules);
    const owner = await this.ownerOf(context, appId);
    const stored = await this.repository.locked(tenantId, appId, async (tx, before) => {
      assertCondition(condition, tokenClaimsTag(toTokenClaims(before, owner)), 'The set of claim rules');
      if (
        appId !== null &&
        before === null &&
        (await this.repository.countApps(tx, tenantId)) >= CLAIM_LIMITS.maxApps
      ) {
        throw new AppError('conflict', `At most ${CLAIM_LIMITS.maxApps} apps of a tenant can have claim rules.`);
      }
      const version = (before?.version ?? 0) + 1;
      const metadata = { version, rules: rules.length, claims: [...new Set(rules.map(({ claim }) => claim))] };
      const event = this.event(context, appId === null ? 'token_claims.put' : 'token_claims.app.put', appId, metadata);
      return this.repository.store(tx, tenantId, { appId, version, rules, updatedBy: context.actor.id }, event);
    });
    await this.feed.catchUp();
    return toTokenClaims(stored, owner);
  }

  async policy(context: CallContext): Promise<TokenPolicy> {
    const tenantId = requireTenant(context);
    return this.toPolicy(context, tenantId, await this.repository.findSwitch(tenantId));
  }

  async setPolicy(context: CallContext, enabled: boolean): Promise<TokenPolicy> {
    const tenantId = requireTenant(context);
    if (!context.isPlatformAdmin) {
      throw new AppError('forbidden', 'Only the operator of the installation can turn the token policy on or off.');
    }
    const event = this.event(context, 'token_claims.policy.put', null, { enabled });
    const stored = await this.repository.storeSwitch(tenantId, enabled, context.actor.id, event);
    await this.feed.catchUp();
    return this.toPolicy(context, tenantId, stored);
  }

  async try(context: CallContext, trial: TokenClaimsTrial): Promise<TokenClaimsReport> {
    if (trial.rules !== undefined) assertUsable(trial.rules);
    await this.ownerOf(context, trial.appId ?? null);
    return this.trial.run(context, trial);
  }

  private async ownerOf(context: CallContext, appId: string | null): Promise<Owner> {
    if (appId === null) return null;
    return { id: appId, since: new Date((await this.apps.get(context, appId)).created_at) };
  }

  private async toPolicy(context: CallContext, tenantId: string, stored: StoredSwitch | null): Promise<TokenPolicy> {
    return {
      enabled: stored?.enabled !== false,
      defined: await this.policies.defines(context, tenantId, TOKEN_POLICY_PATH),
      updatedAt: stored?.updatedAt.toISOString() ?? null,
      updatedBy: stored?.updatedBy ?? null,
    };
  }

  private event(
    context: CallContext,
    action: string,
    appId: string | null,
    metadata: Readonly<Record<string, unknown>>,
  ): StagedEvent {
    const audited = { action, resourceType: 'token_claims', resourceId: appId ?? '', metadata };
    return stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
  }
}

/** Throws for rules that cannot be stored or must not be. Errors: `invalid_request`. */
function assertUsable(rules: readonly ClaimRule[]): void {
  const fields = ruleFaults(rules);
  const [fault] = fields;
  if (fault) {
    throw new AppError('invalid_request', `The rules are invalid at ${fault.pointer}: ${fault.message}`, { fields });
  }
  if (!isStorable(rules)) {
    throw new AppError('invalid_request', 'The rules contain a NUL character or half of a surrogate pair.');
  }
}

/** Returns rules as callers see them. Rules that are older than their app were for a deleted app with the same id. */
function toTokenClaims(stored: StoredRules | null, owner: Owner): TokenClaims {
  if (stored === null) return { rules: [], version: 0, updatedAt: null, updatedBy: null };
  const { version, rules, updatedAt, updatedBy } = stored;
  if (owner !== null && updatedAt < owner.since) return { rules: [], version, updatedAt: null, updatedBy: null };
  return { rules: [...rules], version, updatedAt: updatedAt.toISOString(), updatedBy };
}
