import { type TenantScheduler, tenantScheduler } from '../../kernel/threads/tenant-scheduler';
import type { EvaluationContext, FlagEvaluation } from './contract/flag-evaluation.types';
import type { FlagSet } from './engine/flag-set';
import { SharedWork } from './engine/work-limit';

/**
 * Evaluates every flag of a set in document order, in the tenant's turns. The set never changes, so all evaluations use one version. Once
 * the call's steps are used up, the remaining flags evaluate to an error.
 */
export function evaluateAll(
  tenantId: string,
  set: FlagSet,
  by: EvaluationContext,
  turns: TenantScheduler = tenantScheduler,
): Promise<readonly FlagEvaluation[]> {
  return turns.runSliced({ kind: 'flags.evaluate', tenantId }, evaluations(set, by));
}

function* evaluations(set: FlagSet, by: EvaluationContext): Generator<undefined, FlagEvaluation[], undefined> {
  const done: FlagEvaluation[] = [];
  const work = new SharedWork();
  for (const key of set.keys) {
    done.push(work.isSpent ? tooLate(key) : work.share((limit) => set.evaluate(key, by, limit)));
    yield;
  }
  return done;
}

function tooLate(key: string): FlagEvaluation {
  const errorMessage = 'No steps were left for this flag. Simplify the targeting of the flags before it.';
  return { key, enabled: false, variant: null, reason: 'ERROR', errorCode: 'GENERAL', errorMessage, metadata: {} };
}
