import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { outage, outageOf, toAppError } from '../../kernel/errors/app-error';
import { Clock } from '../../kernel/time/clock';
import type { PolicyPort } from './contract/policy.port';
import type {
  DocumentQuery,
  PolicyDecision,
  PolicyDocument,
  PolicyExplanation,
  PolicyQuery,
  PolicyUpdate,
} from './contract/policy.types';
import { DecisionRecorder } from './decision-recorder';
import { notHad } from './denials';
import { noDocument } from './document';
import { unexplained } from './explain';
import type { CachedPolicy } from './cached-policy';
import { MainThreadDecisions } from './main-thread-decisions';
import { MissingPaths } from './missing-paths';
import { PolicyCache } from './policy-cache';
import { PolicyWatch } from './policy-watch';
import { DecisionThreads } from './threads/decision-threads';

/**
 * The maximum wait for a policy, and for a worker thread when the caller sets no deadline: below the 5 s after which public clients give up
 * and allow access.
 */
const MAX_WAIT_MS = 4_000;
/** The maximum wait for a deadline: timers cannot wait for longer than a few weeks. */
const MAX_DEADLINE_MS = 600_000;
const MICROS_PER_MS = 1_000;

@Injectable()
export class PolicyService implements PolicyPort {
  private readonly missing = new MissingPaths();

  constructor(
    private readonly here: MainThreadDecisions,
    private readonly threads: DecisionThreads,
    private readonly holder: PolicyCache,
    private readonly recorder: DecisionRecorder,
    private readonly watches: PolicyWatch,
    private readonly clock: Clock,
  ) {}

  /**
   * Synchronous while the policy is small and in memory, which is nearly always the case: an additional promise would cost as much as a
   * small rule.
   */
  evaluate(
    context: CallContext,
    query: PolicyQuery,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<PolicyDecision> {
    const began = performance.now();
    const toAudit = options?.callerRecordsDenials !== true;
    const policy = this.holder.current(query.tenantId);
    const decision = policy && this.here.decide(policy, query, began);
    if (decision === null) return this.evaluateApart(context, query, policy, toAudit, began);
    return Promise.resolve(this.conclude(context, query, decision, toAudit, began));
  }

  async document(
    context: CallContext,
    query: DocumentQuery,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<PolicyDocument> {
    const began = performance.now();
    const policy = await this.policyFor(query);
    const document =
      'allowed' in policy
        ? noDocument(policy)
        : (this.here.document(policy, query, began) ??
          (await this.threads.document(policy.portable, query, this.waitMs(query))));
    if (!('allowed' in policy) && document.decision.code === 'no_such_rule') this.missing.note(policy, query.rule);
    this.conclude(context, query, document.decision, options?.callerRecordsDenials !== true, began);
    return document;
  }

  async defines(_context: CallContext, tenantId: string, path: string): Promise<boolean> {
    const policy = this.holder.current(tenantId) ?? (await this.policyFor({ tenantId, rule: path, deadlineMs: null }));
    if ('allowed' in policy) throw outage(policy.outage ?? 'policy_unavailable', { message: policy.reason });
    return policy.compiled?.defines(path) ?? !this.missing.has(policy, path);
  }

  async dryRun(_context: CallContext, query: PolicyQuery): Promise<PolicyExplanation> {
    const policy = await this.policyFor(query);
    if ('allowed' in policy) return unexplained(policy);
    return this.threads.explain(policy.portable, query, this.waitMs(query));
  }

  watch(
    _context: CallContext,
    tenantId: string,
    lastVersion: number | null,
    signal: AbortSignal,
  ): AsyncIterable<PolicyUpdate> {
    return this.watches.watch(tenantId, lastVersion, signal);
  }

  /**
   * Decides in a worker thread. @param held the policy with which the main thread could not decide; `null` if no policy is in memory yet.
   */
  private async evaluateApart(
    context: CallContext,
    query: PolicyQuery,
    held: CachedPolicy | null,
    toAudit: boolean,
    began: number,
  ): Promise<PolicyDecision> {
    const policy = held ?? (await this.policyFor(query));
    const decision = 'allowed' in policy ? policy : await this.decideBy(policy, query, held === null);
    return this.conclude(context, query, decision, toAudit, began);
  }

  private async decideBy(policy: CachedPolicy, query: PolicyQuery, mayBeHere: boolean): Promise<PolicyDecision> {
    const here = mayBeHere ? this.here.decide(policy, query, performance.now()) : null;
    return here ?? this.threads.decide(policy.portable, query, this.waitMs(query));
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

  /** Returns the tenant's policy, or a denial if the policy is not available in time. */
  private async policyFor(query: Omit<PolicyQuery, 'input'>): Promise<CachedPolicy | PolicyDecision> {
    const held = this.holder.current(query.tenantId);
    if (held) return held;
    const gaveUp = new AbortController();
    const giveUp = sleep(Math.min(MAX_WAIT_MS, this.waitMs(query)), null, { ref: false, signal: gaveUp.signal }).catch(
      () => null,
    );
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

  /** Returns the number of milliseconds for which the caller will keep waiting; 0 if it is no longer waiting. */
  private waitMs({ deadlineMs }: Pick<PolicyQuery, 'deadlineMs'>): number {
    const remaining = deadlineMs === null ? MAX_WAIT_MS : deadlineMs - this.clock.nowMs();
    return Math.max(0, Math.min(MAX_DEADLINE_MS, remaining));
  }
}
