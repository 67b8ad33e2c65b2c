import type { DirectoryFilter } from '../../../users/contract/directory-filter.types';
import type { Dialect } from '../dialect';
import { bindValueFilter } from '../filter/bind-filter';
import type { Filter } from '../filter/filter.types';
import { parseValuePath } from '../filter/parse-filter';
import { ScimError, shown } from '../../contract/scim-error';
import { type AttributePath, findAttribute } from '../schema/attribute-path';
import { type ResourceModel, subAttribute } from '../schema/resource-model';
import { isObject } from '../schema/schema.types';

export const PATCH_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** Maximum number of operations in one PATCH. */
const MAX_OPERATIONS = 1_000;
/** Maximum number of attributes that the operations name in total. A value without a path names as many attributes as it has members. */
const MAX_TARGETS = 10_000;
/** Maximum number of comparisons in all filters of the operations. Each comparison is applied to every value of an attribute. */
const MAX_COMPARISONS = 2_000;

export type PatchOp = 'add' | 'replace' | 'remove';

/** One operation, bound to the resource's attributes. */
export interface PatchOperation {
  readonly op: PatchOp;
  readonly target: AttributePath;
  /** The filter that selects values of a multi-valued attribute; `null` for all values. */
  readonly filter: DirectoryFilter | null;
  /** The filter as written. */
  readonly written: Filter | null;
  /** The value as sent; `undefined` if absent. */
  readonly value: unknown;
  /** True if the operation was a member of a value without a path. */
  readonly isOfWhole: boolean;
}

/**
 * Parses a PATCH (RFC 7644 §3.5.2). A value without a path becomes one operation for each member. The names of the members can be plain
 * names, dotted names, whole URNs or paths with filters, as providers write them. Errors: `invalidSyntax`, `invalidPath`, `invalidFilter`,
 * `noTarget` for a `remove` without a path.
 */
export function readPatch(model: ResourceModel, body: unknown, dialect: Dialect): readonly PatchOperation[] {
  if (!isObject(body)) throw new ScimError('invalidSyntax', 'The body must be a JSON object.');
  const schemas = member(body, 'schemas');
  if (!dialect.isLenient && !(Array.isArray(schemas) && schemas.includes(PATCH_URN))) {
    throw new ScimError('invalidSyntax', `"schemas" must name "${PATCH_URN}".`);
  }
  const operations = member(body, 'operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw new ScimError('invalidSyntax', '"Operations" must be a list with at least one operation.');
  }
  if (operations.length > MAX_OPERATIONS) {
    throw new ScimError('invalidValue', `A PATCH can have at most ${MAX_OPERATIONS} operations.`);
  }
  const read: PatchOperation[] = [];
  let comparisons = 0;
  for (const operation of operations as readonly unknown[]) {
    const targets = readOperation(model, operation, dialect);
    comparisons += targets.reduce((sum, { filter }) => sum + (filter === null ? 0 : comparisonsIn(filter)), 0);
    if (read.length + targets.length > MAX_TARGETS || comparisons > MAX_COMPARISONS) {
      const bounds = `${MAX_TARGETS} attributes, and filters with ${MAX_COMPARISONS} comparisons in total`;
      throw new ScimError('invalidValue', `A PATCH can name at most ${bounds}.`);
    }
    read.push(...targets);
  }
  return read;
}

function comparisonsIn(filter: DirectoryFilter): number {
  if ('parts' in filter) return filter.parts.reduce((sum, part) => sum + comparisonsIn(part), 0);
  return 'part' in filter ? comparisonsIn(filter.part) : 1;
}

function readOperation(model: ResourceModel, operation: unknown, dialect: Dialect): readonly PatchOperation[] {
  if (!isObject(operation)) throw new ScimError('invalidSyntax', 'An operation must be an object.');
  const named = member(operation, 'op');
  // Entra ID writes "Add", "Replace" and "Remove".
  const op = typeof named === 'string' ? named.toLowerCase() : '';
  if (op !== 'add' && op !== 'replace' && op !== 'remove') {
    throw new ScimError('invalidSyntax', '"op" must be "add", "replace" or "remove".');
  }
  const path = member(operation, 'path');
  const value = member(operation, 'value');
  if (op !== 'remove' && value === undefined) throw new ScimError('invalidValue', `"${op}" needs a value.`);
  if (typeof path === 'string' && path !== '') {
    const bound = bindPath(model, path.trim());
    if (bound === null) throw new ScimError('invalidPath', `${model.name} has no attribute at "${shown(path)}".`);
    return [{ op, ...bound, value, isOfWhole: false }];
  }
  if (path !== undefined && path !== null && path !== '')
    throw new ScimError('invalidPath', '"path" must be a string.');
  if (op === 'remove') throw new ScimError('noTarget', 'A "remove" needs a path.');
  if (!isObject(value)) throw new ScimError('invalidValue', 'Without a path, the value must be an object.');
  const members = Object.entries(value);
  if (members.length > MAX_TARGETS) throw new ScimError('invalidValue', 'The value has too many members.');
  return members.flatMap(([name, part]) => readMember(model, op, name, part, dialect));
}

function readMember(
  model: ResourceModel,
  op: PatchOp,
  name: string,
  value: unknown,
  dialect: Dialect,
): readonly PatchOperation[] {
  if (name.toLowerCase() === 'schemas') return [];
  const bound = bindPath(model, name);
  if (bound !== null) return [{ op, ...bound, value, isOfWhole: true }];
  if (dialect.isLenient) return [];
  throw new ScimError('invalidPath', `${model.name} has no attribute "${shown(name)}".`);
}

type BoundPath = Pick<PatchOperation, 'target' | 'filter' | 'written'>;

/** Binds a path. Returns `null` for an attribute that the resource does not have. */
function bindPath(model: ResourceModel, text: string): BoundPath | null {
  const whole = text.includes('[') ? null : findAttribute(model, text);
  if (whole !== null) return { target: whole, filter: null, written: null };
  const { path, filter, sub: subName } = parseValuePath(text);
  const target = findAttribute(model, path);
  if (target === null || filter === null) return null;
  const { attribute } = target;
  if (attribute?.multiValued !== true || target.sub !== null) {
    throw new ScimError('invalidPath', `"${shown(path)}" has one value, so a filter cannot select from it.`);
  }
  const sub = subName === null ? null : subAttribute(attribute, subName);
  if (sub === undefined) throw new ScimError('invalidPath', `"${attribute.name}" has no "${shown(subName ?? '')}".`);
  return { target: { ...target, sub }, filter: bindValueFilter(attribute, filter), written: filter };
}

function member(object: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  return Object.entries(object).find(([key]) => key.toLowerCase() === name)?.[1];
}
