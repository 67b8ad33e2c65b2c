/** The comparison of a value: numbers by size, dates by time, texts by code point, optionally case-insensitive. */
export type DirectoryValueType = 'text' | 'number' | 'boolean' | 'dateTime' | 'complex';

/** The location and type of a value in a user or group. All names come from a schema, never from a caller. */
export interface DirectoryPath {
  /** Members from the outside in, such as `["name"]` or `["urn:…:User", "manager"]`; empty within `values`: the value itself. */
  readonly root: readonly string[];
  /** A member of the value, or of each value in a list. */
  readonly sub: string | null;
  /** True for a list; a comparison holds if any of its values satisfies it. */
  readonly isMultiValued: boolean;
  readonly type: DirectoryValueType;
  /** False: compared after NFKC normalization, in lower case. */
  readonly isCaseExact: boolean;
}

export type DirectoryComparison = 'eq' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** A filter of users or groups; "not equal" is `not` of "equal". */
export type DirectoryFilter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly DirectoryFilter[] }
  | { readonly kind: 'not'; readonly part: DirectoryFilter }
  | {
      readonly kind: 'compare';
      readonly path: DirectoryPath;
      readonly op: DirectoryComparison;
      /** Already in lower case for a case-insensitive text; Unix milliseconds for a date. */
      readonly value: string | number | boolean;
    }
  | { readonly kind: 'present'; readonly path: DirectoryPath }
  /** One value of a list satisfies the whole of `part`. */
  | { readonly kind: 'values'; readonly path: DirectoryPath; readonly part: DirectoryFilter };

/** Returns a text in its form for case-insensitive comparison: NFKC and lower case. */
export function foldedText(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC');
}
