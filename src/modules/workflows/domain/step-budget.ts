import { ExpressionFault } from './expression';

/** Steps that filling in one value may take, some 5 to 10 ms: a hundred times what workflows of people need. */
const EXPRESSION_STEPS = 400_000;

/** Worth of the parts of the work in steps, as measured; one is some 20 ns. */
export const STEPS = {
  /** A part of an expression by itself. */
  part: 10,
  /** A unit of the text of a template, to read it. */
  templateUnit: 6,
  /** An element of a list that is gone through. */
  element: 1,
  /** A name in a list of names. */
  name: 4,
  /** A pair of values, and a pair of members by one name, that are compared. */
  pair: 4,
  member: 15,
  /** A value, and a member of an object, that is made JSON. */
  jsonValue: 6,
  jsonMember: 10,
} as const;

/**
 * The work that an evaluation may still do. Counted in steps instead of time, so that the same expression and data come to
 * the same everywhere, on a busy machine too.
 */
export class StepBudget {
  private left: number;

  constructor(limit: number = EXPRESSION_STEPS) {
    this.left = limit;
  }

  /** Takes steps before they are done. Errors: {@link ExpressionFault} when there are not so many left. */
  charge(steps: number): void {
    this.left -= steps;
    if (this.left >= 0) return;
    throw new ExpressionFault('It takes too many steps; make the expression simpler or its values smaller.');
  }

  /** Takes the steps of going through a text once: one for four units. */
  chargeText(text: string): void {
    this.charge(1 + (text.length >> 2));
  }

  /** Takes the steps of making a value JSON. Without recursion: a value may be nested deeper than the stack. */
  chargeJson(value: unknown): void {
    const waiting: unknown[] = [value];
    while (waiting.length > 0) {
      const next = waiting.pop();
      this.charge(STEPS.jsonValue);
      // Its characters may have to be escaped.
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
