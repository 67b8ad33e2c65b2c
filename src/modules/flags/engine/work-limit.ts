/** The maximum number of steps in one evaluation of a flag: a few milliseconds, and far more than hand-written flags need. */
export const FLAG_STEPS = 1_000_000;

/** The base cost of an operator. In addition, each list element costs 1 step, and every four string units cost 1 step. */
export const OPERATOR_STEPS = 10;

/** The error that stops an evaluation. Created only once, because it contains no details and a stack trace is expensive. */
const EXCEEDED = new RangeError('The targeting takes too long.');

/**
 * The remaining work of an evaluation. Counted in steps instead of time, so that the same flag and context have the same result everywhere,
 * even on a busy machine.
 */
export class WorkLimit {
  private left: number;

  constructor(private readonly limit: number = FLAG_STEPS) {
    this.left = limit;
  }

  /** Charges for steps before they run. Throws if too few steps are left. */
  charge(steps: number): void {
    this.left -= steps;
    // Written so that NaN also stops the evaluation.
    if (!(this.left >= 0)) throw EXCEEDED;
  }

  /** True if an evaluation needed more steps than it had. */
  get isExceeded(): boolean {
    return !(this.left >= 0);
  }

  /** The number of steps used, at most the limit. */
  get spent(): number {
    return this.isExceeded ? this.limit : this.limit - this.left;
  }
}

/**
 * The number of steps for all flags of one call: a few tens of milliseconds. Two thousand hand-written flags use a tenth of these steps.
 */
const CALL_STEPS = 5 * FLAG_STEPS;

/** The work budget of one call that evaluates many flags. */
export class SharedWork {
  private left = CALL_STEPS;

  /** Runs one evaluation with its share of the steps. */
  share<T>(evaluate: (work: WorkLimit) => T): T {
    const work = new WorkLimit(Math.min(FLAG_STEPS, this.left));
    const evaluation = evaluate(work);
    this.left -= work.spent;
    return evaluation;
  }

  /** True if no steps are left for further flags. */
  get isSpent(): boolean {
    return this.left <= 0;
  }
}

/** Cached weights of lists. Lists never change here, and the same long lists in a definition are weighed repeatedly. */
const weights = new WeakMap<readonly unknown[], number>();

/** Returns the number of steps for processing a value once. Members of objects do not count, because they are looked up by name. */
export function weightOf(value: unknown): number {
  if (typeof value === 'string') return 1 + (value.length >> 2);
  if (typeof value !== 'object' || !Array.isArray(value)) return 1;
  const known = weights.get(value);
  if (known !== undefined) return known;
  const weight = sumOf(value);
  weights.set(value, weight);
  return weight;
}

/** Returns the weight of a list like {@link weightOf}, without caching it. */
export function sumOf(list: readonly unknown[]): number {
  let sum = 1;
  for (const element of list) sum += typeof element === 'number' ? 1 : weightOf(element);
  return sum;
}
