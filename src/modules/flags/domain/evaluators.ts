import { below } from '../../../kernel/json/json-pointer';
import type { Faults } from './faults';
import type { JsonObject } from '../contract/flag-document.types';
import { isObject, own } from './json-object';
import { operatorOf } from './operators';
import { type EvaluatorFacts, type ExpressionFacts, validateTargeting } from './validate-targeting';

const NOTHING: ExpressionFacts = { depth: 0, nodes: 0, values: 0, hasLoop: false, grows: false };

/** Checks the shared evaluators, beginning with the evaluators that others reference; a circular reference is a fault. */
export function evaluatorFacts(evaluators: JsonObject, pointer: string, faults: Faults): EvaluatorFacts {
  const known = new Map<string, ExpressionFacts>();
  const open = new Set<string>();
  const factsOf = (name: string): ExpressionFacts | null => {
    const expression = own(evaluators, name);
    if (expression === undefined) return null;
    const found = known.get(name);
    if (found) return found;
    const place = below(pointer, name);
    if (open.has(name)) {
      faults.add(place, 'circular_evaluator', 'This evaluator references itself.');
      return NOTHING;
    }
    // Long chains of references are not followed, because each level needs a stack frame.
    if (open.size > MAX_CHAIN) {
      faults.add(place, 'too_deep', `Evaluators reference each other in a chain of more than ${MAX_CHAIN}.`);
      return NOTHING;
    }
    open.add(name);
    const facts = validateTargeting(expression, place, factsOf, faults);
    open.delete(name);
    known.set(name, facts);
    return facts;
  };
  for (const name of Object.keys(evaluators)) {
    if (faults.isFull) break;
    factsOf(name);
  }
  return factsOf;
}

const MAX_CHAIN = 32;

/**
 * Returns an expression with its shared evaluators expanded by reference, without copying; the limits of a checked document include them.
 * A reference to an unknown name stays as it is, and its flag evaluates to an error (`PARSE_ERROR`).
 */
export function withEvaluators(expression: unknown, evaluators: JsonObject, level = 0): unknown {
  if (typeof expression !== 'object' || expression === null || level > MAX_LEVELS) return expression;
  if (Array.isArray(expression)) {
    return expression.map((element) => withEvaluators(element, evaluators, level + 1));
  }
  if (!isObject(expression)) return expression;
  const name = operatorOf(expression);
  if (name === '$ref') {
    const named = expression[name];
    const found = typeof named === 'string' ? own(evaluators, named) : undefined;
    return found === undefined ? expression : withEvaluators(found, evaluators, level + 1);
  }
  const members = Object.entries(expression).map(([key, value]) => [key, withEvaluators(value, evaluators, level + 1)]);
  return Object.fromEntries(members);
}

/**
 * Far greater than the depth of a checked expression; the expansion of an unchecked expression stops here before it overflows the stack.
 */
const MAX_LEVELS = 256;
