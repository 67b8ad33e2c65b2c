import type { RegoObject } from '../../values/object.js';
import type { Value } from '../../values/value.js';
import type { Checker, Place } from './checker.js';
import type { SchemaNode } from './schema-node.js';

export function validateObject(checker: Checker, node: SchemaNode, value: RegoObject, place: Place): void {
  const { findings, path } = place;
  const { minProperties, maxProperties } = node.sizes;
  if (minProperties !== undefined && value.size < minProperties) {
    findings.add('array_min_properties', path, `Must have at least ${minProperties} properties`);
  }
  if (maxProperties !== undefined && value.size > maxProperties) {
    findings.add('array_max_properties', path, `Must have at most ${maxProperties} properties`);
  }
  for (const name of node.required) {
    if (value.has(name)) {
      findings.score++;
    } else {
      findings.add('required', path, `${name} is required`);
    }
  }
  validateOtherProperties(checker, node, value, place);
  validateNames(checker, node, value, place);
  findings.score++;
}

/**
 * Validates members that `properties` does not name: `patternProperties` (which also applies to named members), and `additionalProperties`
 * for the rest.
 */
function validateOtherProperties(checker: Checker, node: SchemaNode, value: RegoObject, place: Place): void {
  const { findings, path, depth } = place;
  checker.budget.step(1 + node.properties.length / 8);
  const named = new Set(node.properties.map(([name]) => name));
  for (const [key, member] of value.entries()) {
    const name = key as string;
    checker.budget.step();
    const matched = matchPatterns(checker, node, name, member, place);
    if (named.has(name) || matched || node.additionalProperties === undefined || node.additionalProperties === true) {
      continue;
    }
    if (node.additionalProperties === false) {
      findings.add('additional_property_not_allowed', path, `Additional property ${name} is not allowed`);
    } else {
      findings.merge(checker.check(node.additionalProperties, member, [...path, name], depth));
    }
  }
}

function matchPatterns(checker: Checker, node: SchemaNode, name: string, member: Value, place: Place): boolean {
  const { findings, path, depth } = place;
  let matched = false;
  for (const [pattern, schema] of node.patternProperties) {
    if (pattern.test(name, checker.budget)) {
      matched = true;
      findings.merge(checker.check(schema, member, [...path, name], depth));
    }
  }
  findings.score += matched ? 1 : 0;
  return matched;
}

function validateNames(checker: Checker, { propertyNames }: SchemaNode, value: RegoObject, place: Place): void {
  const { findings, path, depth } = place;
  if (propertyNames === undefined) {
    return;
  }
  for (const [name] of value.entries()) {
    const result = checker.check(propertyNames, name, path, depth);
    if (!result.valid) {
      findings.add('invalid_property_name', path, `Property name of "${name as string}" does not match`);
      findings.merge(result);
    }
  }
}

export function validateProperties(checker: Checker, node: SchemaNode, value: RegoObject, place: Place): void {
  const { findings, path, depth } = place;
  checker.budget.step(1 + node.properties.length / 8);
  for (const [name, property] of node.properties) {
    const member = value.get(name);
    if (member !== undefined) {
      checker.visit(property, member, { findings, path: [...path, name], depth });
    }
  }
}
