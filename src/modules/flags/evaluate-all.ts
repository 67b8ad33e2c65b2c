import { setImmediate } from 'node:timers/promises';
import type { EvaluationContext, FlagEvaluation } from './contract/flag-evaluation.types';
import type { FlagSet } from './engine/flag-set';

/** Longest that others wait meanwhile. */
const TURN_MS = 20;
/** Longest work for one caller: thousands of flags take a tenth; what takes longer was made to. */
const BUDGET_MS = 2_000;

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
  let spentMs = 0;
  let turnBegan = nowMs();
  for (const key of set.keys) {
    const turnMs = nowMs() - turnBegan;
    if (turnMs > TURN_MS) {
      spentMs += turnMs;
      await setImmediate();
      turnBegan = nowMs();
    }
    evaluations.push(spentMs > BUDGET_MS ? tooLate(key) : set.evaluate(key, by));
  }
  return evaluations;
}

function tooLate(key: string): FlagEvaluation {
  const errorMessage = 'There was no time left for this flag; make the targeting of the flags before it simpler.';
  return { key, enabled: false, variant: null, reason: 'ERROR', errorCode: 'GENERAL', errorMessage, metadata: {} };
}
