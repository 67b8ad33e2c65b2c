/** The operators of RFC 7644 §3.4.2.2, table 3, but `pr`. */
export const COMPARISONS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** A filter as it was written; paths are texts that no schema has been asked about. */
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
  /** `path[part]`: one value of a complex attribute matches the whole of `part`, whose paths are of that value. */
  | { readonly kind: 'values'; readonly path: string; readonly part: Filter };
