/** The operators of RFC 7644 §3.4.2.2, table 3, except `pr`. */
export const COMPARISONS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** A filter as written. Its paths are strings that have not been checked against a schema. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | {
      readonly kind: 'compare';
      readonly path: string;
      readonly op: Comparison;
      readonly value: string | number | boolean | null;
    }
  | { readonly kind: 'present'; readonly path: string }
  /** `path[part]`: a single value of a complex attribute matches all of `part`, whose paths are relative to that value. */
  | { readonly kind: 'values'; readonly path: string; readonly part: Filter };
