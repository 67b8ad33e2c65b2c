import type { Dialect } from '../dialect';
import type { Filter } from '../filter/filter.types';
import { matches } from '../filter/match-filter';
import { assertFew, assertOnePrimary, isPrimary, isSame, readOne, readValue } from '../read-value';
import { ScimError } from '../../contract/scim-error';
import { subAttribute } from '../schema/resource-model';
import { type AttributeDefinition, isObject, type ScimObject, type ScimValue } from '../schema/schema.types';
import type { PatchOperation } from './patch-request';

type Values = readonly ScimValue[];

/** Returns the values of a multi-valued attribute after an operation, or `undefined` if there are none. Errors: as for `applyPatch`. */
export function changeValues(
  attribute: AttributeDefinition,
  current: Values,
  operation: PatchOperation,
  dialect: Dialect,
): Values | undefined {
  const after = afterOperation(attribute, current, operation, dialect);
  const kept = after.filter((value) => !isObject(value) || Object.keys(value).length > 0);
  assertFew(attribute, kept);
  return kept.length === 0 ? undefined : withOnePrimary(attribute, current, kept);
}

function afterOperation(
  attribute: AttributeDefinition,
  current: Values,
  operation: PatchOperation,
  dialect: Dialect,
): Values {
  const { op, filter, target, value } = operation;
  if (filter !== null || target.sub !== null) return selected(attribute, current, operation, dialect);
  if (op === 'remove') return value === undefined ? [] : removed(attribute, current, value, dialect);
  const sent = readValue(attribute, Array.isArray(value) ? value : [value], dialect);
  const values = (sent ?? []) as Values;
  if (op === 'replace') return values;
  const known = new Set(current.map(sameness));
  return [...current, ...values.filter((one) => !known.has(sameness(one)))];
}

const samenesses = new WeakMap<object, string>();

/** Returns a string that is the same for equal values. The string is cached, because each `add` compares all values of an attribute. */
function sameness(value: ScimValue): string {
  if (!isObject(value)) return JSON.stringify(value);
  const known = samenesses.get(value);
  if (known !== undefined) return known;
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  const text = JSON.stringify(members);
  samenesses.set(value, text);
  return text;
}

/** Handles `remove` with values, as Entra ID sends it: removes values that are equal, or have the same `value`. */
function removed(attribute: AttributeDefinition, current: Values, value: unknown, dialect: Dialect): Values {
  const sent = (readValue(attribute, Array.isArray(value) ? value : [value], dialect) ?? []) as Values;
  return current.filter((there) => !sent.some((one) => isSame(there, one) || hasSameValue(there, one)));
}

function hasSameValue(there: ScimValue, one: ScimValue): boolean {
  return isObject(there) && isObject(one) && one['value'] !== undefined && there['value'] === one['value'];
}

/** Returns the values after an operation on the values that a filter or a sub-attribute selects. */
function selected(
  attribute: AttributeDefinition,
  current: Values,
  operation: PatchOperation,
  dialect: Dialect,
): Values {
  const { op, filter, target } = operation;
  const isChosen = (value: ScimValue): boolean => filter === null || matches(filter, value);
  if (!current.some(isChosen)) return unmatched(attribute, current, operation, dialect);
  if (op === 'remove' && target.sub === null) return current.filter((value) => !isChosen(value));
  return current.flatMap((value) =>
    isChosen(value) ? (changedValue(attribute, value, operation, dialect) ?? []) : value,
  );
}

function changedValue(
  attribute: AttributeDefinition,
  value: ScimValue,
  { op, target: { sub }, value: sent }: PatchOperation,
  dialect: Dialect,
): ScimValue | undefined {
  const before: ScimObject = isObject(value) ? value : {};
  if (sub === null) {
    const read = readOne(attribute, sent, dialect);
    if (!isObject(read)) return read;
    assertMutable(attribute, before, read);
    // RFC 7644 §3.5.2.3: the selected value is replaced completely.
    return op === 'replace' ? read : { ...before, ...read };
  }
  const part = op === 'remove' ? undefined : readValue(sub, sent, dialect);
  assertMutable(attribute, before, { [sub.name]: part });
  const members = Object.entries<ScimValue | undefined>({ ...before, [sub.name]: part });
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}

function assertMutable(attribute: AttributeDefinition, before: ScimObject, after: ScimObject): void {
  for (const { name, mutability } of attribute.subAttributes ?? []) {
    if (mutability !== 'immutable' || !Object.hasOwn(after, name) || before[name] === undefined) continue;
    if (!isSame(before[name], after[name])) {
      throw new ScimError('mutability', `"${attribute.name}.${name}" cannot be changed.`);
    }
  }
}

/** Handles a filter that matches no value: `add` and, in most dialects, `replace` create the value that the filter describes. */
function unmatched(
  attribute: AttributeDefinition,
  current: Values,
  operation: PatchOperation,
  dialect: Dialect,
): Values {
  const { op, filter, written, value } = operation;
  const noTarget = new ScimError('noTarget', `No value of "${attribute.name}" matches the path.`);
  if (op === 'remove') {
    if (dialect.removeBears) return current;
    throw noTarget;
  }
  if (op === 'replace' && filter !== null && !dialect.replaceCreates) throw noTarget;
  const described = written === null ? {} : describedBy(attribute, written, dialect);
  if (described === null) throw noTarget;
  const made = changedValue(attribute, described, { ...operation, op: 'add' }, dialect);
  // If the value is unassigned, no value is added.
  return value === null || made === undefined ? current : [...current, made];
}

/** Returns the value that a filter describes if it consists only of equalities; `null` for any other filter. */
function describedBy(attribute: AttributeDefinition, filter: Filter, dialect: Dialect): ScimObject | null {
  if (filter.kind === 'compare' && filter.op === 'eq') {
    const sub = subAttribute(attribute, filter.path);
    if (sub === undefined) return null;
    const value = readValue(sub, filter.value, dialect);
    return value === undefined ? null : { [sub.name]: value };
  }
  if (filter.kind !== 'and') return null;
  const parts = filter.parts.map((part) => describedBy(attribute, part, dialect));
  return parts.every((part) => part !== null)
    ? Object.fromEntries(parts.flatMap((part) => Object.entries(part)))
    : null;
}

/** Ensures that at most one value is primary: a new primary value makes all other values non-primary (RFC 7644 §3.5.2). */
function withOnePrimary(attribute: AttributeDefinition, before: Values, after: Values): Values {
  if (after.filter(isPrimary).length < 2) return after;
  const wasPrimary = (value: ScimValue): boolean => before.some((there) => isPrimary(there) && isAkin(there, value));
  const result = after.map((value) => (isPrimary(value) && wasPrimary(value) ? demoted(value) : value));
  assertOnePrimary(attribute, result);
  return result;
}

function isAkin(there: ScimValue, value: ScimValue): boolean {
  return isSame(there, value) || hasSameValue(there, value);
}

function demoted(value: ScimValue): ScimValue {
  return isObject(value) ? { ...value, primary: false } : value;
}
