/** Maximum steps of one evaluation of one flag: some milliseconds, and far more than hand-written flags need. */
export const FLAG_STEPS = 1_000_000;

/** Base cost of an operator. It also covers list elements, and a quarter of the string units, that it processes. */
export const OPERATOR_STEPS = 10;

/** Ends an evaluation. Created once: it has no details of its own, and a stack trace is expensive. */
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

  /** Charges steps before they run. Throws if too few are left. */
  charge(steps: number): void {
    this.left -= steps;
    // Written so that NaN also ends the evaluation.
    if (!(this.left >= 0)) throw EXCEEDED;
  }

  /** True if an evaluation needed more steps than it had. */
  get isExceeded(): boolean {
    return !(this.left >= 0);
  }

  /** Steps used, at most the limit. */
  get spent(): number {
    return this.isExceeded ? this.limit : this.limit - this.left;
  }
}

/** Steps for all flags of one call: some tens of milliseconds. Two thousand hand-written flags use a tenth of it. */
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

/** Cached weights of lists: lists never change here, and long lists in a definition recur. */
const weights = new WeakMap<readonly unknown[], number>();

/** Returns the steps for processing a value once. Members of objects do not count, because they are looked up by name. */
export function weightOf(value: unknown): number {
  if (typeof value === 'string') return 1 + (value.length >> 2);
  if (typeof value !== 'object' || !Array.isArray(value)) return 1;
  const known = weights.get(value);
  if (known !== undefined) return known;
  const weight = sumOf(value);
  weights.set(value, weight);
  return weight;
}

/** Returns the same as {@link weightOf} for a list that is not cached. */
export function sumOf(list: readonly unknown[]): number {
  let sum = 1;
  for (const element of list) sum += typeof element === 'number' ? 1 : weightOf(element);
  return sum;
}
