/**
 * The type of a value, which determines how it is compared: numbers by size, dates by time, and strings by code point, optionally ignoring
 * case.
 */
export type DirectoryValueType = 'text' | 'number' | 'boolean' | 'dateTime' | 'complex';

/** The location and type of a value in a user or group. All names come from a schema, never from a caller. */
export interface DirectoryPath {
  /**
   * Members from the outside in, such as `["name"]` or `["urn:…:User", "manager"]`. Empty within `values`, where it means the value itself.
   */
  readonly root: readonly string[];
  /** A member of the value, or of each value in a list. */
  readonly sub: string | null;
  /** True for a list. A comparison is true if any of its values satisfies it. */
  readonly isMultiValued: boolean;
  readonly type: DirectoryValueType;
  /** If false, values are compared after NFKC normalization, in lowercase. */
  readonly isCaseExact: boolean;
}

export type DirectoryComparison = 'eq' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** A filter for users or groups. "Not equal" is `not` around "equal". */
export type DirectoryFilter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly DirectoryFilter[] }
  | { readonly kind: 'not'; readonly part: DirectoryFilter }
  | {
      readonly kind: 'compare';
      readonly path: DirectoryPath;
      readonly op: DirectoryComparison;
      /** Already lowercase for a case-insensitive string; Unix milliseconds for a date. */
      readonly value: string | number | boolean;
    }
  | { readonly kind: 'present'; readonly path: DirectoryPath }
  /** A single value of a list must satisfy all of `part`. */
  | { readonly kind: 'values'; readonly path: DirectoryPath; readonly part: DirectoryFilter };

/** Returns the form of a string that is used for case-insensitive comparison: NFKC and lowercase. */
export function foldedText(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC');
}
