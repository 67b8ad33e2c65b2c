import { LimitExceeded } from '../errors.js';

/**
 * The maximum nesting of arrays, objects and sets. Functions that walk values recurse once per level, and the calls must fit on the stack.
 */
export const MAX_VALUE_DEPTH = 1_000;

const VISITS_BETWEEN_CHARGES = 1_024;

/** The object that is charged for walks over values: the budget of the current evaluation, which the evaluation sets. */
interface Payer {
  step(count: number): void;
}

let payer: Payer | undefined;
let visits = 0;

/**
 * Sets the payer and returns the previous one. Evaluations are synchronous, so only one runs at a time. Visits that are too few to be
 * charged are dropped: the next payer, which might be another tenant's, does not pay for them.
 */
export function payVisits(next: Payer | undefined): Payer | undefined {
  const before = payer;
  payer = next;
  visits = 0;
  return before;
}

/**
 * Checks the depth of an array, object or set. Call this function for each one that you visit. Throws `LimitExceeded` if a value nests
 * deeper than `MAX_VALUE_DEPTH` (the outermost level has depth 0), or if the budget is used up: a small value with shared parts (`x1 :=
 * [x0, x0]`, `x2 := [x1, x1]`, …) can expand without end.
 */
export function checkDepth(depth: number): void {
  if (depth > MAX_VALUE_DEPTH) {
    throw new LimitExceeded('depth', `a value nests more than ${MAX_VALUE_DEPTH} levels deep`);
  }
  chargeVisits(1);
}

/** Charges for parts that are visited without a call to `checkDepth`, such as the numbers of a long array. */
export function chargeVisits(count: number): void {
  visits += count;
  if (visits >= VISITS_BETWEEN_CHARGES) {
    const charged = visits;
    visits = 0;
    payer?.step(charged);
  }
}
