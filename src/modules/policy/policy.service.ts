import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/config.module';
import type { CallContext } from '../../kernel/context/call-context';
import { outageOf, toAppError } from '../../kernel/errors/app-error';
import type { OutageReason } from '../../kernel/errors/reason';
import { Clock } from '../../kernel/time/clock';
import type { PolicyPort } from './contract/policy.port';
import type { PolicyDecision, PolicyExplanation, PolicyQuery, PolicyUpdate } from './contract/policy.types';
import { decide } from './decide';
import { DecisionRecorder } from './decision-recorder';
import { denial } from './domain/denial';
import { SlowDecisions } from './domain/slow-decisions';
import { explain, unexplained } from './explain';
import { PolicyDirectory } from './policy-directory';
import { PolicyHolder } from './policy-holder';
import { PolicyWatch } from './policy-watch';
import { policyConfig, type PolicyConfig } from './policy.config';
import type { EvaluateOptions } from './rego/policy-engine';
import { RememberedYes } from './remembered-yes';
import { type TenantPolicy, withData } from './tenant-policy';

/** Longest wait for a policy that is not in memory, below the 5 s after which public clients give up and let people in. */
const MAX_LOAD_MS = 4_000;
const MICROS_PER_MS = 1_000;

@Injectable()
export class PolicyService implements PolicyPort {
  /** Of queries whose caller waits at least as long; made once. */
  private readonly usual: EvaluateOptions;
  private readonly slow = new SlowDecisions();
  private readonly remembered: RememberedYes;
  /** Whether the decision that is being made asked for more than its input; set while it runs. */
  private lookedOutside = false;

  constructor(
    private readonly directory: PolicyDirectory,
    private readonly holder: PolicyHolder,
    private readonly recorder: DecisionRecorder,
    private readonly watches: PolicyWatch,
    private readonly clock: Clock,
    @InjectConfig(policyConfig) private readonly config: PolicyConfig,
  ) {
    this.usual = this.optionsWithin(config.POLICY_DEADLINE_MS);
    this.remembered = new RememberedYes(() => directory.wall().places);
  }

  /** Synchronous while the policy is in memory, which is nearly always: a promise more would cost as much as a small rule. */
  evaluate(
    context: CallContext,
    query: PolicyQuery,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<PolicyDecision> {
    const began = performance.now();
    const toAudit = options?.callerRecordsDenials !== true;
    const policy = this.holder.current(query.tenantId);
    if (policy === null) return this.evaluateCold(context, query, toAudit, began);
    return Promise.resolve(this.conclude(context, query, this.decideBy(policy, query, began), toAudit, began));
  }

  async dryRun(_context: CallContext, query: PolicyQuery): Promise<PolicyExplanation> {
    const policy = await this.policyFor(query);
    if ('allowed' in policy) return unexplained(policy);
    const options = this.optionsFor(query);
    if (options === null) return unexplained(tooLate(query, policy.version));
    return explain(policy, this.directory.wall(), query, options);
  }

  watch(
    _context: CallContext,
    tenantId: string,
    lastVersion: number | null,
    signal: AbortSignal,
  ): AsyncIterable<PolicyUpdate> {
    return this.watches.watch(tenantId, lastVersion, signal);
  }

  private async evaluateCold(
    context: CallContext,
    query: PolicyQuery,
    toAudit: boolean,
    began: number,
  ): Promise<PolicyDecision> {
    const policy = await this.policyFor(query);
    const decision = 'allowed' in policy ? policy : this.decideBy(policy, query, performance.now());
    return this.conclude(context, query, decision, toAudit, began);
  }

  /** @param began monotonic milliseconds; the reading of whoever has one, as each takes a part of a small decision. */
  private decideBy(policy: TenantPolicy, query: PolicyQuery, began: number): PolicyDecision {
    const options = this.optionsFor(query);
    if (options === null) return tooLate(query, policy.version);
    const key = this.remembered.keyOf(policy, query);
    if (key !== null && this.remembered.has(key)) return policy.plainYes.decision;
    if (!this.slow.mayDecide(query.tenantId, began)) return tooSlow(query, policy.version);
    this.lookedOutside = false;
    const decided = decide(policy, this.directory.wall(), query, options, began);
    if (key !== null && decided === policy.plainYes && !this.lookedOutside) this.remembered.add(key);
    const ended = performance.now();
    this.slow.spent(query.tenantId, (ended - began) * MICROS_PER_MS, ended);
    return decided.decision;
  }

  private conclude(
    context: CallContext,
    query: PolicyQuery,
    decision: PolicyDecision,
    toAudit: boolean,
    began: number,
  ): PolicyDecision {
    const micros = Math.round((performance.now() - began) * MICROS_PER_MS);
    this.recorder.record(context, query, decision, micros, toAudit);
    return decision;
  }

  /** The tenant's policy, or the denial that there is none to be had in time. */
  private async policyFor(query: PolicyQuery): Promise<TenantPolicy | PolicyDecision> {
    const held = this.holder.current(query.tenantId);
    if (held) return held;
    const limitMs = Math.min(MAX_LOAD_MS, this.remainingMs(query));
    const gaveUp = new AbortController();
    const giveUp = sleep(limitMs, null, { ref: false, signal: gaveUp.signal }).catch(() => null);
    try {
      const loaded = await Promise.race([this.holder.obtain(query.tenantId), giveUp]);
      if (loaded) return loaded;
      return notHad(query, 'policy_unavailable', 'The policy of this tenant could not be read in time.');
    } catch (thrown) {
      return notHad(query, outageOf(thrown) ?? 'policy_unavailable', toAppError(thrown).message);
    } finally {
      gaveUp.abort();
    }
  }

  /** `null` when nobody waits any more. */
  private optionsFor(query: PolicyQuery): EvaluateOptions | null {
    const remainingMs = this.remainingMs(query);
    if (remainingMs <= 0) return null;
    return remainingMs >= this.config.POLICY_DEADLINE_MS ? this.usual : this.optionsWithin(remainingMs);
  }

  private optionsWithin(deadlineMs: number): EvaluateOptions {
    return { limits: { deadlineMs }, onOutside: () => (this.lookedOutside = true) };
  }

  private remainingMs({ deadlineMs }: PolicyQuery): number {
    return deadlineMs === null ? Number.POSITIVE_INFINITY : deadlineMs - this.clock.nowMs();
  }
}

function notHad({ rule }: PolicyQuery, outage: OutageReason, words: string): PolicyDecision {
  return { ...denial('unavailable', words, null, withData(rule)), outage };
}

function tooLate({ rule }: PolicyQuery, version: number | null): PolicyDecision {
  return denial('deadline', 'The time of this call was over before it could be decided.', version, withData(rule));
}

function tooSlow({ rule }: PolicyQuery, version: number | null): PolicyDecision {
  const words = "This tenant's policy takes too long, so that decisions have to wait; make its rules faster.";
  return denial('limit', words, version, withData(rule));
}
