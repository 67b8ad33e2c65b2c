import type { RegoObject } from '../../values/object.js';
import type { Value } from '../../values/value.js';
import { isObject } from '../operands.js';
import type { Findings } from './findings.js';
import type { Checker, Place } from './checker.js';
import type { SchemaNode } from './schema-node.js';

export function validateCombinations(checker: Checker, node: SchemaNode, value: Value, place: Place): void {
  const { findings, path, depth } = place;
  validateAnyOf(checker, node, value, place);
  validateOneOf(checker, node, value, place);
  const all = node.allOf.map((part) => checker.check(part, value, path, depth));
  for (const part of all) {
    findings.merge(part);
  }
  if (!all.every(({ valid }) => valid)) {
    findings.add('number_all_of', path, 'Must validate all the schemas (allOf)');
  }
  if (node.not !== undefined && checker.check(node.not, value, path, depth).valid) {
    findings.add('number_not', path, 'Must not validate the schema (not)');
  }
  if (isObject(value)) {
    validateDependencies(checker, node, value, place);
  }
  validateCondition(checker, node, value, place);
  findings.score++;
}

function validateAnyOf(checker: Checker, { anyOf }: SchemaNode, value: Value, place: Place): void {
  const { findings, path, depth } = place;
  let best: Findings | undefined;
  for (const part of anyOf) {
    const result = checker.check(part, value, path, depth);
    if (result.valid) {
      return;
    }
    best = best === undefined || result.score > best.score ? result : best;
  }
  if (best !== undefined) {
    findings.add('number_any_of', path, 'Must validate at least one schema (anyOf)');
    findings.merge(best);
  }
}

function validateOneOf(checker: Checker, { oneOf }: SchemaNode, value: Value, place: Place): void {
  const { findings, path, depth } = place;
  let best: Findings | undefined;
  let validCount = 0;
  for (const part of oneOf) {
    const result = checker.check(part, value, path, depth);
    if (result.valid) {
      validCount++;
    } else if (validCount === 0 && (best === undefined || result.score > best.score)) {
      best = result;
    }
  }
  if (oneOf.length === 0 || validCount === 1) {
    return;
  }
  findings.add('number_one_of', path, 'Must validate one and only one schema (oneOf)');
  if (validCount === 0 && best !== undefined) {
    findings.merge(best);
  }
}

function validateDependencies(checker: Checker, node: SchemaNode, value: RegoObject, place: Place): void {
  const { findings, path } = place;
  for (const [name, dependency] of node.dependencies) {
    if (!value.has(name)) {
      continue;
    }
    if (!('types' in dependency)) {
      for (const missing of dependency.filter((needed) => !value.has(needed))) {
        findings.add('missing_dependency', path, `Has a dependency on ${missing}`);
      }
    } else {
      checker.visit(dependency, value, place);
    }
  }
}

function validateCondition(checker: Checker, node: SchemaNode, value: Value, place: Place): void {
  const { findings, path, depth } = place;
  if (node.if === undefined) {
    return;
  }
  const holds = checker.check(node.if, value, path, depth).valid;
  const branch = holds ? node.then : node.else;
  const result = branch === undefined ? undefined : checker.check(branch, value, path, depth);
  if (result?.valid === false) {
    const name = holds ? 'then' : 'else';
    findings.add(`condition_${name}`, path, `Must validate "${name}" as "if" was ${holds ? '' : 'not '}valid`);
    findings.merge(result);
  }
}
