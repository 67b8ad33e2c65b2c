import { ExpressionFault } from './expression';

/**
 * The maximum number of evaluation steps for rendering one value. Using all of them takes about 5 to 10 ms. Real workflows need about a
 * hundredth of this number.
 */
const EXPRESSION_STEPS = 400_000;

/** The measured cost of each part of the work, in steps. One step takes about 20 ns. */
export const STEPS = {
  /** Evaluating a single part of an expression. */
  part: 10,
  /** Reading one UTF-16 unit of a template. */
  templateUnit: 6,
  /** Visiting one element of a list. */
  element: 1,
  /** Visiting a name in a list of names. */
  name: 4,
  /** Comparing a pair of values, and a pair of members with the same name. */
  pair: 4,
  member: 15,
  /** Serializing a value, and a member of an object, as JSON. */
  jsonValue: 6,
  jsonMember: 10,
} as const;

/**
 * The remaining work that an evaluation is allowed to do. Work is counted in steps instead of time, so that the same expression and data
 * have the same outcome everywhere, even on a busy machine.
 */
export class StepBudget {
  private left: number;

  constructor(limit: number = EXPRESSION_STEPS) {
    this.left = limit;
  }

  /** Charges steps before they run. Errors: {@link ExpressionFault} when too few steps are left. */
  charge(steps: number): void {
    this.left -= steps;
    if (this.left >= 0) return;
    throw new ExpressionFault(
      'The evaluation takes too many steps; make the expression simpler or its values smaller.',
    );
  }

  /** Charges one pass through a string: one step per four units. */
  chargeText(text: string): void {
    this.charge(1 + (text.length >> 2));
  }

  /** Charges the serialization of a value as JSON. It is not recursive, because a value can be nested deeper than the stack allows. */
  chargeJson(value: unknown): void {
    const waiting: unknown[] = [value];
    while (waiting.length > 0) {
      const next = waiting.pop();
      this.charge(STEPS.jsonValue);
      // The characters of the string might have to be escaped.
      if (typeof next === 'string') this.charge(next.length);
      if (typeof next !== 'object' || next === null) continue;
      if (Array.isArray(next)) {
        this.charge(next.length);
        for (const element of next as readonly unknown[]) waiting.push(element);
        continue;
      }
      for (const name in next) {
        this.charge(STEPS.jsonMember + name.length);
        waiting.push((next as Readonly<Record<string, unknown>>)[name]);
      }
    }
  }
}
