import { Injectable } from '@nestjs/common';
import { Budget, limitsOf, STEPS_PER_MS } from '@coresdk/rego/node';
import { SlowWork } from '../../kernel/threads/slow-work';
import { Clock } from '../../kernel/time/clock';
import type { DocumentQuery, PolicyDecision, PolicyDocument, PolicyQuery } from './contract/policy.types';
import { decide, type DecisionRun } from './decide';
import { tooLate } from './denials';
import { evaluateDocument, noDocument } from './document';
import { charsOf } from './contract/input-text';
import { MainThreadShare } from './domain/main-thread-share';
import type { CachedPolicy } from './cached-policy';
import { PolicyDirectory } from './policy-directory';
import { AllowCache } from './allow-cache';

/**
 * The step limit of one decision: 10 ms for the most expensive steps in code that is not optimized yet; usually less than a millisecond.
 */
const MAX_STEPS = 10_000;
const LIMITS = limitsOf({ maxSteps: MAX_STEPS, deadlineMs: Number.POSITIVE_INFINITY });
/** The number of input characters parsed per millisecond on a slow machine. */
const INPUT_CHARS_PER_MS = 5_000;
const STEPS_PER_INPUT_CHAR = STEPS_PER_MS / INPUT_CHARS_PER_MS;
/** Text inputs of at least this length are sent to a worker thread unparsed. */
const MAX_INPUT_CHARS = 32 * 1024;
/** Decisions with fewer steps are not worth a clock reading. */
const SMALL_STEPS = 1_000;

/**
 * Makes the decisions that are short enough for the main thread. The cost is measured in steps instead of time, so that it does not depend
 * on the machine's load.
 */
@Injectable()
export class MainThreadDecisions {
  private readonly share = new MainThreadShare();
  private readonly remembered: AllowCache;
  /** True if the running decision has read anything other than its input. */
  private lookedOutside = false;
  private readonly onOutside = (): void => {
    this.lookedOutside = true;
  };

  constructor(
    private readonly directory: PolicyDirectory,
    private readonly clock: Clock,
    private readonly slowWork: SlowWork,
  ) {
    this.remembered = new AllowCache(() => directory.wall().places);
  }

  /**
   * Decides immediately, or returns `null` if a worker thread must decide.
   * @param nowMs the monotonic time, passed in because a clock reading is a significant part of a small decision's cost.
   */
  decide({ compiled: policy, version }: CachedPolicy, query: PolicyQuery, nowMs: number): PolicyDecision | null {
    if (this.isLate(query)) return tooLate(query, version);
    if (policy === null) return null;
    const key = this.remembered.keyOf(policy, query);
    if (key !== null && this.remembered.has(key)) return policy.allowed.decision;
    const decided = this.within(query, nowMs, (run) => decide(policy, this.directory.wall(), query, run));
    if (key !== null && decided === policy.allowed && !this.lookedOutside) this.remembered.add(key);
    return decided && decided.decision;
  }

  /** Evaluates a document under the same rules as {@link decide}. */
  document({ compiled: policy, version }: CachedPolicy, query: DocumentQuery, nowMs: number): PolicyDocument | null {
    if (this.isLate(query)) return noDocument(tooLate(query, version));
    if (policy === null) return null;
    return this.within(query, nowMs, (run) => evaluateDocument(policy, this.directory.wall(), query, run));
  }

  private isLate({ deadlineMs }: PolicyQuery): boolean {
    return deadlineMs !== null && deadlineMs <= this.clock.nowMs();
  }

  /**
   * Returns the result of `work`, or `null` if the work exceeds the limits of the main thread, in which case a worker thread must do it.
   */
  private within<T>({ tenantId, rule, input }: PolicyQuery, nowMs: number, work: (run: DecisionRun) => T): T | null {
    const inputChars = charsOf(input);
    if (inputChars > MAX_INPUT_CHARS) return null;
    if (!this.share.mayUse(tenantId, nowMs)) {
      this.slowWork.throttled({ kind: 'policy.decide', tenantId, resource: rule }, 'main_thread');
      return null;
    }
    const budget = new Budget(LIMITS);
    budget.step(Math.ceil(inputChars * STEPS_PER_INPUT_CHAR));
    this.lookedOutside = false;
    const made = work({ budget, onOutside: this.onOutside });
    const { usedSteps } = budget;
    if (usedSteps >= SMALL_STEPS) {
      const endedMs = performance.now();
      this.share.used(tenantId, usedSteps, endedMs);
      this.slowWork.took({ kind: 'policy.decide', tenantId, resource: rule }, endedMs - nowMs);
    }
    // The work was stopped, so a worker thread repeats it with a higher step limit.
    return usedSteps > MAX_STEPS ? null : made;
  }
}
