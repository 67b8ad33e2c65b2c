import type { Budget } from '../../evaluate/budget.js';

const CHARACTERS_PER_STEP_OF_SEARCH = 64;

/**
 * Text that charges the budget whenever the matcher reads one of its characters. re2js cannot be interrupted and does not count its work.
 * However, it reads its input one character at a time through `charCodeAt` (and `indexOf` for literal prefixes), so a limit that throws
 * there stops a match midway.
 */
export class MeteredText extends String {
  private readonly plain: string;

  /** `stepsPerRead` covers the work that the matcher can do between two reads. */
  constructor(
    text: string,
    private readonly budget: Budget,
    private readonly stepsPerRead: number,
  ) {
    super(text);
    this.plain = text;
  }

  override charCodeAt(index: number): number {
    this.budget.step(this.stepsPerRead);
    return this.plain.charCodeAt(index);
  }

  override indexOf(search: string, from = 0): number {
    const found = this.plain.indexOf(search, from);
    const read = (found === -1 ? this.plain.length : found) - from;
    this.budget.step(1 + Math.ceil(Math.max(0, read) / CHARACTERS_PER_STEP_OF_SEARCH));
    return found;
  }

  override toString(): string {
    return this.plain;
  }
}
