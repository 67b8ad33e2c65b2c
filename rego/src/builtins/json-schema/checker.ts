import type { Budget } from '../../evaluate/budget.js';
import type { Value } from '../../values/value.js';
import type { Findings } from './findings.js';
import type { SchemaNode } from './schema-node.js';

/** The state of a validation: the findings, the path within the document, and the depth within the schema. */
export interface Place {
  readonly findings: Findings;
  readonly path: readonly string[];
  readonly depth: number;
}

/** Validates parts of a document. */
export interface Checker {
  readonly budget: Budget;
  /** Collects the findings separately. */
  check(node: SchemaNode, value: Value, path: readonly string[], depth: number): Findings;
  /** Adds the findings to the findings of `place`. */
  visit(node: SchemaNode, value: Value, place: Place): void;
}
