import type { FlagDifference } from '../contract/flags-admin.types';
import type { FlagDocument } from '../contract/flag-document.types';

/** The level down to which the members of flags are compared one by one; below it, values are compared as a whole. */
const MAX_LEVEL = 4;

/**
 * Returns the differences between two documents. Compares flags member by member, and sorts the differences by pointer within each part.
 */
export function diffDocuments(from: FlagDocument, to: FlagDocument): readonly FlagDifference[] {
  return differences(from, to, '', 0);
}

/** Returns the flags that differ between two documents, or all flags of both documents if their shared parts differ. */
export function changedFlags(from: FlagDocument, to: FlagDocument): readonly string[] {
  const keys = [...new Set([...Object.keys(from.flags), ...Object.keys(to.flags)])];
  return keys.filter((key) => !isSame(member(from.flags, key), member(to.flags, key)));
}

/** Returns true if two JSON values are equal, regardless of the order of their members. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && isSame(member(a, name), member(b, name)));
}

function differences(from: object, to: object, pointer: string, level: number): FlagDifference[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return names.flatMap((name): FlagDifference[] => {
    const place = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const [before, after] = [member(from, name), member(to, name)];
    if (before === undefined) return [{ kind: 'added', pointer: place, to: after }];
    if (after === undefined) return [{ kind: 'removed', pointer: place, from: before }];
    if (isSame(before, after)) return [];
    if (isPlainObject(before) && isPlainObject(after) && level < MAX_LEVEL && name !== 'targeting') {
      return differences(before, after, place, level + 1);
    }
    return [{ kind: 'changed', pointer: place, from: before, to: after }];
  });
}

function member(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Readonly<Record<string, unknown>>)[name] : undefined;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
