/** The test files of this run, longest first; see `longest-first.cjs`. */
declare class LongestFirst {
  static readonly chosen: readonly { readonly path: string }[];
}
export = LongestFirst;
