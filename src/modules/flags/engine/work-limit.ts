/** Steps that one evaluation of one flag may take: some milliseconds, and far more than flags that people write need. */
export const FLAG_STEPS = 1_000_000;

/** What an operator costs by itself; the rest is what it goes through: elements of lists, a quarter of the units of texts. */
export const OPERATOR_STEPS = 10;

/** Ends an evaluation. Made once: it tells nothing of its own, and a stack is dear. */
const EXCEEDED = new RangeError('The targeting takes too long.');

/**
 * The work that an evaluation may still do. Counted in steps instead of time, so that the same flag and context come to the
 * same everywhere, on a busy machine too.
 */
export class WorkLimit {
  private left: number;

  constructor(private readonly limit: number = FLAG_STEPS) {
    this.left = limit;
  }

  /** Takes steps before they are done. Throws when there are not so many left. */
  charge(steps: number): void {
    this.left -= steps;
    // Written so that what is no number ends the evaluation too.
    if (!(this.left >= 0)) throw EXCEEDED;
  }

  /** Whether an evaluation wanted more than there was. */
  get isExceeded(): boolean {
    return !(this.left >= 0);
  }

  /** Steps taken, the limit at most. */
  get spent(): number {
    return this.isExceeded ? this.limit : this.limit - this.left;
  }
}

/** Steps for all flags that one call asks for: some tens of milliseconds, and two thousand flags of people take a tenth. */
const CALL_STEPS = 5 * FLAG_STEPS;

/** The work of one call that evaluates many flags. */
export class SharedWork {
  private left = CALL_STEPS;

  /** Runs one evaluation with what it may take. */
  share<T>(evaluate: (work: WorkLimit) => T): T {
    const work = new WorkLimit(Math.min(FLAG_STEPS, this.left));
    const evaluation = evaluate(work);
    this.left -= work.spent;
    return evaluation;
  }

  /** Whether nothing is left for further flags. */
  get isSpent(): boolean {
    return this.left <= 0;
  }
}

/** Weights of lists that were weighed: lists never change here, and long ones of a definition come by again and again. */
const weights = new WeakMap<readonly unknown[], number>();

/** The steps of going through a value once. Objects are never gone through, their members are looked up. */
export function weightOf(value: unknown): number {
  if (typeof value === 'string') return 1 + (value.length >> 2);
  if (typeof value !== 'object' || !Array.isArray(value)) return 1;
  const known = weights.get(value);
  if (known !== undefined) return known;
  const weight = sumOf(value);
  weights.set(value, weight);
  return weight;
}

/** As {@link weightOf} for a list that is not kept. */
export function sumOf(list: readonly unknown[]): number {
  let sum = 1;
  for (const element of list) sum += typeof element === 'number' ? 1 : weightOf(element);
  return sum;
}
