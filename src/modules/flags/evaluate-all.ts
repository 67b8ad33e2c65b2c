import { setImmediate } from 'node:timers/promises';
import type { EvaluationContext, FlagEvaluation } from './contract/flag-evaluation.types';
import type { FlagSet } from './engine/flag-set';
import { SharedWork } from './engine/work-limit';

/** Longest that others wait meanwhile. */
const TURN_MS = 20;
/** Longest time for one caller, preparing the flags of a new version included; what takes longer was made to. */
const BUDGET_MS = 1_000;

/**
 * Every flag of a set, in the order of its document. Others get their turn in between; the set never changes, so that all
 * evaluations are of one version nevertheless. What there is no time for is an evaluation with an error.
 * @param nowMs monotonic time.
 */
export async function evaluateAll(
  set: FlagSet,
  by: EvaluationContext,
  nowMs: () => number = () => performance.now(),
): Promise<readonly FlagEvaluation[]> {
  const evaluations: FlagEvaluation[] = [];
  const work = new SharedWork();
  let spentMs = 0;
  let turnBegan = nowMs();
  for (const key of set.keys) {
    const turnMs = nowMs() - turnBegan;
    if (turnMs > TURN_MS) {
      spentMs += turnMs;
      await setImmediate();
      turnBegan = nowMs();
    }
    const isLate = spentMs > BUDGET_MS || work.isSpent;
    evaluations.push(isLate ? tooLate(key) : work.share((limit) => set.evaluate(key, by, limit)));
  }
  return evaluations;
}

function tooLate(key: string): FlagEvaluation {
  const errorMessage = 'There was no time left for this flag; make the targeting of the flags before it simpler.';
  return { key, enabled: false, variant: null, reason: 'ERROR', errorCode: 'GENERAL', errorMessage, metadata: {} };
}
