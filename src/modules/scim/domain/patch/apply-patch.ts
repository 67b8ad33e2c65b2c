import type { Dialect } from '../dialect';
import { isSame, readOne, readValue } from '../read-value';
import { assertRequired } from '../read-resource';
import { ScimError } from '../../contract/scim-error';
import type { ResourceModel } from '../schema/resource-model';
import { type AttributeDefinition, isObject, type ScimObject, type ScimValue } from '../schema/schema.types';
import { changeValues } from './change-values';
import type { PatchOperation } from './patch-request';

/**
 * Returns the resource after all operations are applied in order (RFC 7644 §3.5.2). Does not modify the input.
 * @param resource the resource, without unassigned values, and with `id` and `meta` as shown in responses. Errors: `mutability` for
 * changing a read-only attribute or an existing immutable attribute, and for removing a required attribute; `noTarget`; `invalidValue`.
 */
export function applyPatch(
  model: ResourceModel,
  resource: ScimObject,
  operations: readonly PatchOperation[],
  dialect: Dialect,
): ScimObject {
  const patched = operations.reduce((before, operation) => applyOne(model, before, operation, dialect), resource);
  assertRequired(model, patched, 'mutability');
  return patched;
}

function applyOne(model: ResourceModel, resource: ScimObject, operation: PatchOperation, dialect: Dialect): ScimObject {
  const { urn, attribute } = operation.target;
  if (urn === null) {
    if (attribute === null) throw new Error('A path in the core schema must name an attribute.');
    return withMember(resource, attribute, changed(attribute, resource[attribute.name], operation, dialect));
  }
  const there = resource[urn];
  const extension: ScimObject = isObject(there) ? there : {};
  const after =
    attribute === null
      ? wholeExtension(model, urn, extension, operation, dialect)
      : withMember(extension, attribute, changed(attribute, extension[attribute.name], operation, dialect));
  return without(resource, urn, Object.keys(after).length === 0 ? undefined : after);
}

/** Applies an operation whose `path` is the URN of an extension: each member of its value is a separate operation. */
function wholeExtension(
  model: ResourceModel,
  urn: string,
  extension: ScimObject,
  operation: PatchOperation,
  dialect: Dialect,
): ScimObject {
  if (operation.op === 'remove' || operation.value === null) return {};
  if (!isObject(operation.value)) throw new ScimError('invalidValue', 'The value of an extension must be an object.');
  const attributes = model.byUrn.get(urn.toLowerCase())?.attributes;
  return Object.entries(operation.value).reduce((before, [name, value]) => {
    const attribute = attributes?.get(name.toLowerCase());
    if (attribute === undefined) {
      // As in a value without a path, this member names the schema of the value.
      if (dialect.isLenient || name.toLowerCase() === 'schemas') return before;
      throw new ScimError('invalidPath', 'The extension has no such attribute.');
    }
    const target = { urn, attribute, sub: null };
    const one = { ...operation, target, value, isOfWhole: true };
    return withMember(before, attribute, changed(attribute, before[attribute.name], one, dialect));
  }, extension);
}

/** Returns the value of an attribute after an operation; `undefined` if it is unassigned. */
function changed(
  attribute: AttributeDefinition,
  current: ScimValue | undefined,
  operation: PatchOperation,
  dialect: Dialect,
): ScimValue | undefined {
  const { sub } = operation.target;
  if (attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly') {
    return keepReadOnly(attribute, current, operation, dialect);
  }
  if (attribute.mutability === 'immutable' && current !== undefined && !isSame(current, operation.value)) {
    throw new ScimError('mutability', `"${attribute.name}" cannot be changed.`);
  }
  if (attribute.multiValued) {
    return changeValues(attribute, Array.isArray(current) ? (current as readonly ScimValue[]) : [], operation, dialect);
  }
  if (sub !== null) return changedMember(sub, current, operation, dialect);
  if (operation.op === 'remove') return undefined;
  const value = readOne(attribute, operation.value, dialect);
  if (attribute.type !== 'complex' || (value === undefined && !isObject(operation.value))) return value;
  return merged(isObject(current) ? current : {}, value as ScimObject | undefined, operation.value);
}

/** Merges a complex value. `add` and `replace` keep the sub-attributes that they do not name (RFC 7644 §3.5.2.1, §3.5.2.3). */
function merged(before: ScimObject, value: ScimObject | undefined, sent: unknown): ScimObject | undefined {
  const cleared = Object.entries(isObject(sent) ? sent : {})
    .filter(([, part]) => part === null)
    .map(([name]) => name.toLowerCase());
  const members = Object.entries({ ...before, ...value }).filter(([name]) => !cleared.includes(name.toLowerCase()));
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function changedMember(
  sub: AttributeDefinition,
  current: ScimValue | undefined,
  { op, value }: PatchOperation,
  dialect: Dialect,
): ScimValue | undefined {
  const before: ScimObject = isObject(current) ? current : {};
  const after = withMember(before, sub, op === 'remove' ? undefined : readValue(sub, value, dialect));
  return Object.keys(after).length === 0 ? undefined : after;
}

/**
 * Returns the unchanged value of a read-only attribute. An operation can send the current value, and a lenient dialect ignores the
 * attribute in a whole resource. Errors: `mutability` for any other value.
 */
function keepReadOnly(
  attribute: AttributeDefinition,
  current: ScimValue | undefined,
  { op, target: { sub }, value, isOfWhole }: PatchOperation,
  dialect: Dialect,
): ScimValue | undefined {
  const there = sub !== null && isObject(current) ? current[sub.name] : current;
  const isEcho = op !== 'remove' && isSame(there, value);
  if (isEcho || (isOfWhole && dialect.isLenient)) return current;
  throw new ScimError('mutability', `"${attribute.name}" is read-only.`);
}

function withMember(object: ScimObject, { name }: AttributeDefinition, value: ScimValue | undefined): ScimObject {
  return without(object, name, value);
}

/** Returns the object with a changed member, or without the member if the value is `undefined`. */
function without(object: ScimObject, name: string, value: ScimValue | undefined): ScimObject {
  if (value !== undefined) return { ...object, [name]: value };
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}
