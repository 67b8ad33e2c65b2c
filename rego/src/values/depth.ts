import { LimitExceeded } from '../errors.js';

/** How deep arrays, objects and sets may nest. Functions that walk values call themselves per level, and the stack must hold them. */
export const MAX_VALUE_DEPTH = 1_000;

const VISITS_BETWEEN_CHARGES = 1_024;

/** Who pays for walks over values: the budget of the evaluation that runs, set by it. */
interface Payer {
  step(count: number): void;
}

let payer: Payer | undefined;
let visits = 0;

/**
 * Names the payer from now on and returns the one before. Evaluations are synchronous, so there is one at a time. Visits that were
 * too few to be charged are forgotten: the next payer, which may be another tenant's, does not pay for them.
 */
export function payVisits(next: Payer | undefined): Payer | undefined {
  const before = payer;
  payer = next;
  visits = 0;
  return before;
}

/**
 * To be called at each array, object and set that is visited. Throws `LimitExceeded` when a value nests deeper than `MAX_VALUE_DEPTH` (the outermost
 * level has depth 0), or when the budget is used up: a small value whose parts are shared (`x1 := [x0, x0]`, `x2 := [x1, x1]`, …) has endless parts.
 */
export function checkDepth(depth: number): void {
  if (depth > MAX_VALUE_DEPTH) {
    throw new LimitExceeded('depth', `a value nests more than ${MAX_VALUE_DEPTH} levels deep`);
  }
  chargeVisits(1);
}

/** For parts that are visited without a call of `checkDepth`, as a long array's numbers are. */
export function chargeVisits(count: number): void {
  visits += count;
  if (visits >= VISITS_BETWEEN_CHARGES) {
    const charged = visits;
    visits = 0;
    payer?.step(charged);
  }
}
