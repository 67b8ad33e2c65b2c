/** How a value is compared: numbers by size, dates by moment, texts by code point, perhaps without case. */
export type DirectoryValueType = 'text' | 'number' | 'boolean' | 'dateTime' | 'complex';

/** Where in a user or group a value lies, and what it is. All names are those of a schema, never a caller's. */
export interface DirectoryPath {
  /** Members from the outside in, such as `["name"]` or `["urn:…:User", "manager"]`; empty within `values`: the value itself. */
  readonly root: readonly string[];
  /** A member of what is there, or of each value there. */
  readonly sub: string | null;
  /** Whether what is there is a list, of which any value fulfils a comparison. */
  readonly isMultiValued: boolean;
  readonly type: DirectoryValueType;
  /** False: compared by NFKC and lower case. */
  readonly isCaseExact: boolean;
}

export type DirectoryComparison = 'eq' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** Which users or groups; what is unequal is `not` of what is equal. */
export type DirectoryFilter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly DirectoryFilter[] }
  | { readonly kind: 'not'; readonly part: DirectoryFilter }
  | {
      readonly kind: 'compare';
      readonly path: DirectoryPath;
      readonly op: DirectoryComparison;
      /** A text that is compared without case is in lower case already; a date is in Unix milliseconds. */
      readonly value: string | number | boolean;
    }
  | { readonly kind: 'present'; readonly path: DirectoryPath }
  /** One value of a list fulfils the whole of `part`. */
  | { readonly kind: 'values'; readonly path: DirectoryPath; readonly part: DirectoryFilter };

/** A text as it is compared without case: NFKC and lower case. */
export function foldedText(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC');
}
