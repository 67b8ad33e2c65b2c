import { isDeepStrictEqual } from 'node:util';
import type { Members } from '../kinds/kind';

/** A member that differs. A missing `from` or `to` means that the member is absent there. */
export interface FieldChange {
  readonly member: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** Returns the members of an object that a change sets to a different value. Members that the file does not set are not compared. */
export function changedFields(found: Members, desired: Members, compared?: readonly string[]): readonly FieldChange[] {
  const names = compared?.filter((member) => member in desired) ?? Object.keys(desired);
  return names.flatMap((member) => {
    const isFound = Object.hasOwn(found, member);
    const [from, to] = [isFound ? found[member] : undefined, desired[member]];
    if (isEqual(from, to)) return [];
    return [{ member, ...(isFound && { from }), to }];
  });
}

/** Compares two values as JSON: an absent member equals an undefined one, but an object within a value must be the same as a whole. */
function isEqual(found: unknown, desired: unknown): boolean {
  return isDeepStrictEqual(plain(found), plain(desired));
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}
