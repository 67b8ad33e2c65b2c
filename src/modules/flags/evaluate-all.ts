import { type TenantScheduler, tenantScheduler } from '../../kernel/threads/tenant-scheduler';
import type { EvaluationContext, FlagEvaluation } from './contract/flag-evaluation.types';
import type { FlagSet } from './engine/flag-set';
import { SharedWork } from './engine/work-limit';

/**
 * Evaluates every flag of a set in the order of its document, in the tenant's turns. The set never changes, so all
 * evaluations are of one version. Once the steps of the call are used up, the remaining flags are evaluations with an error.
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
  const errorMessage = 'There were no steps left for this flag; make the targeting of the flags before it simpler.';
  return { key, enabled: false, variant: null, reason: 'ERROR', errorCode: 'GENERAL', errorMessage, metadata: {} };
}
