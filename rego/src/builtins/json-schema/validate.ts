import { BuiltinError } from '../../errors.js';
import type { Budget } from '../../evaluate/budget.js';
import { isInteger } from '../../values/number.js';
import { isArray } from '../../values/type-name.js';
import type { Value } from '../../values/value.js';
import { isNumber, isObject } from '../operands.js';
import type { Checker, Place } from './checker.js';
import { Findings, type Finding } from './findings.js';
import type { JsonType, SchemaNode } from './schema-node.js';
import { validateArray } from './validate-array.js';
import { validateCombinations } from './validate-combinations.js';
import { validateObject, validateProperties } from './validate-object.js';
import { validateAnyType, validateNumber, validateString } from './validate-scalars.js';

/** Stops schemas that refer to themselves endlessly for the same document. Real schemas are not nested this deeply. */
const MAX_DEPTH = 250;
const STEPS_PER_VISIT = 4;

/** Validates a document against a schema. Returns the errors in the order and wording of gojsonschema. */
export function validateDocument(schema: SchemaNode, document: Value, budget: Budget): readonly Finding[] {
  return new Validator(budget).check(schema, document, [], 0).list;
}

class Validator implements Checker {
  constructor(readonly budget: Budget) {}

  check(node: SchemaNode, value: Value, path: readonly string[], depth: number): Findings {
    const findings = new Findings(this.budget);
    this.visit(node, value, { findings, path, depth });
    return findings;
  }

  visit(node: SchemaNode, value: Value, { findings, path, depth }: Place): void {
    this.budget.step(STEPS_PER_VISIT);
    if (depth > MAX_DEPTH) {
      throw new BuiltinError(
        'eval_builtin_error',
        `the document passes through more than ${MAX_DEPTH} levels of the schema`,
      );
    }
    if (node.pass !== undefined) {
      if (!node.pass) {
        findings.add('false', path, 'False always fails validation');
      }
      return;
    }
    const inner = { findings, path, depth: depth + 1 };
    if (node.ref !== undefined) {
      this.visit(node.ref, value, inner);
      return;
    }
    const given = jsonTypeOf(value);
    if (node.types.length > 0 && !fits(given, node.types)) {
      findings.add('invalid_type', path, `Invalid type. Expected: ${nameTypes(node.types)}, given: ${given}`);
      return;
    }
    this.keywords(node, value, inner);
    findings.score++;
  }

  private keywords(node: SchemaNode, value: Value, place: Place): void {
    validateCombinations(this, node, value, place);
    if (isObject(value)) {
      validateObject(this, node, value, place);
    } else if (isArray(value)) {
      validateArray(this, node, value, place);
    } else if (isNumber(value)) {
      validateNumber(node, value, place);
    }
    validateAnyType(node, value, place, this.budget);
    if (typeof value === 'string') {
      validateString(node, value, place, this.budget);
    }
    if (isObject(value)) {
      validateProperties(this, node, value, place);
    }
  }
}

function jsonTypeOf(value: Value): JsonType {
  if (value === null) {
    return 'null';
  }
  if (isNumber(value)) {
    return isInteger(value) ? 'integer' : 'number';
  }
  if (isArray(value)) {
    return 'array';
  }
  return typeof value === 'object' ? 'object' : typeof value === 'boolean' ? 'boolean' : 'string';
}

function fits(given: JsonType, expected: readonly JsonType[]): boolean {
  return expected.includes(given) || (given === 'integer' && expected.includes('number'));
}

function nameTypes(types: readonly JsonType[]): string {
  return types.length > 1 ? `[${types.join(',')}]` : types.join('');
}
