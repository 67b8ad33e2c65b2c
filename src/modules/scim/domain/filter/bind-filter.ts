import {
  type DirectoryFilter,
  type DirectoryPath,
  type DirectoryValueType,
  foldedText,
} from '../../../users/contract/directory-filter.types';
import { ScimError, shown } from '../../contract/scim-error';
import { findAttribute } from '../schema/attribute-path';
import { type ResourceModel, subAttribute } from '../schema/resource-model';
import type { AttributeDefinition, AttributeType } from '../schema/schema.types';
import type { Comparison, Filter } from './filter.types';
import { parseFilter } from './parse-filter';

const TYPES: Readonly<Record<AttributeType, DirectoryValueType>> = {
  string: 'text',
  reference: 'text',
  binary: 'text',
  boolean: 'boolean',
  decimal: 'number',
  integer: 'number',
  dateTime: 'dateTime',
  complex: 'complex',
};

/** A path, and the definition of its attribute. */
interface Bound {
  readonly path: DirectoryPath;
  readonly definition: AttributeDefinition | null;
}

type Find = (path: string) => Bound;

/**
 * Binds a filter to a resource's attributes, so that every attribute is in one of the resource's schemas, and every value has the
 * attribute's type. Errors: `invalidFilter` for an undefined attribute, a value of a different type, or an operator that the type does not
 * support (RFC 7644 §3.4.2.2). The same error is thrown for attributes that are never returned, such as passwords, so that callers cannot
 * guess their values with filters.
 */
function bindFilter(model: ResourceModel, filter: Filter): DirectoryFilter {
  return bind(filter, (path) => inResource(model, path));
}

/** Parses a filter and binds it ({@link bindFilter}). */
export function readFilter(model: ResourceModel, text: string): DirectoryFilter {
  return bindFilter(model, parseFilter(text));
}

/** Binds the filter in brackets after a multi-valued attribute. The filter's paths are sub-attributes. Errors: `invalidFilter`. */
export function bindValueFilter(definition: AttributeDefinition, filter: Filter): DirectoryFilter {
  return bind(filter, (path) => inValue(definition, path));
}

function bind(filter: Filter, find: Find): DirectoryFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, parts: filter.parts.map((part) => bind(part, find)) };
    case 'not':
      return { kind: 'not', part: bind(filter.part, find) };
    case 'present':
      return { kind: 'present', path: find(filter.path).path };
    case 'values': {
      const { path, definition } = find(filter.path);
      if (definition === null || path.sub !== null || path.root.length === 0) {
        throw new ScimError('invalidFilter', `"${shown(filter.path)}" has no values for a filter in brackets.`);
      }
      return { kind: 'values', path, part: bindValueFilter(definition, filter.part) };
    }
    case 'compare':
      return comparison(find(filter.path), filter);
  }
}

function comparison(bound: Bound, { path: text, op, value }: Filter & { kind: 'compare' }): DirectoryFilter {
  const path = valuePathOf(bound, text);
  if (typeof value === 'string' && value.includes('\0')) {
    throw new ScimError('invalidFilter', `"${shown(text)}" is compared with an invalid character.`);
  }
  if (op === 'ne') return { kind: 'not', part: comparison(bound, { kind: 'compare', path: text, op: 'eq', value }) };
  if (value === null) {
    if (op === 'eq') return { kind: 'not', part: { kind: 'present', path } };
    throw new ScimError('invalidFilter', `The operator "${op}" does not support null.`);
  }
  const isOfText = op === 'co' || op === 'sw' || op === 'ew';
  if (path.type === 'boolean' && op !== 'eq') throw operatorFault(op, text);
  if (isOfText && path.type !== 'text') throw operatorFault(op, text);
  if (isOfOrder(op) && isBinary(bound)) throw operatorFault(op, text);
  return { kind: 'compare', path, op, value: valueFor(path, value, text) };
}

/** Returns true if the values are binary. Binary values have no order (RFC 7644 §3.4.2.2). */
function isBinary({ definition, path: { sub } }: Bound): boolean {
  const value = definition?.type === 'complex' ? subAttribute(definition, sub ?? 'value') : definition;
  return value?.type === 'binary';
}

function isOfOrder(op: Comparison): boolean {
  return op === 'gt' || op === 'ge' || op === 'lt' || op === 'le';
}

/** Returns the path of the values: for a complex attribute, its `value` (RFC 7643 §2.4). */
function valuePathOf({ path, definition }: Bound, text: string): DirectoryPath {
  if (path.type !== 'complex') return path;
  const value = definition === null ? undefined : subAttribute(definition, 'value');
  if (value === undefined || path.sub !== null) {
    throw new ScimError('invalidFilter', `"${shown(text)}" has sub-attributes; name the one to compare.`);
  }
  return { ...path, sub: value.name, type: TYPES[value.type], isCaseExact: value.caseExact };
}

function valueFor(path: DirectoryPath, value: string | number | boolean, text: string): string | number | boolean {
  switch (path.type) {
    case 'text':
      if (typeof value === 'string') return path.isCaseExact ? value : foldedText(value);
      break;
    case 'number':
      if (typeof value === 'number' && Number.isFinite(value)) return value;
      break;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      // Entra ID writes booleans as strings.
      if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
      break;
    case 'dateTime': {
      const atMs = typeof value === 'string' && isDateTime(value) ? Date.parse(value) : Number.NaN;
      if (!Number.isNaN(atMs)) return atMs;
      break;
    }
    case 'complex':
      break;
  }
  throw new ScimError('invalidFilter', `"${shown(text)}" is compared with a value of a different type.`);
}

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/;

/**
 * Returns true if a string is an xsd:dateTime (RFC 7643 §2.3.5) in the years 1 to 9999, on an existing day. Without this check, JavaScript
 * would read 30 February as 2 March, and the database would return an error.
 */
export function isDateTime(text: string): boolean {
  const [, year = '', month = '', day = ''] = DATE_TIME.exec(text) ?? [];
  if (Number(year) < 1 || Number.isNaN(Date.parse(text))) return false;
  return new Date(`${year}-${month}-${day}T00:00:00Z`).getUTCDate() === Number(day);
}

function operatorFault(op: string, text: string): ScimError {
  return new ScimError('invalidFilter', `The operator "${op}" does not support "${shown(text)}".`);
}

function inResource(model: ResourceModel, text: string): Bound {
  const found = findAttribute(model, text);
  const definition = found?.sub ?? found?.attribute ?? null;
  if (found === null || definition?.returned === 'never') {
    throw new ScimError('invalidFilter', `${model.name} has no attribute "${shown(text)}".`);
  }
  const { urn, attribute } = found;
  const root = [...(urn === null ? [] : [urn]), ...(attribute === null ? [] : [attribute.name])];
  const path: DirectoryPath = {
    root,
    sub: found.sub?.name ?? null,
    isMultiValued: attribute?.multiValued ?? false,
    type: definition === null ? 'complex' : TYPES[definition.type],
    isCaseExact: definition?.caseExact ?? true,
  };
  return { path, definition: attribute };
}

function inValue(definition: AttributeDefinition, text: string): Bound {
  const sub = subAttribute(definition, text);
  const isItself = definition.type !== 'complex' && text.toLowerCase() === 'value';
  const found = isItself ? definition : sub;
  if (found === undefined) {
    throw new ScimError('invalidFilter', `"${definition.name}" has no sub-attribute "${shown(text)}".`);
  }
  const path: DirectoryPath = {
    root: [],
    sub: isItself ? null : found.name,
    isMultiValued: false,
    type: TYPES[found.type],
    isCaseExact: found.caseExact,
  };
  return { path, definition: found };
}

/** Returns the sort path: for a complex attribute, its `value` (RFC 7644 §3.4.2.3). Errors: `invalidPath`. */
export function bindSort(model: ResourceModel, text: string): DirectoryPath {
  const fault = new ScimError('invalidPath', `${model.name} cannot be sorted by "${shown(text)}".`);
  const found = findAttribute(model, text);
  if (found?.attribute === null || found?.attribute.returned === 'never' || found === null) throw fault;
  try {
    return valuePathOf(inResource(model, text), text);
  } catch {
    throw fault;
  }
}
