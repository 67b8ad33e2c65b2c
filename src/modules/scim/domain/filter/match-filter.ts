import {
  type DirectoryComparison,
  type DirectoryFilter,
  type DirectoryPath,
  foldedText,
} from '../../../users/contract/directory-filter.types';
import { isObject } from '../schema/schema.types';

/** Returns true if a resource, or a value in a list, matches a bound filter. The in-memory equivalent of the database's SQL filter. */
export function matches(filter: DirectoryFilter, subject: unknown): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.parts.every((part) => matches(part, subject));
    case 'or':
      return filter.parts.some((part) => matches(part, subject));
    case 'not':
      return !matches(filter.part, subject);
    case 'present':
      return valuesAt(filter.path, subject).some(isPresent);
    case 'values':
      return valuesAt(filter.path, subject).some((value) => matches(filter.part, value));
    case 'compare': {
      const { path, op, value } = filter;
      return valuesAt(path, subject).some((found) => compares(path, op, found, value));
    }
  }
}

function valuesAt({ root, sub }: DirectoryPath, subject: unknown): readonly unknown[] {
  const there = root.reduce<unknown>(memberOf, subject);
  const all = Array.isArray(there) ? (there as readonly unknown[]) : [there];
  return sub === null ? all : all.map((value) => memberOf(value, sub));
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/**
 * Returns true for a value that is not empty or, for a complex attribute, has a sub-attribute that is not empty (RFC 7644 §3.4.2.2, `pr`).
 */
function isPresent(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  return isObject(value) ? Object.values(value).some(isPresent) : true;
}

function compares(
  { type, isCaseExact }: DirectoryPath,
  op: DirectoryComparison,
  found: unknown,
  value: string | number | boolean,
): boolean {
  if (type === 'dateTime') return typeof found === 'string' && ordered(op, Date.parse(found), Number(value));
  if (typeof found === 'string' && typeof value === 'string') {
    return comparesText(op, isCaseExact ? found : foldedText(found), value);
  }
  if (typeof found === 'number' && typeof value === 'number') return ordered(op, found, value);
  return op === 'eq' && found === value;
}

function comparesText(op: DirectoryComparison, found: string, value: string): boolean {
  if (op === 'co') return found.includes(value);
  if (op === 'sw') return found.startsWith(value);
  if (op === 'ew') return found.endsWith(value);
  return ordered(op, Buffer.compare(Buffer.from(found), Buffer.from(value)), 0);
}

function ordered(op: DirectoryComparison, left: number, right: number): boolean {
  if (op === 'eq') return left === right;
  if (op === 'gt') return left > right;
  if (op === 'ge') return left >= right;
  if (op === 'lt') return left < right;
  return op === 'le' && left <= right;
}
