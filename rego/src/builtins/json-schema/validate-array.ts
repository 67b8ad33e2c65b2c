import { stringifyJson } from '../../values/stringify-json.js';
import type { RegoArray } from '../../values/value.js';
import type { Findings } from './findings.js';
import type { Checker, Place } from './checker.js';
import type { SchemaNode } from './schema-node.js';

export function validateArray(checker: Checker, node: SchemaNode, items: RegoArray, place: Place): void {
  const { findings, path } = place;
  validateItems(checker, node, items, place);
  const { minItems, maxItems } = node.sizes;
  if (minItems !== undefined && items.length < minItems) {
    findings.add('array_min_items', path, `Array must have at least ${minItems} items`);
  }
  if (maxItems !== undefined && items.length > maxItems) {
    findings.add('array_max_items', path, `Array must have at most ${maxItems} items`);
  }
  if (node.uniqueItems) {
    validateUniqueness(checker, items, place);
  }
  validateContains(checker, node, items, place);
  findings.score++;
}

function validateItems(checker: Checker, node: SchemaNode, items: RegoArray, place: Place): void {
  const { findings, path, depth } = place;
  if (node.items === undefined) {
    return;
  }
  const schemas = node.items;
  if ('types' in schemas) {
    eachItem(checker, schemas, items, 0, place);
    return;
  }
  for (const [i, schema] of schemas.entries()) {
    const item = items[i];
    if (item !== undefined) {
      findings.merge(checker.check(schema, item, [...path, String(i)], depth));
    }
  }
  if (schemas.length === 0 || schemas.length >= items.length || node.additionalItems === undefined) {
    return;
  }
  if (node.additionalItems === false) {
    findings.add('array_no_additional_items', path, 'No additional items allowed on array');
  } else if (node.additionalItems !== true) {
    eachItem(checker, node.additionalItems, items, schemas.length, place);
  }
}

function eachItem(checker: Checker, schema: SchemaNode, items: RegoArray, from: number, place: Place): void {
  const { findings, path, depth } = place;
  for (let i = from; i < items.length; i++) {
    findings.merge(checker.check(schema, items[i] ?? null, [...path, String(i)], depth));
  }
}

function validateUniqueness(checker: Checker, items: RegoArray, place: Place): void {
  const { findings, path } = place;
  const seen = new Map<string, number>();
  for (const [j, item] of items.entries()) {
    const text = stringifyJson(item);
    checker.budget.step(1 + text.length / 64);
    checker.budget.allocate(2 * text.length);
    const i = seen.get(text);
    if (i !== undefined) {
      findings.add('unique', path, `array items[${i},${j}] must be unique`);
    }
    seen.set(text, j);
  }
}

function validateContains(checker: Checker, { contains }: SchemaNode, items: RegoArray, place: Place): void {
  const { findings, path, depth } = place;
  if (contains === undefined) {
    return;
  }
  let best: Findings | undefined;
  for (const [i, item] of items.entries()) {
    const result = checker.check(contains, item, [...path, String(i)], depth);
    if (result.valid) {
      return;
    }
    best = best === undefined || result.score > best.score ? result : best;
  }
  findings.add('contains', path, 'At least one of the items must match');
  if (best !== undefined) {
    findings.merge(best);
  }
}
