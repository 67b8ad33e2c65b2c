import type { Budget } from '../../evaluate/budget.js';

/** A validation error in a document, as gojsonschema reports it. */
export interface Finding {
  readonly type: string;
  /** `(root)`, or the path without the root: `address.street`. */
  readonly field: string;
  readonly description: string;
}

const BYTES_PER_FINDING = 256;

/**
 * The findings of a validation. The score determines which alternative of an `anyOf` or `oneOf` is closest. The errors of that alternative
 * are reported.
 */
export class Findings {
  readonly list: Finding[] = [];
  score = 0;

  constructor(private readonly budget: Budget) {}

  get valid(): boolean {
    return this.list.length === 0;
  }

  add(type: string, path: readonly string[], description: string): void {
    this.budget.step();
    this.budget.allocate(BYTES_PER_FINDING + 2 * description.length);
    this.list.push({ type, field: fieldOf(path), description });
    this.score -= 2;
  }

  /** Adds the errors from a part of the document. */
  merge(part: Findings): void {
    this.budget.step(1 + part.list.length);
    for (const finding of part.list) {
      this.list.push(finding);
    }
    this.score += part.score;
  }
}

export function fieldOf(path: readonly string[]): string {
  return path.length === 0 ? '(root)' : path.join('.');
}
